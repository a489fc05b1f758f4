"""Which piece of one version of a page is which piece of another: the same one, changed, or none."""

from collections.abc import Sequence

import numpy as np
import regex
from rapidfuzz import fuzz, process

from pipeline.vault.pieces import Piece

_ALIKE = 0.55
"""Sentences less alike than this are two sentences, unless they cite the same time."""
_SAME_TIME = 0.2
_SPACE_WORTH = 0.05
_MOST_CELLS = 400_000

_TAG = regex.compile(r"<a [^>\n]{0,500}>|</a>")
_TIME = regex.compile(r"\[(\d\d:\d\d:\d\d)\]")
_KEY = regex.compile(r"[\w-]+:")
_MARKS = regex.compile(r"\[\[[^\]|\n]*\| |\[\[|\]\]|\[\d\d:\d\d:\d\d\]")


def align(base: Sequence[Piece], other: Sequence[Piece]) -> list[int | None]:
    """For each piece of `other` the place in `base` of the piece that it is or was; None for a new one.

    The places rise. Where spaces could be aligned in several ways the earliest is taken, in all versions alike.
    """
    first = _same(base, other)
    last = _same(base[first:][::-1], other[first:][::-1])
    # A space at the edge is left to the search: which of two it is depends on what stands between.
    inner_base, inner_other = base[first : len(base) - last], other[first : len(other) - last]
    inner = [None if at is None else at + first for at in _searched(inner_base, inner_other)]
    shift = len(base) - len(other)
    return [*range(first), *inner, *(at + shift for at in range(len(other) - last, len(other)))]


def _same(one: Sequence[Piece], other: Sequence[Piece]) -> int:
    """How many pieces at the beginning are the same."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    while count and one[count - 1].space:
        count -= 1
    return count


def _searched(base: Sequence[Piece], other: Sequence[Piece]) -> list[int | None]:
    """The alignment that keeps most, by dynamic programming over all pairs."""
    if not base or not other:
        return [None] * len(other)
    if len(base) * len(other) > _MOST_CELLS:  # a page no person writes: only what is the same is aligned
        places = {piece: at for at, piece in reversed(list(enumerate(base))) if not piece.space}
        return _rising([places.get(piece) for piece in other])
    worth = _worth(base, other)
    best = np.zeros((len(base) + 1, len(other) + 1))
    for i in range(len(base) - 1, -1, -1):
        with_this = np.where(worth[i] > 0, worth[i] + best[i + 1, 1:], 0)
        row = np.maximum(best[i + 1, :-1], with_this)
        best[i, :-1] = np.maximum.accumulate(row[::-1])[::-1]
    return _walked(worth, best)


def _walked(worth: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", best: object) -> list[int | None]:
    table = np.asarray(best)
    found: list[int | None] = []
    i, (rows, columns) = 0, worth.shape
    for j in range(columns):
        at = i
        # Pieces of the base without a partner are passed over while that costs nothing and pairing is not as good.
        while at < rows and not _pairs(worth, table, at, j) and table[at + 1, j] >= table[at, j] - 1e-9:
            at += 1
        if at < rows and _pairs(worth, table, at, j):
            found.append(at)
            i = at + 1
        else:
            found.append(None)
    return found


def _pairs(
    worth: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
    table: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
    i: int,
    j: int,
) -> bool:
    return bool(worth[i, j] > 0 and worth[i, j] + table[i + 1, j + 1] >= table[i, j] - 1e-9)


def _rising(places: Sequence[int | None]) -> list[int | None]:
    found: list[int | None] = []
    last = -1
    for place in places:
        fits = place is not None and place > last
        found.append(place if fits else None)
        last = place if fits and place is not None else last
    return found


def _worth(base: Sequence[Piece], other: Sequence[Piece]) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """What pairing each piece with each is worth; 0 where they are no pair."""
    alike = process.cdist([_words(p) for p in base], [_words(p) for p in other], scorer=fuzz.ratio, dtype=np.float64)
    alike /= 100
    times_of = [_times(p) for p in other]
    for i, one in enumerate(base):
        times = _times(one)
        for j, two in enumerate(other):
            alike[i, j] = _pair(one, two, alike[i, j], cites_same=bool(times & times_of[j]))
    return alike


def _pair(one: Piece, two: Piece, alike: float, *, cites_same: bool) -> float:
    if one.space or two.space:
        return _SPACE_WORTH if one.space and two.space else 0
    if one.head or two.head:
        mine, yours = _KEY.match(one.text), _KEY.match(two.text)
        same_key = mine and yours and mine[0] == yours[0]
        return 1 + alike if one.head and two.head and (same_key or one == two) else 0
    if one.closes != two.closes:
        return 0
    if one == two:
        return 2
    return 1 + alike if alike >= _ALIKE or (cites_same and alike >= _SAME_TIME) else 0


def _words(piece: Piece) -> str:
    """What is compared: the words, without the markup of citations and links that all sentences share."""
    return _MARKS.sub("", _TAG.sub("", piece.text)).casefold()


def _times(piece: Piece) -> frozenset[str]:
    return frozenset(_TIME.findall(piece.text))
