"""Sections: a note is cut where its headings explain most of its claims.

For every stretch of neighbouring claims there is one best heading, and it is worth as much as the claims of the stretch
speak of it and the rest of the note does not. The cuts are those whose headings are worth most together, found exactly
by dynamic programming. A stretch without a good heading belongs to the section before it.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from pipeline.models.extractive.chapters import Mark
from pipeline.models.extractive.cleaning import clean
from pipeline.models.extractive.interviews import is_question
from pipeline.models.extractive.phrases import phrases
from pipeline.models.extractive.reading import read
from pipeline.models.extractive.sections import Placed
from pipeline.models.extractive.survey import Survey
from pipeline.models.extractive.titles import overlaps
from pipeline.models.extractive.uses import Key, Use, capitalised

_LEAST, _MOST = 3, 14  # claims of a section
_LONG = 8  # each claim beyond costs
_COST_LONG = 0.25
_COST_BARE = 0.15  # and without a heading
_COST = 0.7  # of a section: what its heading must at least explain, in claims
_NEVER = 1_000.0
_TURN = 0.5  # for a section that begins after a pause or a question
_ASKED = 0.75  # worth of a short question
_LINKED, _MULTIWORD, _NAME, _PLAIN = 1.1, 1.0, 0.7, 0.4
_LEAST_TIMES = 3  # of one word
_HELD, _HELD_NAME, _HELD_PLAIN = 0.2, 0.45, 0.7  # least share of the section's claims that speak of its heading
_LATE = 0.5  # what is named only later in the section
_HELD_WORD = 0.5  # of a single word, without the lines that are no claims
_HELD_LOOSE = 0.1  # where a long note would have no heading
_WORTH = 0.12
_SPOKEN = 0.7
_OWN = 0.8  # of all uses of a plain word: then it is as good as a name
_UNCLAIMED = 0.5  # weight of a line that speaks of the heading and is no claim
_CONTRAST = 1.3
_QUESTION_WORDS = (3, 8)
_QUESTION_REACH = 8  # lines before the first claim of a section


class Section(NamedTuple):
    """Neighbouring claims under one heading, "" for none."""

    heading: str
    claims: list[Placed]


class Headings:
    """The headings that one note can have.

    Args:
        claims: of the note without its lead, in order of the talk.
        survey: of the script.
        found: phrases of the note's lines.
        span: half-open range of the note's lines.
        title: of the note; no heading says it again.
    """

    def __init__(
        self, claims: Sequence[Placed], survey: Survey, found: Sequence[Use], span: tuple[int, int], title: str
    ) -> None:
        self._claims = claims
        self._survey = survey
        self._span = span
        self._title = title
        self._uses = found
        self._loose = False

    def sections(self) -> list[Section]:
        """The claims in sections; only the first may have no heading, and is short if there is any way."""
        strict = self._cut()
        if strict and (strict[0].heading or len(strict[0].claims) <= _LONG):
            return strict
        self._loose = True
        return self._cut()

    def _cut(self) -> list[Section]:
        count = len(self._claims)
        best: list[tuple[float, list[tuple[int, int, str]]]] = [(0.0, [])]
        for end in range(1, count + 1):
            begins = [0, *range(max(1, end - _MOST), end)]  # only a first section can have no heading and no end
            options = [self._ended(best[begin], begin, end) for begin in begins]
            best.append(max(options, key=lambda o: o[0]))
        return [Section(heading, list(self._claims[a:b])) for a, b, heading in best[-1][1]]

    def _ended(
        self, before: tuple[float, list[tuple[int, int, str]]], begin: int, end: int
    ) -> tuple[float, list[tuple[int, int, str]]]:
        """What a last section from one claim to another adds to the best sections before it."""
        worth, cuts = before
        length = end - begin
        heading, value = self._best(begin, end, [heading.casefold() for _, _, heading in cuts])
        if (begin and not heading) or self._claims[begin].follows:
            worth -= _NEVER
        worth += length * value - _COST * (begin > 0) - (_COST_LONG if heading else _COST_BARE) * max(0, length - _LONG)
        return worth + _TURN * (begin > 0 and self._turns(begin)), [*cuts, (begin, end, heading)]

    def _turns(self, begin: int) -> bool:
        lines, first = self._survey.script.lines, self._claims[begin].at
        between = range(self._claims[begin - 1].at + 1, first + 1)
        return any(lines[i].opens or is_question(lines[i].text) for i in between)

    def _best(self, begin: int, end: int, taken: Sequence[str]) -> tuple[str, float]:
        """The best heading of a stretch of claims and its worth from 0 to about 1."""
        if end - begin > _MOST or end - begin < _LEAST - 1:
            return "", 0.0
        question = self._question(begin)
        if question and question.casefold() not in taken:
            return question, _ASKED
        if end - begin < _LEAST:
            return "", 0.0
        reach = self._reach(begin, end)
        inside = set(range(begin, end))
        heading, worth = "", _WORTH
        for use, in_claims in self._candidates:
            held = in_claims & inside
            if not held or use.title.casefold() in (*taken, self._title.casefold()):
                continue
            value = self._worth(use, held, reach, (begin, end))
            if value > worth:
                heading, worth = use.title, value
        return heading, worth if heading else 0.0

    def _worth(self, use: Use, held: set[int], reach: tuple[int, int], stretch: tuple[int, int]) -> float:
        begin, end = stretch
        times = sum(reach[0] <= i < reach[1] for i in use.lines)
        several = use.linked or len(use.key) > 1
        spoken = min(1.0, (len(held) + _UNCLAIMED * max(0, times - len(held))) / (end - begin))
        share = (
            (_HELD_LOOSE if self._loose else _HELD)
            if several
            else (_HELD_NAME if use.name or use.share >= _OWN else _HELD_PLAIN)
        )
        if times < (2 if several else _LEAST_TIMES) or spoken < share:
            return 0.0
        if len(held) < (2 if (times < _LEAST_TIMES and not self._loose) or not several else 1):
            return 0.0
        if not begin and not use.strong:
            return 0.0  # a first section needs no heading so badly
        if not several and len(held) < (end - begin) * (_HELD_WORD if end - begin <= _LONG else share):
            return 0.0
        own = times / use.times
        kind = _LINKED if use.linked else (_MULTIWORD if len(use.key) > 1 else (_NAME if use.name else _PLAIN))
        late = 1.0 if min(held) - begin < 2 or self._said_early(use, reach[0], begin) else _LATE
        if not several:
            kind *= 0.35 + 0.65 * use.share  # a word that the whole talk is full of tells nothing here
        return kind * math.pow(spoken, _SPOKEN) * math.pow(own, _CONTRAST) * late * min(1.0, times / 3)

    def _said_early(self, use: Use, first: int, begin: int) -> bool:
        return any(first <= i <= self._claims[begin].at for i in use.lines)

    def _reach(self, begin: int, end: int) -> tuple[int, int]:
        """Half-open range of lines from after the claim before to the claim after."""
        first = self._claims[begin - 1].at + 1 if begin else self._span[0]
        return first, self._claims[end].at if end < len(self._claims) else self._span[1]

    @cached_property
    def _candidates(self) -> list[tuple[Use, set[int]]]:
        """Phrases that say other than the title, with the claims that hold them."""
        profile = self._survey.profile
        title = set(read(self._title, profile).terms)
        holding: dict[Key, set[int]] = {}
        for i, claim in enumerate(self._claims):
            for p in phrases(claim.reading, profile):
                holding.setdefault(p.key, set()).add(i)
        fit = [u for u in self._uses if u.key in holding and not title.issuperset(u.key) and u.times > 1]
        fit = [u for u in fit if u.strong or not (overlaps(u.key, tuple(title)) or u.text.casefold() in profile.dull)]
        fit = [u for u in fit if not (u.placed or u.oblique)]
        return [(u, holding[u.key]) for u in sorted(fit, key=lambda u: u.key)]

    def _question(self, begin: int) -> str:
        """A short question between the claim before and this one that can stand as a heading."""
        return self._questions.get(begin, "")

    @cached_property
    def _questions(self) -> Mapping[int, str]:
        found: dict[int, str] = {}
        for begin, claim in enumerate(self._claims):
            before = self._claims[begin - 1].at if begin else -1
            for index in range(claim.at - 1, max(before, claim.at - 1 - _QUESTION_REACH), -1):
                if heading := heading_at(index, self._survey):
                    found[begin] = heading
                    break
        return found


def at_chapters(claims: Sequence[Placed], marks: Sequence[Mark]) -> list[Section]:
    """The claims under the titles of the creator's chapters."""
    sections: list[Section] = []
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        inside = [c for c in claims if mark.begin <= c.at and (after is None or c.at < after.begin)]
        while inside and inside[0].follows and sections:
            sections[-1].claims.append(inside.pop(0))
        if inside and mark.title:
            sections.append(Section(mark.title, inside))
        elif inside and sections:
            sections[-1].claims.extend(inside)
        elif inside:
            sections.append(Section("", inside))
    return sections


def heading_at(index: int, survey: Survey) -> str:
    """The question in a line, if it can stand as a heading."""
    text = survey.script.lines[index].text.strip()
    return _as_heading(text, survey) if is_question(text) else ""


def _as_heading(text: str, survey: Survey) -> str:
    profile = survey.profile
    cleaned = clean(text, profile)
    if cleaned is None or profile.wide:
        return ""
    question = cleaned.text.rstrip(".").rstrip("?") + text[-1]
    reading = read(question, profile)
    norms = reading.norms()
    if not _QUESTION_WORDS[0] < len(norms) <= _QUESTION_WORDS[1] or norms[0] not in profile.headings or "," in question:
        return ""
    personal = profile.pronouns | profile.first | profile.first_plural | profile.second | profile.demonstratives
    if any(n in personal for n in norms) or len(reading.terms) < 2 or profile.loose.search(question):
        return ""
    return capitalised(question)
