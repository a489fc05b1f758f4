"""What words deny and what they affirm: each negator reaches to the end of its clause."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.language.negation import DENIALS, NO_DENIALS, PAIRED_DENIALS, UNTIL, clauses, grammar
from pipeline.language.reading import Reading
from pipeline.stages.verify.alignment import NEGATION, Piece

_REACH = 10  # words that a negator can deny
_SHORT_REACH = 4  # of those that deny a noun and not a sentence
_NOUN_DENIALS = frozenset("without free devoid ohne sans sin sem senza zonder без بدون بلا دون".split())  # noqa: SIM905 - a row of words
_TOO = "too"
_OPENERS = DENIALS | {first for first, _ in PAIRED_DENIALS} | {_TOO}
"""Words beside negators at which a denial may begin."""


@dataclass(frozen=True, slots=True)
class Denial:
    """One negator, and where the content words stand that it denies."""

    word: str
    first: int
    """Its place among the pieces."""
    reach: tuple[int, ...]
    """The places of the content words that it denies."""
    end: int
    """One past the last place that it reaches."""
    cancelled: bool
    """Whether another negator, or an "until", turns what it denies into something that is so."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a row of words affirms and denies."""

    pieces: tuple[Piece, ...]
    denials: tuple[Denial, ...]
    affirmed: frozenset[str]
    """Keys of content words that stand in no negator's reach at least once."""
    denied: frozenset[str]

    def keys(self, denial: Denial) -> tuple[str, ...]:
        """The keys of what one negator denies."""
        return tuple(self.pieces[i].key for i in denial.reach)


def stand(reading: Reading, said: Sequence[Piece]) -> Stand:
    """What a row of words of a reading affirms and denies; words of a cancelled denial count as both."""
    openers = (at for at, p in enumerate(said) if p.key == NEGATION or p.form in _OPENERS)
    found = [d for at in openers if (d := _denial(reading, said, at))]
    denials = tuple(replace(d, cancelled=d.cancelled or _is_inside(d, found)) for d in found)
    reached = {i: d.cancelled for d in denials for i in d.reach}
    empty = grammar(reading.language)
    content = [i for i, p in enumerate(said) if p.key != NEGATION and p.form not in empty]
    affirmed = frozenset(said[i].key for i in content if reached.get(i, True))
    return Stand(tuple(said), denials, affirmed, frozenset(said[i].key for i in content if i in reached))


def _is_inside(denial: Denial, others: Sequence[Denial]) -> bool:
    """Whether a denial that is cancelled by a second negator is cancelled by this one."""
    return any(o.cancelled and o.first < denial.first < o.end for o in others)


def _denial(reading: Reading, said: Sequence[Piece], at: int) -> Denial | None:
    width = _width(said, at)
    if not width:
        return None
    end = _end(reading, said, at + width)
    if said[at].form in _NOUN_DENIALS:
        end = min(end, at + width + _SHORT_REACH)
    reach = range(at + width, end)
    until = end < len(said) and said[end].form in UNTIL
    # "no X and no Y" denies twice, "nothing that he cannot" denies nothing.
    repeated = {"nor", "no", "or"} if reading.language == "en" else {said[at].form}
    again = [i for i in reach if said[i].key == NEGATION and said[i].form not in repeated]
    empty = grammar(reading.language)
    content = tuple(i for i in reach if said[i].key != NEGATION and said[i].form not in empty)
    return Denial(said[at].form, at, content, end, until or bool(again))


def _width(said: Sequence[Piece], at: int) -> int:
    """How many words deny together from here on; 0 for none."""
    following = said[at + 1].form if at + 1 < len(said) else ""
    if (said[at].form, following) in PAIRED_DENIALS:
        return 2
    if (said[at].form, following) in NO_DENIALS:
        return 0
    if said[at].form == _TOO:
        return next((k + 1 for k in range(2, 6) if at + k < len(said) and said[at + k].form == "to"), 0)
    return int(said[at].key == NEGATION or said[at].form in DENIALS)


def _end(reading: Reading, said: Sequence[Piece], first: int) -> int:
    """One past the last word that a negator before `first` reaches."""
    for i in range(first, min(first + _REACH, len(said))):
        place = said[i].word
        if reading.stops[place] or (i > first and (said[i].form in clauses(reading.language) or reading.apart[place])):
            return i
    return min(first + _REACH, len(said))
