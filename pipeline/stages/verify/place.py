"""Where in a transcript a claim is said best: at the cited time, or elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.verify.alignment import agreement
from pipeline.stages.verify.evidence import Spoken, densest_words
from pipeline.stages.verify.index import TranscriptIndex

_WORD_MS = 330  # of speech
_LEAST_MS = 8_000
_STEP_MS = 2_000  # widths are whole steps
_CANDIDATES = 4
_APART_MS = 20_000
_MARGIN_MS = 2_000
_PHRASES = 0.5  # what neighbouring words count beside the matter of a claim when its place is looked for
_ORDER = 0.5  # and what the share of its words that stand in the same order counts


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the transcript, as a half-open range of words, and how much of the claim it holds."""

    first: int
    last: int
    recall: float
    """The share of its content words, weighted by rarity, 0 to 1."""
    order: float
    """The share of all its words that stand there in the same order, 0 to 1."""

    @property
    def strength(self) -> float:
        """How plainly it says the claim: matter and wording count alike."""
        return (self.recall + self.order) / 2


class Places:
    """The recall of one claim at every place of a transcript."""

    def __init__(self, index: TranscriptIndex, claim: Spoken) -> None:
        self._index = index
        self._claim = claim
        self.width_ms = _width(len(claim.pieces))
        self._recalls = self._all_recalls()
        self._ranks = self._recalls + _PHRASES * self._all_phrases()

    def _all_recalls(self) -> NDArray[np.float64]:
        terms = self._claim.terms
        layers = [(p, likeness * term.weight) for term in terms for p, likeness in self._index.layers(term)]
        held = self._index.grid.laid([p for p, _ in layers], [weight for _, weight in layers], self.width_ms)
        return held / (sum(term.weight for term in terms) or 1.0)

    def _all_phrases(self) -> NDArray[np.float64]:
        rows = self._index.phrases.of(self._claim.pieces)
        weights = self._index.rarities(rows)
        return self._index.grid.laid(rows, weights, self.width_ms) / (sum(weights) or 1.0)

    def is_telling(self, terms: int) -> bool:
        """Whether the claim has so many content words at least."""
        return len(self._claim.terms) >= terms

    def near(self, first_ms: int, last_ms: int) -> Place | None:
        """The best place that begins between two times; None where nothing is said."""
        first, last = self._index.grid.first_after(first_ms), self._index.grid.first_after(last_ms)
        # A window that began earlier still holds what is said at `first_ms`.
        first = max(0, first - 1)
        if first >= last:
            return None
        return self._place(first + _middle_of_best(self._ranks[first:last]))

    def best(self) -> Place | None:
        """The best place of the whole transcript; None of a transcript without words."""
        return max(self._peaks(), key=lambda p: p[0] + _ORDER * p[1].order)[1] if len(self._ranks) else None

    def _peaks(self) -> list[tuple[float, Place]]:
        """The places that rank highest, each with its rank."""
        ranks = self._ranks.copy()
        starts_ms = self._index.grid.starts_ms
        peaks: list[tuple[float, Place]] = []
        while len(peaks) < _CANDIDATES:
            at = int(ranks.argmax())
            if peaks and ranks[at] < 0.6 * peaks[0][0]:
                break
            first, last = starts_ms.searchsorted([starts_ms[at] - _APART_MS, starts_ms[at] + _APART_MS + 1])
            cell = int(first) + _middle_of_best(self._ranks[first:last])
            peaks.append((float(self._ranks[cell]), self._place(cell)))
            ranks[first:last] = -1
            if ranks.max(initial=-1) < 0:
                break
        return peaks

    def _place(self, cell: int) -> Place:
        start = int(self._index.grid.starts_ms[cell])
        first, last = self._index.within(start - _MARGIN_MS, start + self.width_ms + _MARGIN_MS)
        said = self._index.pieces(first, last)
        return Place(first, last, float(self._recalls[cell]), agreement(self._claim.pieces, said))

    def start_ms(self, place: Place) -> int:
        """The time to cite for a place: the segment of the first word of the densest part that agrees.

        A claim may begin with words of its own, before those by which its place was found.
        """
        if place.first >= place.last:
            return 0
        first, _ = self._index.within(int(self._index.times[place.first]) - self.width_ms // 2, 0)
        first, _ = densest_words(self._index, self._claim, (first, place.last))
        return self._index.spoken_ms(first)


def _width(words: int) -> int:
    wanted = max(_LEAST_MS, words * _WORD_MS + 4_000)
    return -(-wanted // _STEP_MS) * _STEP_MS


def _middle_of_best(recalls: NDArray[np.float64]) -> int:
    """The middle one of the best cells: a window that just holds everything may hold it at its rim."""
    best = np.flatnonzero(recalls >= recalls.max() - 1e-9)
    return int(best[len(best) // 2])
