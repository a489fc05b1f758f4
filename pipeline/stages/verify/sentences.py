"""The sentences of a claim's evidence, and where in them each word of the claim is said."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.language.negation import GRAMMAR
from pipeline.language.reading import Reading
from pipeline.stages.verify.alignment import Piece
from pipeline.stages.verify.evidence import Evidence

_LONGEST = 45  # words; where nobody set a stop, sentences are cut into such stretches that overlap by half
_PLAIN = 0.5  # what a word without rarity weighs as company
_ALIGNED = 0.75
_AROUND = 10  # words on each side in which the company of a word is looked for


@dataclass(frozen=True, slots=True)
class Held:
    """A content word of the claim and the place in the evidence where it stands in the best company."""

    stem: str
    weight: float
    at: int
    """Among the pieces of the evidence."""
    company: float
    """The weight of the other words of the claim around it."""


def sentences(reading: Reading, said: Sequence[Piece]) -> list[range]:
    """The sentences of a row of words, as ranges of their places in it."""
    cuts = [0, *(i for i in range(1, len(said)) if reading.stops[said[i].word] and said[i].word != said[i - 1].word)]
    whole = [range(a, b) for a, b in zip(cuts, [*cuts[1:], len(said)], strict=True) if a < b]
    return [part for row in whole for part in _stretches(row)]


def _stretches(row: range) -> Iterator[range]:
    if len(row) <= _LONGEST:
        yield row
        return
    for first in range(row.start, row.stop - _LONGEST // 2, _LONGEST // 2):
        yield range(first, min(first + _LONGEST, row.stop))


def held(evidence: Evidence, said: Sequence[Piece]) -> list[Held]:
    """The content words of the claim that a passage holds, each where most of the claim stands around it.

    Of places with the same company the one counts that stands in the order of the claim.
    """
    kin = {k: t for t in reversed(evidence.claim.terms) for k, _ in t.kin}
    plain = {p.key for p in evidence.claim.pieces if p.form not in GRAMMAR and p.key not in kin}
    aligned = {evidence.alignment.evidence[e].word for _, e in evidence.alignment.pairs}
    rows = _rows(evidence.index.reading, said)
    marked = [(i, kin[p.key].stem, kin[p.key].weight) for i, p in enumerate(said) if p.key in kin]
    company = sorted(marked + [(i, p.key, _PLAIN) for i, p in enumerate(said) if p.key in plain])
    found: dict[str, Held] = {}
    places = [i for i, _, _ in company]
    for i, stem, weight in marked:
        beside = company[bisect_left(places, i - _AROUND) : bisect_right(places, i + _AROUND)]
        near = {s: w for j, s, w in beside if s != stem and rows[i] == rows[j]}
        here = Held(stem, weight, i, sum(near.values()) + _ALIGNED * (said[i].word in aligned))
        if stem not in found or here.company > found[stem].company:
            found[stem] = here
    return list(found.values())


def _rows(reading: Reading, said: Sequence[Piece]) -> list[int]:
    """For each word the number of its sentence."""
    return list(
        accumulate(int(i > 0 and reading.stops[p.word] and p.word != said[i - 1].word) for i, p in enumerate(said))
    )


def carrier(evidence: Evidence, said: Sequence[Piece]) -> range | None:
    """The sentence that holds most of the claim by weight; None when no sentence holds any of it."""
    kin = {k: t for t in evidence.claim.terms for k, _ in t.kin}
    best: tuple[float, range] | None = None
    for row in sentences(evidence.index.reading, said):
        terms = {t.stem: t.weight for i in row if (t := kin.get(said[i].key))}
        if terms and (best is None or sum(terms.values()) > best[0]):
            best = (sum(terms.values()), row)
    return best[1] if best else None
