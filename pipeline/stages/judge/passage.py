"""A claim and what a judge is shown of its transcript, as code reads them."""

from collections.abc import Sequence
from functools import cached_property

from pipeline.language.negation import is_kin
from pipeline.language.reading import read
from pipeline.language.stopwords import stop_words
from pipeline.stages.verify import TranscriptIndex, numbers
from pipeline.stages.verify.alignment import NEGATION, Piece, align, pieces
from pipeline.stages.verify.evidence import Evidence, Spoken
from pipeline.stages.verify.quote import Span, find
from pipeline.values.judgement import Question
from pipeline.values.transcript import Segment, Transcript, Video

_FAMILIAR = 0.2  # of its words: a claim with fewer stop words of a language is not in it
_SAME = 0.85  # of its words in the same order: such words do not contradict a claim
_RETOLD = 0.5  # a claim that has fewer is told in its own words


class Passage:
    """A claim and its passage, read and laid side by side."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.index = _index([line.text for stretch in question.stretches for line in stretch], question.language)
        self._claim = Spoken.of(question.claim, self.index)

    @property
    def retold(self) -> bool:
        """Whether the claim is told so freely that words alone tell little of what it says."""
        whole = ((0, len(self.index.reading.forms)),)
        return Evidence(self.index, self._claim, near=whole, wide=whole).alignment.ratio < _RETOLD

    def find(self, words: str) -> Span | None:
        """Where words stand in one stretch of the passage, but for hesitation."""
        first = 0
        for stretch in self.question.stretches:
            within = Span(*self.index.unit_range(first, first + len(stretch) - 1))
            if found := find(self.index, words, within):
                return found[0]
            first += len(stretch)
        return None

    def claimed(self, words: str) -> str:
        """The claim's own characters for some words of it; empty when they do not stand in it."""
        claim = _index([self.question.claim], self.index.language)
        return next((claim.text(*span) for span in find(claim, words)), "")

    def says(self, words: str) -> bool:
        """Whether the passage holds all telling words of some words of the claim."""
        terms = self.index.terms(read([words], self.index.language).forms)
        return all(hit >= 1 for hit in self.index.hits(terms, [(0, len(self.index.reading.forms))]))

    def touches(self, found: Sequence[Span]) -> bool:
        """Whether some words share a telling word with the claim; any words may, if it is in another language."""
        return self._is_foreign or any(self.index.hits(self._claim.terms, found)) or not self._claim.terms

    def decides(self, found: Sequence[Span]) -> bool:
        """Whether some words hold the numbers and the denial of the claim, besides something of its matter."""
        if not self.touches(found) or numbers.check(self._evidence(found)):
            return False
        if self._is_foreign:
            return True
        claimed, said = self._claim.pieces, self._pieces(found)
        return not (_denies(claimed) and not self._says_no(said)) and not (_denies(said) and not self._says_no(claimed))

    def repeats(self, found: Sequence[Span]) -> bool:
        """Whether some words say what the claim says, word for word."""
        claimed, said = self._claim.pieces, self._pieces(found)
        return align(claimed, said).ratio >= _SAME and _denies(claimed) == _denies(said)

    def _evidence(self, found: Sequence[Span]) -> Evidence:
        spans = tuple((span.first, span.last) for span in found)
        return Evidence(self.index, self._claim, near=spans, wide=spans, quotes=spans)

    def _pieces(self, found: Sequence[Span]) -> list[Piece]:
        return [p for span in found for p in pieces(self.index.reading, *span, self.index.language)]

    def _says_no(self, said: Sequence[Piece]) -> bool:
        return any(p.key == NEGATION or is_kin(p.form, self.index.language) for p in said)

    @cached_property
    def _is_foreign(self) -> bool:
        """Whether the claim is in another language than its passage, as far as words tell."""
        if any(self.index.hits(self._claim.terms, [(0, len(self.index.reading.forms))])):
            return False
        forms = self._claim.reading.forms
        familiar = stop_words(self.index.language)
        return bool(familiar) and sum(f in familiar for f in forms) < _FAMILIAR * len(forms)


def _denies(said: Sequence[Piece]) -> bool:
    return any(p.key == NEGATION for p in said)


def _index(texts: Sequence[str], language: str) -> TranscriptIndex:
    """An index of a few lines, for looking words up; times mean nothing in it."""
    segments = tuple(Segment(number=i, start_ms=i, end_ms=i + 1, text=text) for i, text in enumerate(texts))
    video = Video(id="", title="", channel="")
    return TranscriptIndex(Transcript(video=video, language=language, trust="unknown", segments=segments))
