"""Words that follow one another: what is told in the same words is found by them when its matter is everywhere."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.verify.alignment import Piece

_FACTOR = 1 << 31


class Phrases:
    """Where each pair of neighbouring words stands. Grammar counts too: "not just build" tells more than "build"."""

    def __init__(self, row: Sequence[Piece]) -> None:
        """From all words of a transcript in order."""
        self._ids = {key: number for number, key in enumerate(dict.fromkeys(p.key for p in row))}
        pairs = self._pairs_of([p.key for p in row])
        order = np.argsort(pairs, kind="stable")
        self._pairs: NDArray[np.int64] = pairs[order]
        self._words: NDArray[np.int64] = np.array([p.word for p in row[:-1]], dtype=np.int64)[order]

    def _pairs_of(self, keys: Sequence[str]) -> NDArray[np.int64]:
        ids = np.array([self._ids.get(key, -1) for key in keys], dtype=np.int64)
        return ids[:-1] * _FACTOR + ids[1:]

    def of(self, row: Sequence[Piece]) -> list[NDArray[np.int64]]:
        """For each different pair of neighbours of a claim, the words at which it begins, ascending."""
        pairs = self._pairs_of([key for pair in dict.fromkeys(pairwise(p.key for p in row)) for key in pair])[::2]
        first = self._pairs.searchsorted(pairs, "left")
        last = self._pairs.searchsorted(pairs, "right")
        return [self._words[a:b] for a, b in zip(first, last, strict=True)]
