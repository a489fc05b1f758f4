"""Sections, paragraphs and leads: the order of claims inside one note."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.models.extractive.cleaning import clean
from pipeline.models.extractive.interviews import is_question
from pipeline.models.extractive.labels import subject
from pipeline.models.extractive.likeness import Vector, centre, cosine
from pipeline.models.extractive.reading import Reading, read
from pipeline.models.extractive.survey import Survey

_MOST_SECTION = 9  # claims of a section before it is cut
_LEAST_SECTION = 3
_MOST_SECTIONS = 5
_MOST_PARAGRAPH = 5
_FAR_MS = 60_000  # between two claims of one paragraph
_QUESTION_WORDS = (3, 8)
_QUESTION_REACH = 8  # lines before the first claim of a section


class Placed(NamedTuple):
    """A claim where the talk has it."""

    id: int
    at: int
    """Index of its line, from 0."""
    text: str
    reading: Reading
    vector: Vector
    follows: bool
    """Must stand right after the claim before it."""


def cut_sections(placed: Sequence[Placed], survey: Survey) -> list[list[Placed]]:
    """The claims of a note in order of time, in sections: at questions first, then where the words change."""
    stretches = _at_questions(placed, survey)
    sections: list[list[Placed]] = []
    for stretch in stretches:
        sections.extend(_halved(stretch))
    while len(sections) > _MOST_SECTIONS:
        _join_closest(sections)
    return sections


def _at_questions(placed: Sequence[Placed], survey: Survey) -> list[list[Placed]]:
    starts = (
        set(survey.interview.blocks) | {i for i in range(placed[0].at, placed[-1].at) if _heading_at(i, survey)}
        if placed
        else set()
    )
    sections: list[list[Placed]] = [[]]
    for i, claim in enumerate(placed):
        asked = i > 0 and any(b in starts for b in range(placed[i - 1].at + 1, claim.at + 1))
        if asked and len(sections[-1]) >= _LEAST_SECTION and len(placed) - i >= _LEAST_SECTION and not claim.follows:
            sections.append([])
        sections[-1].append(claim)
    return sections


def _halved(claims: list[Placed]) -> list[list[Placed]]:
    """A long section in two, again and again, where the halves are least alike."""
    if len(claims) <= _MOST_SECTION:
        return [claims]
    places = [i for i in range(_LEAST_SECTION, len(claims) - _LEAST_SECTION + 1) if not claims[i].follows]
    if not places:
        return [claims]

    def unlike(i: int) -> tuple[float, int]:
        likeness = cosine(centre(c.vector for c in claims[:i]), centre(c.vector for c in claims[i:]))
        gap = min(120, claims[i].at - claims[i - 1].at) / 400
        return gap - likeness, -abs(2 * i - len(claims))

    cut = max(places, key=unlike)
    return [*_halved(claims[:cut]), *_halved(claims[cut:])]


def _join_closest(sections: list[list[Placed]]) -> None:
    """Joins the two neighbours that hold the fewest claims together."""
    at = min(range(len(sections) - 1), key=lambda i: len(sections[i]) + len(sections[i + 1]))
    sections[at : at + 2] = [sections[at] + sections[at + 1]]


def paragraphs(claims: Sequence[Placed], survey: Survey) -> list[list[Placed]]:
    """Two to five claims each; what follows stays with what it follows."""
    lines = survey.script.lines
    found: list[list[Placed]] = []
    for claim in claims:
        if not found:
            found.append([claim])
            continue
        last = found[-1]
        far = lines[claim.at].start_ms - lines[last[-1].at].end_ms > _FAR_MS
        full = len(last) >= _MOST_PARAGRAPH - 1
        if not claim.follows and len(last) > 1 and (far or full):
            found.append([claim])
        else:
            last.append(claim)
    if len(found) > 1 and len(found[-1]) == 1:
        alone = found.pop()
        found[-1].extend(alone)
    return found


def choose_lead(placed: Sequence[Placed], survey: Survey, title: Sequence[str]) -> list[Placed]:
    """One to three claims that tell what the note is about, in order of time; never all of a note.

    Args:
        placed: the claims of the note in order of time.
        survey: of the script.
        title: stems of the title.
    """
    wanted = 1 if len(placed) < 8 else (2 if len(placed) < 18 else 3)
    followed = {placed[i - 1].id for i in range(1, len(placed)) if placed[i].follows}
    fit = [c for c in placed if not c.follows and c.id not in followed]
    if len(placed) - wanted < 2:
        return []
    middle = centre(c.vector for c in placed)
    scores = {c.id: _lead_score(c, survey, middle, title, place=i / len(placed)) for i, c in enumerate(placed)}
    best = sorted(fit, key=lambda c: (-scores[c.id], c.id))[:wanted]
    return sorted(best, key=lambda c: (c.at, c.id))


def _lead_score(claim: Placed, survey: Survey, middle: Vector, title: Sequence[str], *, place: float) -> float:
    sentence = survey.sentences.get(claim.at)
    quality = sentence.suitability.quality if sentence else 0.9
    told = sentence is None or sentence.suitability.voice == "told"
    terms = set(claim.reading.terms)
    share = sum(t in terms for t in title) / max(1, len(title))
    head = any(s in title for s in claim.reading.stems[:5] if s)
    defines = any(f" {be} {a} " in claim.text for be in ("is", "was", "are", "were") for a in ("a", "an", "the"))
    short = 0.12 if len(claim.reading.words) <= 26 else 0.0
    opens = 0.15 if subject(claim.reading, survey.profile) else 0.0
    personal = any(w.norm in survey.profile.first for w in claim.reading.words)
    points = sum(
        w.norm in survey.profile.demonstratives | survey.profile.pronouns | survey.profile.first_plural
        for w in claim.reading.words
    )
    score = quality * (cosine(claim.vector, middle) + 0.35 * share)
    return (
        score + 0.12 * head + 0.1 * defines + short + opens + 0.1 * told - 0.1 * place - 0.08 * points - 0.3 * personal
    )


def question_heading(claims: Sequence[Placed], survey: Survey, taken: Sequence[str], skipped: set[int]) -> str:
    """A short question just before a section that can stand as its heading; "" without one.

    `skipped` are the lines of claims of the section before: a question before those belongs to them.
    """
    first = claims[0].at
    for index in range(first - 1, max(-1, first - 1 - _QUESTION_REACH), -1):
        heading = _heading_at(index, survey)
        if heading and heading not in taken:
            return heading
        if index in skipped:
            break
    return ""


def _heading_at(index: int, survey: Survey) -> str:
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
    return question
