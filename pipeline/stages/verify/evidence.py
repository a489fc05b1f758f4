"""A claim and its evidence, read and laid side by side: what every guard looks at."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

from pipeline.language.reading import Reading, read
from pipeline.language.stemming import stem
from pipeline.stages.verify.alignment import Alignment, Piece, Slot, align, pieces
from pipeline.stages.verify.formulas import OPERATORS, spread
from pipeline.stages.verify.index import Term, TranscriptIndex

# Words that report speech tell who speaks, not what was said.
_REPORTED = """
speaker says said argues explains notes mentions according describes discusses emphasizes emphasises highlights suggests
points states remarks claims observes recalls stresses host guest narrator author video episode
"""
_REPORTING = frozenset(stem(word, "en") for word in _REPORTED.split())
_RETOLD = 0.5  # a claim that shares fewer of its words with its evidence tells it anew
_MOVED = 4  # words that must hang together to count as a clause that was moved
_TRIM = 6  # words kept on each side of the densest part of the evidence


Gravity = Literal["partial", "contradicted", "unsupported"]


class Objection(NamedTuple):
    """What a guard has against a claim."""

    tier: str
    verdict: Gravity
    reason: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Spoken:
    """A claim as a guard reads it."""

    text: str
    reading: Reading
    terms: tuple[Term, ...]
    language: str
    formulas: frozenset[int] = frozenset()
    """The words that stand in a formula."""

    @classmethod
    def of(cls, text: str, index: TranscriptIndex) -> "Spoken":
        """A claim read with the rarities of a transcript."""
        text, formulas = spread(text, index.language)
        reading = index.read(text)
        terms = tuple(index.terms(reading.forms))
        inside = frozenset(p for p, at in enumerate(reading.starts) if any(a <= at < b for a, b in formulas))
        # Who speaks is seldom said where they speak: the guards for names and speakers see to that.
        untold = index.people | (_REPORTING if index.language.startswith("en") else frozenset())
        untold |= {index.stem(word) for word in OPERATORS} if inside else frozenset()
        telling = tuple(t for t in terms if t.stem not in untold)
        return cls(text, reading, telling or terms, index.language, inside)

    @cached_property
    def pieces(self) -> list[Piece]:
        """Its words with short forms written out."""
        return pieces(self.reading, 0, len(self.reading.forms), self.language)

    def words(self, first: int, last: int) -> str:
        """Its own characters of the words `first` to `last`, inclusive."""
        return self.text[self.reading.starts[first] : self.reading.ends[last]]


@dataclass(frozen=True)
class Evidence:
    """The part of a transcript that is to carry a claim. Ranges are half-open and count words of the index."""

    index: TranscriptIndex
    claim: Spoken
    near: tuple[tuple[int, int], ...]
    """Where the claim is said."""
    wide: tuple[tuple[int, int], ...]
    """That and the words around it, where a number may have been said."""
    header: frozenset[str] = frozenset()
    """Stems of the title, the channel and the speakers."""
    before: tuple[tuple[int, int], ...] = ()
    """What was said up to here, where a name may have been introduced; `wide` when empty."""
    quotes: tuple[tuple[int, int], ...] = ()
    """The words that the claim itself quotes; empty for a claim that only cites a time."""

    credits: list[float] = field(init=False, compare=False, repr=False, default_factory=list)
    """How well it holds each term of the claim; filled when first asked for."""

    @cached_property
    def quoted_words(self) -> frozenset[int]:
        """The places of all words of the quotes."""
        return frozenset(place for span in self.quotes for place in range(*span))

    @cached_property
    def pieces(self) -> list[Piece]:
        """The words of `near`."""
        return [p for span in self.near for p in self.index.pieces(*span)]

    @cached_property
    def passage(self) -> list[Piece]:
        """The words of `wide`."""
        return [p for span in self.wide for p in self.index.pieces(*span)]

    @cached_property
    def alignment(self) -> Alignment:
        """The claim beside the densest part of `near`."""
        whole = align(self.claim.pieces, self.pieces)
        first, last = densest(whole, len(self.claim.pieces))
        return align(self.claim.pieces, self.pieces[max(0, first - _TRIM) : last + _TRIM])

    @cached_property
    def aligned_slots(self) -> list[Slot]:
        """Where the claim differs from the evidence, in its order."""
        return list(self.alignment.slots())

    @cached_property
    def slots(self) -> list[Slot]:
        """Where the claim differs from the evidence: in its order, and in clauses of it that were moved.

        In a claim that shares few words with its evidence, words that agree side by side do so by chance more often:
        their closeness counts less.
        """
        trust = min(1.0, self.alignment.ratio / _RETOLD)
        found = [replace(slot, closeness=slot.closeness * trust) for slot in self.aligned_slots]
        for slot in list(found):
            if len(slot.claim) >= _MOVED:
                moved = align(slot.claim, self.pieces)
                first, last = densest(moved, len(slot.claim))
                moved = align(slot.claim, self.pieces[max(0, first - 2) : last + 2])
                if moved.ratio >= 0.6:
                    found.remove(slot)
                    found.extend(moved.slots())
        return found

    @cached_property
    def closeness(self) -> float:
        """The largest share of the claim's words that one sentence of the evidence says in the same order, 0 to 1.

        Only where it is high does a word that differs tell that the claim is wrong.
        """
        untold = self.index.people | _REPORTING | {"that"}
        told = sum(piece.key not in untold for piece in self.alignment.claim)
        return min(1.0, len(self.agreeing) / max(1, told))

    @cached_property
    def agreeing(self) -> list[int]:
        """The places in the alignment's evidence that agree with the claim, of the sentence that holds most of them."""
        stops, alignment = self.index.reading.stops, self.alignment
        sentence = list(accumulate(int(stops[piece.word]) for piece in alignment.evidence))
        most = Counter(sentence[e] for _, e in alignment.pairs).most_common(1)
        return [e for _, e in alignment.pairs if sentence[e] == most[0][0]]

    @cached_property
    def hits(self) -> list[float]:
        """How well `near` holds each term of the claim, 0 to 1."""
        return self.index.hits(self.claim.terms, self.near)

    @cached_property
    def near_keys(self) -> frozenset[str]:
        """The keys of all words of `near`."""
        return frozenset(p.key for p in self.pieces)

    @cached_property
    def wide_stems(self) -> frozenset[str]:
        """The stems of all words where a name may have been said, stop words included."""
        return frozenset(s for span in self.before or self.wide for s in self.index.every_stem[slice(*span)])

    @cached_property
    def named_forms(self) -> list[str]:
        """The words where a name may have been said."""
        return [form for span in self.before or self.wide for form in self.index.reading.forms[slice(*span)]]


