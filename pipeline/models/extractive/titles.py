"""Titles and headings: the noun phrases that tell one stretch of a talk from the others."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.models.extractive.phrases import Phrase, phrases
from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading
from pipeline.models.extractive.survey import Survey

Key = tuple[str, ...]

_MULTIWORD = 2.3
_CONTRAST = 1.4  # how much a phrase gains by being used nowhere else
_LINKED = 2.3  # "constraints on power" said twice is as good as a title gets
_NAME = 1.5
_CLAIMED = 0.2  # for each claim that holds the phrase, up to four
_SECOND = 0.42  # least worth of a second phrase in a title, of the first
_PART = 0.6  # of the uses of a phrase inside one longer phrase: then the longer one is meant
_SECOND_AT_LEAST = 0.25
_PASSING = 0.6  # named in passing
_OBLIQUE = 0.4  # a form that no dictionary has as its head
_DECILES = 10
_OWN = 0.3  # least share of a second phrase that is no name
_MOST_TITLE = 70  # characters


class Use(NamedTuple):
    """How a phrase is used in one stretch of lines."""

    key: Key
    text: str
    """Its most frequent form, inside a sentence if possible."""
    article: str
    name: bool
    named: bool
    """Whether a name is part of it."""
    linked: bool
    oblique: bool
    """Only said in a case that no title stands in."""
    times: int
    share: float
    """Of all its uses in the script."""
    deciles: int
    """Tenths of the stretch that hold it."""
    score: float = 0.0


class Phrasing(NamedTuple):
    """Totals over the whole script."""

    totals: Mapping[Key, int]
    lines: int


def phrasing(survey: Survey) -> Phrasing:
    """How often each phrase is used in the script."""
    return Phrasing(Counter(p.key for line in survey.phrases for p in line), len(survey.phrases))


def uses(survey: Survey, known: Phrasing, begin: int, end: int) -> list[Use]:
    """Every phrase of a half-open range of lines, unscored."""
    found: defaultdict[Key, list[tuple[int, Phrase]]] = defaultdict(list)
    for i in range(begin, end):
        for p in survey.phrases[i]:
            found[p.key].append((i, p))
    return [_use(said, known.totals[key], (begin, end), survey.profile) for key, said in found.items()]


def _use(said: Sequence[tuple[int, Phrase]], total: int, span: tuple[int, int], cases: Profile) -> Use:
    forms = Counter(p.text for _, p in said if p.start) or Counter(p.text for _, p in said)
    text = max(forms, key=lambda t: _form_rank(t, forms[t], cases.nominative))
    articles = Counter(p.article for _, p in said)
    article, times = articles.most_common(1)[0]
    begin, end = span
    return Use(
        key=said[0][1].key,
        text=text,
        article=article if article == "the" and times > 0.6 * len(said) else "",
        name=sum(p.name for _, p in said) * 2 > len(said),
        named=sum(p.named for _, p in said) * 2 > len(said),
        linked=said[0][1].linked,
        oblique=bool(cases.oblique) and any(w.casefold().endswith(cases.oblique) for w in text.split()),
        times=len(said),
        share=len(said) / max(1, total),
        deciles=len({(i - begin) * _DECILES // max(1, end - begin) for i, _ in said}),
    )


def _form_rank(text: str, count: int, endings: tuple[str, ...]) -> tuple[float, ...]:
    """Best form of a phrase: the usual one; in a language with cases the one that looks like the nominative."""
    if endings:
        return (-len(text), text.endswith(endings), count)
    return (count, text.islower(), -len(text))


def ranked(found: Iterable[Use], claimed: Mapping[Key, int], *, alone: bool, least: int = 2) -> list[Use]:
    """Phrases fit for a title, best first.

    Args:
        found: of the stretch.
        claimed: how many claims of the stretch hold each phrase.
        alone: whether the stretch is the whole talk, so that nothing can be told apart.
        least: uses that a phrase has at least.
    """
    pool = _longest([u for u in found if u.times >= (max(2, least) if u.linked else least)])
    scored = [u._replace(score=_score(u, claimed, alone=alone)) for u in pool]
    return sorted((u for u in scored if u.score > 0), key=lambda u: (-u.score, u.key))


def _longest(found: Sequence[Use]) -> list[Use]:
    """Without phrases that are nearly always part of a longer one: "War I" beside "World War I"."""
    held: dict[Key, int] = {}
    for use in found:
        for a in range(len(use.key)):
            for b in range(a + 1, len(use.key) + 1):
                part = use.key[a:b]
                if part != use.key:
                    held[part] = max(held.get(part, 0), use.times)
    return [u for u in found if held.get(u.key, 0) < _PART * u.times]


def _score(use: Use, claimed: Mapping[Key, int], *, alone: bool) -> float:
    score = math.log(1 + use.times) * (0.25 + 0.75 * use.deciles / _DECILES)
    if not alone:
        score *= (0.1 + use.share) ** _CONTRAST
    if use.linked:
        score *= _LINKED
    elif len(use.key) > 1:
        score *= _MULTIWORD
    if use.named:
        score *= _NAME
    score *= 1 + _CLAIMED * min(4, claimed.get(use.key, 0))
    if use.times < 3 and claimed.get(use.key, 0) < 2:
        score *= _PASSING
    if use.oblique:
        score *= _OBLIQUE
    return score * (0.6 if len("".join(use.key)) < 4 else 1.0)


def compose(best: Sequence[Use], profile: Profile, taken: Iterable[str] = ()) -> str:
    """A title of one phrase, or of two that go together; empty if there is none.

    Args:
        best: phrases, best first.
        profile: of the language.
        taken: titles that must not come again.
    """
    refused = {t.casefold() for t in taken}
    for i, first in enumerate(best):
        second = _partner(first, best[i + 1 :])
        options = [_alone(first)] if second is None else [_paired(first, second, profile), _alone(first)]
        for option in options:
            if option.casefold() not in refused and len(option) <= _MOST_TITLE:
                return option
    return ""


def compose_heading(best: Sequence[Use], profile: Profile, taken: Iterable[str]) -> str:
    """A heading: a phrase of several words or a name, or two plain words that go together."""
    refused = {t.casefold() for t in taken}
    for i, first in enumerate(best[:5]):
        plain = len(first.key) == 1 and not first.name
        others = [u for u in best[i + 1 :] if u.times > 1 or len(u.key) > 1]
        second = _partner(first, others) if plain else None
        heading = _alone(first) if second is None else _paired(first, second, profile)
        if heading.casefold() not in refused:
            return heading
    return ""


def _alone(use: Use) -> str:
    return capitalised(use.text)


def _paired(first: Use, second: Use, profile: Profile) -> str:
    if second.name and not first.name:
        first, second = second, first
    article = f"{second.article} " if second.article and not second.name else ""
    return capitalised(profile.pair.format(first.text, article + second.text))


def _partner(first: Use, others: Sequence[Use]) -> Use | None:
    """A second phrase on a par with the first that repeats none of its words; for one plain word nearly any."""
    if first.linked and len(first.key) > 2:
        return None
    apart = [u for u in others if not overlaps(u.key, first.key)]
    near = (u for u in apart if u.score >= _SECOND * first.score and (u.share >= _OWN or u.name))
    found = next(near, None)
    if found is None and len(first.key) == 1:
        found = next((u for u in apart if u.score >= _SECOND_AT_LEAST * first.score), None)
    return found


def overlaps(a: Key, b: Key) -> bool:
    """Whether two phrases share a stem, or one stem begins another."""
    return any(x == y or (min(len(x), len(y)) >= 4 and (x.startswith(y) or y.startswith(x))) for x in a for y in b)


def capitalised(text: str) -> str:
    """With a capital at the head, but not in names such as "iPhone"."""
    head = text.split(" ", 1)[0]
    return text if any(c.isupper() for c in head) else text[:1].upper() + text[1:]


def claimed_phrases(readings: Iterable[Reading], profile: Profile) -> Counter[Key]:
    """In how many claims each phrase stands."""
    return Counter(key for r in readings for key in {p.key for p in phrases(r, profile)})
