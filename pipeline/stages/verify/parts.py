"""Guard: no part of a claim comes from somewhere else than the rest of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from pipeline.stages.verify.alignment import Piece, agreement, align
from pipeline.stages.verify.evidence import Evidence, Objection, Spoken
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.place import Place, Places
from pipeline.stages.verify.support import credits_of

_LEAST_TERMS = 3
_HELD = 0.5
_LACKING = 0.35
_BETTER = 0.4  # how much more plainly another place must say the part that is lacking
_ORDER = 0.7  # the share of that part's words which the other place says in the same order
_AROUND_MS = 30_000
_PLAIN = 0.5  # what a word without matter weighs
_RUN = 3  # words in a row, or one less when one of them has matter


@dataclass(frozen=True, slots=True)
class Half:
    """The first or the last words of a claim, which its evidence lacks, and the place that says them."""

    first: int
    last: int
    """One past its last word."""
    place: Place
    start_ms: int


class _Word(NamedTuple):
    weight: float
    held: float
    """How well the evidence holds it, 0 to 1."""


def check(evidence: Evidence) -> Objection | None:
    """A half of the claim that its evidence lacks while it holds the other, or None."""
    half = lacking_half(evidence)
    return _objection(evidence.claim, range(half.first, half.last)) if half else None


def _objection(claim: Spoken, words: range) -> Objection:
    told = (claim.words(words[0], words[-1]),)
    return Objection("parts", "partial", "Half of the claim is not said there, but at another time.", told)


def lacking_half(evidence: Evidence) -> Half | None:
    """The half of a claim that its evidence lacks and one other place says; None when there is no such half.

    Words that are said nowhere else are a paraphrase, not a half from elsewhere.
    """
    if len(evidence.claim.terms) < 2 * _LEAST_TERMS:
        return None
    lacking = _lacking(evidence)
    if lacking is None:
        return None
    index, claim = evidence.index, evidence.claim
    part = Spoken.of(claim.words(lacking[0], lacking[-1]), index)
    places = Places(index, part)
    best = places.best()
    if best is None or best.strength < _least_strength(len(part.terms)) or best.order < _ORDER:
        return None
    first, last = _surroundings(evidence)
    if first < best.last and best.first < last:
        return None
    said = index.pieces(first, last)
    here = (_recall(evidence, part) + agreement(part.pieces, said)) / 2
    if best.strength - here < _BETTER:
        return None
    return Half(lacking[0], lacking[-1] + 1, best, places.start_ms(best))


def _surroundings(evidence: Evidence) -> tuple[int, int]:
    """All that is said before and after the evidence for a while: a claim may sum up more than a moment."""
    times = evidence.index.times
    first, last = evidence.wide[0][0], evidence.wide[-1][1] - 1
    return evidence.index.within(int(times[first]) - _AROUND_MS, int(times[last]) + _AROUND_MS)


def _least_strength(terms: int) -> float:
    """How plainly another place must say a part of so many content words: few stand side by side by chance.

    From 0.75 of three to 0.55 of seven.
    """
    return max(0.55, 0.9 - 0.05 * terms)


def _recall(evidence: Evidence, part: Spoken) -> float:
    total = sum(t.weight for t in part.terms)
    hits = evidence.index.hits(part.terms, [_surroundings(evidence)])
    return sum(t.weight * h for t, h in zip(part.terms, hits, strict=True)) / (total or 1.0)


def _lacking(evidence: Evidence) -> range | None:
    """The words before or after the cut on whose sides the evidence holds most and least of the claim."""
    words = _weighed(evidence)
    total = [0.0, *accumulate(w.weight for w in words)]
    held = [0.0, *accumulate(w.weight * w.held for w in words)]
    matter = [0, *accumulate(w.weight > _PLAIN for w in words)]
    worst: tuple[float, range] | None = None
    for cut in range(1, len(words)):
        if min(matter[cut], matter[-1] - matter[cut]) < _LEAST_TERMS:
            continue
        before, after = held[cut] / total[cut], (held[-1] - held[cut]) / (total[-1] - total[cut])
        low, high = min(before, after), max(before, after)
        if high >= _HELD and low <= _LACKING and (worst is None or high - low > worst[0]):
            worst = (high - low, range(cut) if before < after else range(cut, len(words)))
    return worst[1] if worst else None


def _weighed(evidence: Evidence) -> list[_Word]:
    """Each word of the claim, with what it weighs and whether the evidence holds it."""
    index, claim = evidence.index, evidence.claim
    credit = dict(zip((t.stem for t in claim.terms), credits_of(evidence), strict=True))
    weight = {t.stem: _PLAIN + t.weight for t in claim.terms}
    whole = align(claim.pieces, evidence.pieces)
    aligned = {claim.pieces[c].word for c, _ in whole.pairs}
    stems = [index.stem(form) for form in claim.reading.forms]
    return [
        _Word(weight[s], credit[s]) if s in weight else _Word(_PLAIN, float(place in aligned))
        for place, s in enumerate(stems)
    ]


def torn(index: TranscriptIndex, claim: Spoken, cited: Place, better: Place) -> Objection | None:
    """What to say of a claim whose better place lacks a row of words that the cited one says; None of any other."""
    there = align(claim.pieces, index.pieces(better.first, better.last))
    held = {c for c, _ in there.pairs}
    untold = {c for c, piece in enumerate(claim.pieces) if piece.key in index.people}
    length = better.last - better.first
    around = index.pieces(max(0, better.first - length), min(better.last + length, len(index.times)))
    said = index.pieces(cited.first, cited.last)
    known = {p.key for p in around}
    only_here = {n: _rows(said, n) - _rows(around, n) for n in (_RUN - 1, _RUN)}
    for run in _runs(claim.pieces, held | untold):
        least = _RUN - any(index.is_content(p.form) and p.key not in known for p in run)
        if not _rows(run, least).isdisjoint(only_here[least]):
            rest = sorted({claim.pieces[c].word for c in held})
            return _objection(claim, range(rest[0], rest[-1] + 1))
    return None


def _rows(run: Sequence[Piece], length: int) -> set[tuple[str, ...]]:
    """All rows of so many words of a run."""
    return {tuple(p.key for p in run[i : i + length]) for i in range(len(run) - length + 1)}


def _runs(row: Sequence[Piece], held: set[int]) -> list[list[Piece]]:
    """The rows of neighbouring words that are not held."""
    runs: list[list[Piece]] = [[]]
    for place, piece in enumerate(row):
        if place in held:
            runs.append([])
        else:
            runs[-1].append(piece)
    return [run for run in runs if run]
