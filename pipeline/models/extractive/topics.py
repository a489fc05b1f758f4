"""Where the subject changes.

Units of about twelve seconds become smoothed TF-IDF vectors; the cuts are those that leave the vectors of a topic
closest to their mean (squared error), found exactly by dynamic programming over the places where a cut is allowed.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from regex import Pattern

from pipeline.models.extractive.likeness import Vector, centre, cosine
from pipeline.values.script import Line

Matrix = NDArray[np.float32]

_UNIT_MS = 12_000
_SMOOTH = 3  # units to each side
_MOST_TERMS = 4_000
_TOPIC_MINUTES = 11.0  # a long talk
_SHORT_MINUTES = 4.0  # what is added to it in a very short one
_LONG_MINUTES = 45.0
_LONG_ANSWER_MS = 10 * 60_000
_NEAR_MS = 36_000  # from a cut to the turn that it stands for
_PAUSE_A_SECOND = 60  # ms of pause that a second of distance outweighs
_TURNS_MS = 1_000  # what "Okay, so …" weighs as a pause
_ANSWER_MS = 3 * 60_000  # of a long answer that stays with its question, and before the next one


class Units(NamedTuple):
    """Neighbouring lines of about twelve seconds: unit u holds the lines `starts[u]` up to `starts[u + 1]`."""

    starts: tuple[int, ...]
    """Indices of lines; one more than there are units."""
    sums: NDArray[np.float64]
    """Summed similarities: `sums[i, j]` is that of the first i units with the first j."""


def make_units(lines: Sequence[Line], terms: Sequence[list[str]], unit_ms: int = _UNIT_MS) -> Units:
    """The units of a script, from the terms of each of its lines."""
    starts = [0]
    for i, line in enumerate(lines):
        if i and line.start_ms - lines[starts[-1]].start_ms >= unit_ms:
            starts.append(i)
    starts.append(len(lines))
    bags = [Counter(t for line in terms[a:b] for t in line) for a, b in itertools.pairwise(starts)]
    vectors = _smoothed(vectors_of(bags))
    sums = np.zeros((len(bags) + 1, len(bags) + 1))
    sums[1:, 1:] = (vectors @ vectors.T).astype(np.float64).cumsum(0).cumsum(1)
    return Units(tuple(starts), sums)


def vectors_of(bags: Sequence[Counter[str]]) -> Matrix:
    """Sublinear TF-IDF rows of unit length; terms that occur in one bag only say nothing about likeness."""
    spread = Counter(t for bag in bags for t in bag)
    shared = [t for t, n in spread.most_common(_MOST_TERMS) if n > 1]
    index = {t: i for i, t in enumerate(shared)}
    rows = np.zeros((len(bags), max(1, len(index))), dtype=np.float32)
    for r, bag in enumerate(bags):
        for term, count in bag.items():
            if term in index:
                rows[r, index[term]] = (1 + np.log(count)) * np.log(1 + len(bags) / spread[term])
    return _unit_length(rows)


def topic_count(duration_ms: int) -> int:
    """About how many subjects a talk of this length has: one in eleven minutes, more in short talks."""
    minutes = duration_ms / 60_000
    each = _SHORT_MINUTES + (_TOPIC_MINUTES - _SHORT_MINUTES) * min(1.0, minutes / _LONG_MINUTES)
    return max(1, round(minutes / each))


def cut_topics(units: Units, count: int, allowed: Sequence[int] | None, least: int) -> list[int]:
    """First lines of about `count` topics (the first is 0), at best places.

    Args:
        units: of the whole stretch to be cut.
        count: how many topics are wanted; fewer come back where there is no room.
        allowed: indices of lines where a topic may begin; None for anywhere.
        least: units that a topic has at least.
    """
    total = len(units.starts) - 1
    lines_at = _unit_places(units, allowed, total)
    places = sorted({0, total} | set(lines_at))
    places = [p for p in places if p in (0, total) or least <= p <= total - least]
    count = min(count, len(places) - 1)
    if count < 2:
        return [0]
    cuts = _best_cuts(_costs(units, places, least), count)
    return [0, *(lines_at[places[p]] for p in cuts[1:])]


def answer_places(lines: Sequence[Line], blocks: Sequence[int]) -> list[int]:
    """Where topics of an interview may begin: at questions, and anywhere inside a very long answer."""
    places = list(blocks)
    for begin, end in zip([0, *blocks], [*blocks, len(lines)], strict=True):
        if end > begin and lines[end - 1].end_ms - lines[begin].start_ms > _LONG_ANSWER_MS:
            early, late = lines[begin].start_ms + _ANSWER_MS, lines[end - 1].end_ms - _ANSWER_MS
            places.extend(i for i in range(begin + 1, end) if early <= lines[i].start_ms <= late)
    return sorted(set(places))


def at_turn(lines: Sequence[Line], cut: int, openers: Pattern[str]) -> int | None:
    """The line near a cut after the longest pause; None where nothing opens near it."""

    def weight(i: int) -> float:
        pause = lines[i].start_ms - lines[i - 1].end_ms
        away = abs(lines[i].start_ms - lines[cut].start_ms)
        return pause - away * _PAUSE_A_SECOND / 1000 + _TURNS_MS * bool(openers.match(lines[i].text))

    near = [i for i in range(1, len(lines)) if abs(lines[i].start_ms - lines[cut].start_ms) <= _NEAR_MS]
    opening = [i for i in near if lines[i].opens]
    return max(opening, key=weight, default=None)


def at_words(lines: Sequence[Line], vectors: Sequence[Vector], span: tuple[int, int, int]) -> int:
    """The line near a cut before which lines speak like the topic before it, and after which like the one after.

    Args:
        lines: of the script.
        vectors: of each line.
        span: first line of the topic before, the cut, the end of the topic after it.
    """
    begin, cut, end = span
    near = [i for i in range(begin + 1, end) if abs(lines[i].start_ms - lines[cut].start_ms) <= _SMOOTH * _UNIT_MS]
    if not near:
        return cut
    # the lines in question say nothing of either side, unless there are no others
    before = centre(vectors[begin : near[0]] or vectors[begin:cut])
    after = centre(vectors[near[-1] + 1 : end] or vectors[cut:end])
    best, gained, at = 0.0, 0.0, cut
    for i in range(cut, near[-1]):
        gained += cosine(vectors[i], before) - cosine(vectors[i], after)
        if gained > best:
            best, at = gained, i + 1
    gained = 0.0
    for i in range(cut - 1, near[0] - 1, -1):
        gained += cosine(vectors[i], after) - cosine(vectors[i], before)
        if gained > best:
            best, at = gained, i
    return at


def _unit_places(units: Units, allowed: Sequence[int] | None, total: int) -> dict[int, int]:
    """For each unit at which a cut is allowed, the line where it is made."""
    if allowed is None:
        return {u: units.starts[u] for u in range(total)}
    starts = np.asarray(units.starts[:-1])
    places: dict[int, int] = {}
    for line in allowed:
        places.setdefault(int(np.abs(starts - line).argmin()), line)
    return places


def _smoothed(vectors: Matrix) -> Matrix:
    padded = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), vectors.cumsum(0, dtype=np.float32)])
    n = len(vectors)
    low = np.maximum(0, np.arange(n) - _SMOOTH)
    high = np.minimum(n, np.arange(n) + _SMOOTH + 1)
    return _unit_length(padded[high] - padded[low])


def _unit_length(rows: Matrix) -> Matrix:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def _costs(units: Units, places: Sequence[int], least: int) -> NDArray[np.float64]:
    """`costs[a, b]`: squared error of one topic from place a to place b; infinite where it would be too short."""
    at = np.asarray(places)
    s = units.sums
    inner = s[np.ix_(at, at)]
    own = np.diag(inner)
    length = (at[None, :] - at[:, None]).astype(np.float64)
    within = own[None, :] - inner - inner.T + own[:, None]
    return np.where(length >= max(1, least), length - within / np.maximum(length, 1), np.inf)


def _best_cuts(costs: NDArray[np.float64], count: int) -> list[int]:
    """Indices of places where each of the topics begins; fewer topics than wanted if they do not fit."""
    last = len(costs) - 1
    best = [costs[0]]
    back: list[NDArray[np.intp]] = []
    for _ in range(count - 1):
        through = best[-1][:, None] + costs
        back.append(through.argmin(0))
        best.append(through.min(0))
    k = max((k for k in range(count) if np.isfinite(best[k][last])), default=0)
    cuts, end = [], last
    for step in range(k - 1, -1, -1):
        end = int(back[step][end])
        cuts.append(end)
    return [0, *reversed(cuts)]