def densest(alignment: Alignment, length: int) -> tuple[int, int]:
    """The stretch of the evidence, hardly longer than the claim, that holds most of the agreeing words."""
    places = [e for _, e in alignment.pairs]
    if not places:
        return 0, 0
    reach = round(length * 1.5) + 6
    best, first = 0, 0
    end = 0
    for begin, place in enumerate(places):
        while end < len(places) and places[end] < place + reach:
            end += 1
        if end - begin > best:
            best, first = end - begin, begin
    return places[first], places[first + best - 1] + 1


def densest_words(index: TranscriptIndex, claim: Spoken, span: tuple[int, int]) -> tuple[int, int]:
    """The words of a stretch, half-open, that agree with a claim where they are densest; all of it if none agrees.

    It begins at the first word with matter that agrees and the words that agree right before it: a lone "the" of an
    earlier sentence is no beginning.
    """
    said = index.pieces(*span)
    alignment = align(claim.pieces, said)
    first, last = densest(alignment, len(claim.pieces))
    agreeing = {e for _, e in alignment.pairs if first <= e < last}
    begin = next((e for e in sorted(agreeing) if index.is_content(said[e].form)), first)
    while begin - 1 in agreeing:
        begin -= 1
    return (said[begin].word, said[last - 1].word + 1) if agreeing else span


def header_stems(texts: Sequence[str], language: str) -> frozenset[str]:
    """The stems of what is known of a video besides its words."""
    reading = read(texts, language)
    return frozenset(form if form.startswith("#") else stem(form, language) for form in reading.forms)
