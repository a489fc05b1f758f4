"""How phrases are used in a stretch of a talk: their forms, how often, and how much of it they fill."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.models.extractive.phrases import Phrase, phrases
from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading, read
from pipeline.models.extractive.survey import Survey

Key = tuple[str, ...]

_PART = 0.7  # of the uses of a phrase inside one longer phrase: then the longer one is meant
DECILES = 10
_PLURAL = 0.12  # least share of the plural among the forms of a phrase that is titled with it
_PLACED = 0.4


class Use(NamedTuple):
    """How a phrase is used in one stretch of lines."""

    key: Key
    text: str
    """Its most frequent form, inside a sentence if possible."""
    forms: tuple[str, ...]
    """All its forms."""
    article: str
    name: bool
    named: bool
    """Whether a name is part of it."""
    linked: bool
    placed: bool
    """A name of one word that is mostly said as a place is: "in Britain"."""
    oblique: bool
    """Only said in a case that no title stands in."""
    lines: tuple[int, ...]
    """Those that hold it, ascending."""
    share: float
    """Of all lines of the script that hold it."""
    deciles: int
    """Tenths of the stretch that hold it."""
    score: float = 0.0

    @property
    def times(self) -> int:
        """Lines of the stretch that hold it."""
        return len(self.lines)

    @property
    def strong(self) -> bool:
        """Whether it names something by itself: a name, or several words."""
        return self.name or len(self.key) > 1 or self.linked

    @property
    def title(self) -> str:
        """With its article, where it is usual, and a capital."""
        return capitalised(f"{self.article} {self.text}" if self.article else self.text)


class Phrasing(NamedTuple):
    """Totals over the whole script."""

    totals: Mapping[Key, int]
    """Lines that hold each phrase."""
    video: frozenset[str]
    """Stems of the video's title."""
    title: str
    """The video's title, for comparing."""


def phrasing(survey: Survey) -> Phrasing:
    """How often each phrase is used in the script."""
    title = survey.script.transcript.video.title
    return Phrasing(
        Counter(key for line in survey.phrases for key in {p.key for p in line}),
        frozenset(read(title, survey.profile).terms),
        title.casefold(),
    )


def uses(survey: Survey, known: Phrasing, begin: int, end: int) -> list[Use]:
    """Every phrase of a half-open range of lines, unscored."""
    found: defaultdict[Key, list[tuple[int, Phrase]]] = defaultdict(list)
    for i in range(begin, end):
        for p in survey.phrases[i]:
            found[p.key].append((i, p))
    return [_use(said, known, (begin, end), survey.profile) for key, said in found.items()]


def _use(said: Sequence[tuple[int, Phrase]], known: Phrasing, span: tuple[int, int], profile: Profile) -> Use:
    forms = Counter(p.text for _, p in said if p.start) or Counter(p.text for _, p in said)
    text = _form(forms, profile, known.title)
    the = sum(p.article == "the" for _, p in said)
    begin, end = span
    lines = tuple(sorted({i for i, _ in said}))
    linked = said[0][1].linked
    name = sum(p.name for _, p in said) * 2 > len(said)
    return Use(
        key=said[0][1].key,
        text=text,
        forms=tuple(sorted(forms)),
        article="the" if the > (0.6 if linked or name else 0.75) * len(said) and the > 1 else "",
        name=name,
        named=sum(p.named for _, p in said) * 2 > len(said),
        linked=linked,
        placed=name and len(said[0][1].key) == 1 and sum(p.placed for _, p in said) >= _PLACED * len(said),
        oblique=bool(profile.oblique) and any(w.casefold().endswith(profile.oblique) for w in text.split()),
        lines=lines,
        share=len(lines) / max(1, known.totals[said[0][1].key]),
        deciles=len({(i - begin) * DECILES // max(1, end - begin) for i in lines}),
    )


def _form(forms: Counter[str], profile: Profile, title: str) -> str:
    """Best form of a phrase: the usual one, or its plural; in a language with cases the one like the nominative."""
    best = max(forms, key=lambda t: _form_rank(t, forms[t], profile.nominative))
    if profile.prefixes:
        return _bare(best, set(forms), profile)
    if profile.language != "en":
        return best
    if " " in best and f"{best.casefold()}s" in title:
        return best + "s"
    plurals = [
        t for t in forms if t in {best + "s", best + "es", best[:-1] + "ies"} and forms[t] >= _PLURAL * forms[best]
    ]
    return plurals[0] if plurals else best


def _bare(text: str, forms: set[str], profile: Profile) -> str:
    """Without what is written together with its first word, as the Arabic "and" and "with" are."""
    for prefix, article in profile.prefixes:
        rest = article + text.removeprefix(prefix)
        if text.startswith(prefix) and (article or rest.split(" ")[0] in {f.split(" ")[0] for f in forms}):
            return rest
    return text


def _form_rank(text: str, count: int, endings: tuple[str, ...]) -> tuple[float, ...]:
    if endings:
        return (-len(text), text.endswith(endings), count)
    return (count, text.islower(), -len(text))


def longest(found: Sequence[Use]) -> list[Use]:
    """Without phrases that are nearly always part of a longer one: "War I" beside "World War I"."""
    held: dict[Key, int] = {}
    for use in found:
        for a in range(len(use.key)):
            for b in range(a + 1, len(use.key) + 1):
                part = use.key[a:b]
                if part != use.key:
                    held[part] = max(held.get(part, 0), use.times)
    return [u for u in found if held.get(u.key, 0) < _PART * u.times]


def capitalised(text: str) -> str:
    """With a capital at the head, but not in names such as "iPhone"."""
    head = text.split(" ", 1)[0]
    return text if any(c.isupper() for c in head) else text[:1].upper() + text[1:]


def claimed_phrases(readings: Iterable[Reading], profile: Profile) -> Counter[Key]:
    """In how many claims each phrase stands."""
    return Counter(key for r in readings for key in {p.key for p in phrases(r, profile)})
