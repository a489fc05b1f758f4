"""The windows of a transcript: at every place of a fine grid, which words are said from there on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STEP_MS = 2_500  # places are tried at word starts this far apart


class Grid:
    """Windows that begin at words about 2.5 s apart. Where words stand is told as ranges of windows that hold them."""

    def __init__(self, times: NDArray[np.int64]) -> None:
        """From when each word was said, in milliseconds, ascending."""
        self._times = times
        cells = (times - times[0]) // _STEP_MS if len(times) else times
        opens = np.diff(cells, prepend=-1) != 0
        starts = np.flatnonzero(opens).astype(np.int64)
        self.starts_ms: NDArray[np.int64] = times[starts]
        """When each window begins."""
        self._last: NDArray[np.int64] = np.cumsum(opens)
        """One past the last window that begins at a word or before it."""
        self._first: dict[int, NDArray[np.int64]] = {}
        """By width, the first window that reaches to each word."""

    def __len__(self) -> int:
        """How many windows there are."""
        return len(self.starts_ms)

    def laid(self, rows: Sequence[NDArray[np.int64]], weights: Sequence[float], width_ms: int) -> NDArray[np.float64]:
        """What lies on each window of this width when every row of words lays its weight on those that hold any of it.

        Args:
            rows: words of the transcript, ascending in each row.
            weights: one a row.
            width_ms: of all windows.
        """
        if not rows:
            return np.zeros(len(self))
        lengths = [len(row) for row in rows]
        words = np.concatenate(rows)
        first, last = self._first_of(width_ms)[words], self._last[words]
        ends = np.cumsum(lengths)
        # A window that holds two words of a row is given to the first of them.
        before = np.concatenate([[0], last[:-1]])[: len(words)]
        before[ends[:-1][ends[:-1] < len(words)]] = 0
        np.maximum(first, before, out=first)
        row = np.repeat(np.arange(len(rows), dtype=np.uint16), lengths)
        some = first < last
        first, last, row = first[some], last[some], row[some]
        # Row by row, so that sums are rounded alike whatever else is asked.
        order = np.argsort(np.concatenate([row, row]), kind="stable")
        weight = np.array(weights)[row]
        steps = np.asarray(
            np.bincount(
                np.concatenate([first, last])[order], np.concatenate([weight, -weight])[order], minlength=len(self) + 1
            ),
            dtype=np.float64,
        )
        return np.cumsum(steps)[:-1]

    def _first_of(self, width_ms: int) -> NDArray[np.int64]:
        if width_ms not in self._first:
            self._first[width_ms] = self.starts_ms.searchsorted(self._times - width_ms, "right")
        return self._first[width_ms]

    def first_after(self, time_ms: int) -> int:
        """The first window that begins at this time or later."""
        return int(self.starts_ms.searchsorted(time_ms))
