"""Where in a transcript a claim is said best: at the cited time, or elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.verify.alignment import align, pieces
from pipeline.stages.verify.evidence import Spoken, densest_words
from pipeline.stages.verify.index import TranscriptIndex

_WORD_MS = 330  # of speech
_LEAST_MS = 8_000
_STEP_MS = 2_000  # widths are whole steps, so that what was computed for a width can be used again
_CANDIDATES = 4
_APART_MS = 20_000
_MARGIN_MS = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the transcript, as a half-open range of words, and the share of the claim it holds."""

    first: int
    last: int
    recall: float


class Places:
    """The recall of one claim at every place of a transcript."""

    def __init__(self, index: TranscriptIndex, claim: Spoken) -> None:
        self._index = index
        self._claim = claim
        self.width_ms = _width(len(claim.pieces))
        self._recalls = self._all_recalls()

    def _all_recalls(self) -> NDArray[np.float64]:
        total = sum(t.weight for t in self._claim.terms)
        recalls = np.zeros(len(self._index.grid))
        for term in self._claim.terms:
            recalls += term.weight * self._index.presence(term, self.width_ms)
        return recalls / total if total else recalls

    def is_telling(self, terms: int) -> bool:
        """Whether the claim has so many content words at least."""
        return len(self._claim.terms) >= terms

    def near(self, first_ms: int, last_ms: int) -> Place | None:
        """The best place that begins between two times; None where nothing is said."""
        starts = self._index.times[self._index.grid]
        first, last = np.searchsorted(starts, [first_ms, last_ms])
        # A window that began earlier still holds what is said at `first_ms`.
        first = max(0, int(first) - 1)
        if first >= last:
            return None
        return self._place(int(first) + _middle_of_best(self._recalls[first:last]))

    def best(self) -> Place | None:
        """The best place of the whole transcript; among nearly equal ones, that which keeps the claim's word order."""
        if not len(self._recalls):
            return None
        candidates = self._peaks()
        return max(candidates, key=lambda p: p.recall + 0.5 * self._in_order(p))

    def _peaks(self) -> list[Place]:
        recalls = self._recalls.copy()
        starts = self._index.times[self._index.grid]
        peaks: list[Place] = []
        while len(peaks) < _CANDIDATES:
            at = int(recalls.argmax())
            if peaks and recalls[at] < 0.6 * peaks[0].recall:
                break
            around = np.flatnonzero(np.abs(starts - starts[at]) <= _APART_MS)
            peaks.append(self._place(int(around[0]) + _middle_of_best(self._recalls[around[0] : around[-1] + 1])))
            recalls[around] = -1
            if recalls.max(initial=-1) < 0:
                break
        return peaks

    def _place(self, cell: int) -> Place:
        start = int(self._index.times[self._index.grid[cell]])
        first, last = self._index.within(start - _MARGIN_MS, start + self.width_ms + _MARGIN_MS)
        return Place(first, last, float(self._recalls[cell]))

    def _in_order(self, place: Place) -> float:
        said = pieces(self._index.reading, place.first, place.last, self._index.language)
        return align(self._claim.pieces, said).ratio

    def start_ms(self, place: Place) -> int:
        """The time to cite for a place: the segment of the first word of the densest part that agrees."""
        first, _ = densest_words(self._index, self._claim, (place.first, place.last))
        return self._index.spoken_ms(first) if place.first < place.last else 0


def _width(words: int) -> int:
    wanted = max(_LEAST_MS, words * _WORD_MS + 4_000)
    return -(-wanted // _STEP_MS) * _STEP_MS


def _middle_of_best(recalls: NDArray[np.float64]) -> int:
    """The middle one of the best cells: a window that just holds everything may hold it at its rim."""
    best = np.flatnonzero(recalls >= recalls.max() - 1e-9)
    return int(best[len(best) // 2])
