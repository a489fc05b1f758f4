"""A claim laid beside its evidence, word by word, so that what was changed stands opposite what was said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from pipeline.language.contractions import written_out
from pipeline.language.negation import negators
from pipeline.language.reading import Reading
from pipeline.language.stemming import stem

NEGATION = "¬"
"""The key of every negator, so that "never" may stand for "not"."""

_Keyed = tuple[tuple[str, str], ...]
_TIGHT = 4
_OVERHANG = 2  # words before the first or after the last one that agrees that are still laid beside the evidence


class Piece(NamedTuple):
    """A word, or half of a short form, as it is compared."""

    key: str
    """Its stem; `NEGATION` for negators."""
    form: str
    word: int
    """Its place in the reading it comes from."""


def pieces(reading: Reading, first: int, last: int, language: str) -> list[Piece]:
    """The words `first:last` of a reading with short forms written out and negators made one."""
    forms = reading.forms[first:last]
    known = {form: _keyed(form, language) for form in set(forms)}
    if reading.negations:
        return _with_negations(reading, first, last, known)
    found = [Piece(key, form, place) for place, word in enumerate(forms, first) for key, form in known[word]]
    if any(form == "no" for form in known):
        found = [
            p._replace(key=p.form) if p.key == NEGATION and _is_answer(reading, p.word, p.form) else p for p in found
        ]
    return found


def _with_negations(reading: Reading, first: int, last: int, known: Mapping[str, _Keyed]) -> list[Piece]:
    """The pieces of a language whose negations the reading tells: one piece for all words that spell one."""
    found: list[Piece] = []
    after = first
    for place in range(first, last):
        if spelled := reading.negations.get(place, 0):
            found.append(Piece(NEGATION, "".join(reading.forms[place : place + spelled]), place))
            after = place + spelled
        if place >= after:
            found.extend(Piece(key, form, place) for key, form in known[reading.forms[place]])
    return found


@lru_cache(maxsize=100_000)
def _keyed(word: str, language: str) -> _Keyed:
    """The key and the form of each word of a short form."""
    negating = negators(language) if language.startswith("en") else ()  # of others the reading knows them
    return tuple(
        (NEGATION if form in negating else form if form.startswith("#") else stem(form, language), form)
        for form in written_out(word, language)
    )


def _is_answer(reading: Reading, place: int, form: str) -> bool:
    """Whether a "no" answers a question instead of negating what follows: a pause stands on both sides of it."""
    after = place + 1
    return form == "no" and reading.apart[place] and (after >= len(reading.forms) or reading.apart[after])


@dataclass(frozen=True, slots=True)
class Slot:
    """Words of the claim and the words of the evidence that stand in their place, between words that agree."""

    claim: tuple[Piece, ...]
    evidence: tuple[Piece, ...]
    closeness: float
    """The share of the nearest words around it that agree, 0 to 1: what hangs loose proves nothing."""

    @property
    def is_tight(self) -> bool:
        """Whether so few words differ that they stand for one another."""
        return len(self.claim) <= _TIGHT and len(self.evidence) <= _TIGHT


@dataclass(frozen=True, slots=True)
class Alignment:
    """The longest common row of words of a claim and its evidence."""

    claim: tuple[Piece, ...]
    evidence: tuple[Piece, ...]
    pairs: tuple[tuple[int, int], ...]
    """Places in `claim` and `evidence` that agree, ascending in both."""

    @property
    def ratio(self) -> float:
        """The share of the claim's words that stand in the evidence in the same order."""
        return len(self.pairs) / len(self.claim) if self.claim else 0.0

    def slots(self) -> Iterator[Slot]:
        """The places where claim and evidence differ between words that agree.

        A claim that differs in its first or last words is laid beside as many words of the evidence, if they are few.
        """
        if not self.pairs:
            return
        matched = {c for c, _ in self.pairs}
        over = len(self.claim) - self.pairs[-1][0] - 1
        bounds = [*self.pairs, (len(self.claim), self.pairs[-1][1] + 1 + (over if over <= _OVERHANG else 0))]
        claim_first, evidence_first = self.pairs[0]
        if 0 < claim_first <= _OVERHANG:
            bounds.insert(0, (-1, max(-1, evidence_first - claim_first - 1)))
        for (claim_before, evidence_before), (claim_after, evidence_after) in pairwise(bounds):
            if claim_after - claim_before == 1 and evidence_after - evidence_before == 1:
                continue
            yield Slot(
                self.claim[claim_before + 1 : claim_after],
                self.evidence[evidence_before + 1 : evidence_after],
                self._closeness(matched, claim_before, claim_after),
            )

    def _closeness(self, matched: set[int], before: int, after: int) -> float:
        around = [i for i in (*range(before - 2, before + 1), *range(after, after + 3)) if 0 <= i < len(self.claim)]
        return sum(i in matched for i in around) / len(around)


def align(claim: Sequence[Piece], evidence: Sequence[Piece]) -> Alignment:
    """The alignment with the most agreeing words."""
    blocks = LCSseq.opcodes([p.key for p in claim], [p.key for p in evidence])
    pairs = tuple(
        (block.src_start + k, block.dest_start + k)
        for block in blocks
        if block.tag == "equal"
        for k in range(block.src_end - block.src_start)
    )
    return Alignment(tuple(claim), tuple(evidence), pairs)


def agreement(claim: Sequence[Piece], evidence: Sequence[Piece]) -> float:
    """The share of the claim's words that stand in the evidence in the same order: `align(...).ratio`, sooner."""
    return LCSseq.similarity([p.key for p in claim], [p.key for p in evidence]) / len(claim) if claim else 0.0
