"""Spelled numbers put together from tables of words: "двадцать пять тысяч", "三億2000万", "पच्चीस लाख"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.language.folding import folded
from pipeline.language.lexicon import Numerals

_DIGITS = 3  # a row of so many bare Han digits is a year or a code, and no list of numbers


class Composed(NamedTuple):
    """A number in a row of words: `words[first:last + 1]`."""

    value: float
    first: int
    last: int
    ordinal: bool


@dataclass
class _Sum:
    """A number while its parts are being read."""

    total: float = 0.0
    """What is finished: whole thousands, millions."""
    section: float = 0.0
    """What is finished of the group being read: hundreds."""
    pending: float | None = None
    """What the next multiplier multiplies."""
    room: float = 0.0
    """What is to be added to `pending` must be smaller."""
    below: float = float("inf")
    """The next multiplier inside the group must be smaller."""
    outer: float = float("inf")
    ended: bool = False
    """Whether nothing can follow: after an ordinal or decimals."""

    @property
    def value(self) -> float:
        return self.total + self.section + (self.pending or 0.0)

    def add(self, value: float, *, tens_after_ones: bool) -> bool:
        """Take a plain number in; False when it begins another number."""
        if self.ended or value >= min(self.outer, self.below):
            return False
        if self.pending is None:
            self.pending, self.room = value, _trailing(value)
        elif 0 < value < self.room:
            self.pending, self.room = self.pending + value, _trailing(value)
        elif tens_after_ones and 0 < self.pending % 100 < 10 and value in range(10, 100, 10):
            self.pending, self.room = self.pending + value, 0
        else:
            return False
        return True

    def multiply_inside(self, scale: float) -> bool:
        if self.ended or scale >= self.below or (self.pending is not None and self.pending >= 100):
            return False
        self.section += (1 if self.pending is None else self.pending) * scale
        self.pending, self.room, self.below = None, 0, scale
        return True

    def multiply_all(self, scale: float) -> bool:
        group = self.section + (self.pending or 0)
        if self.ended or (group == 0 and self.total and scale <= self.outer) or (group and scale >= self.outer):
            return False
        if group == 0 and self.total:
            self.total *= scale  # 万亿
        else:
            self.total += (group or 1) * scale
            self.outer = scale
        self.section, self.pending, self.room, self.below = 0, None, 0, float("inf")
        return True


def _trailing(value: float) -> float:
    """The unit in which a number is round: 10 of 20, 100 of 300, 1 of 25."""
    unit = 1.0
    while value and value % (unit * 10) == 0:
        unit *= 10
    return unit


def compose(words: Sequence[str], apart: Sequence[bool], table: Numerals, primary: str) -> list[Composed]:
    """The spelled numbers of a row of normalised words, in order; lone words for one and for multipliers are none."""
    return _Composer(words, apart, table, primary).numbers()


class _Composer:
    def __init__(self, words: Sequence[str], apart: Sequence[bool], table: Numerals, primary: str) -> None:
        self._words = [folded(w, primary) for w in words]
        self._apart = apart
        self._table = table
        self._idioms = {phrase[0] for phrase in table.idioms}
        self._known = table.values.keys() | table.inner.keys() | table.outer.keys() | table.prefixed.keys()

    def numbers(self) -> list[Composed]:
        found = []
        place = 0
        while place < len(self._words):
            if not self._may_begin(self._words[place]):
                place += 1
                continue
            idiom = self._idiom(place)
            number = None if idiom else self._number(place)
            if number:
                found.append(number)
            place = number.last + 1 if number else place + (idiom or 1)
        return found

    def _may_begin(self, word: str) -> bool:
        """A quick look that passes over nearly all words."""
        return word in self._known or word in self._idioms or word[0].isdigit() or word.startswith(self._table.attached)

    def _idiom(self, place: int) -> int:
        for phrase in self._table.idioms:
            if self._words[place] == phrase[0] and tuple(self._words[place : place + len(phrase)]) == phrase:
                return len(phrase)
        return 0

    def _number(self, first: int) -> Composed | None:
        if not self._is_part(first):
            return None
        if row := self._digit_row(first):
            return row
        so_far, extra, place, ordinal = _Sum(), 0.0, first, False
        last = first - 1
        while place < len(self._words) and (place == first or not self._apart[place]):
            word, joined = self._part(self._words[place])
            if place > first and word in self._table.joins and self._is_part(place + 1):
                place += 1
                continue
            if self._is_digit(word) and not self._single_follows(place):
                break
            if place == first and word in self._table.prefixed:
                extra = self._table.prefixed[word]
            elif not self._take(so_far, word, joined=joined):
                break
            ordinal = word in self._table.ordinals
            so_far.ended = so_far.ended or ordinal
            last = place
            place += 1
            if extra and so_far.pending is not None:
                so_far.pending, so_far.room, extra = so_far.pending + extra, 0, 0.0
            place, last = self._decimals(so_far, place, last)
        return self._finished(so_far, first, last, ordinal=ordinal)

    def _finished(self, so_far: _Sum, first: int, last: int, *, ordinal: bool) -> Composed | None:
        word = self._words[first]
        if last < first or (first == last and self._part(word)[0] not in self._table.values):
            return None
        if first == last and so_far.value == 1:
            return None
        value = so_far.value
        if self._table.drops_last_unit and last > first + 1 and (so_far.pending or 0) in range(1, 10):
            value += self._dropped(so_far, last)
        return Composed(value, first, last, ordinal)

    def _dropped(self, so_far: _Sum, last: int) -> float:
        """What 120 has more than 102, for the Chinese "一百二"."""
        before = self._words[last - 1]
        unit = self._table.inner.get(before, self._table.outer.get(before, 0)) / 10
        return (so_far.pending or 0) * (unit - 1) if unit >= 10 else 0.0

    def _take(self, so_far: _Sum, word: str, *, joined: bool) -> bool:
        if word in self._table.inner:
            return so_far.multiply_inside(self._table.inner[word])
        if word in self._table.outer:
            return so_far.multiply_all(self._table.outer[word])
        value = self._table.values.get(word)
        if value is None and word[:1].isdigit() and word.isdigit():
            value = float(word)
        return value is not None and so_far.add(value, tens_after_ones=self._table.reversed and (joined or value == 10))

    def _part(self, word: str) -> tuple[str, bool]:
        """A word without the "and" that is written with it, and whether there was one."""
        for mark in self._table.attached:
            if word not in self._known and word.startswith(mark) and word.removeprefix(mark) in self._known:
                return word.removeprefix(mark), True
        return word, False

    def _is_part(self, place: int) -> bool:
        if place >= len(self._words):
            return False
        word = self._part(self._words[place])[0]
        return word in self._known or (self._is_digit(word) and self._single_follows(place))

    def _is_digit(self, word: str) -> bool:
        return word.isdigit() and word.isascii()

    def _single_follows(self, place: int) -> bool:
        """Whether a multiplier stands right after digits: "3億"."""
        following = self._words[place + 1] if place + 1 < len(self._words) and not self._apart[place + 1] else ""
        return following in self._table.inner or following in self._table.outer

    def _digit_row(self, first: int) -> Composed | None:
        """Bare digits one after another: "一九八四" is 1984, "三四" are two numbers."""
        last = first
        while (
            last < len(self._words)
            and len(self._words[last]) == 1
            and 0 <= self._table.values.get(self._words[last], -1) < 10
        ):
            if last > first and self._apart[last]:
                break
            last += 1
        row = self._words[first:last]
        if (
            len(row) < _DIGITS
            or any(len(w) > 1 for w in row)
            or self._words[last : last + 1] in ([w] for w in self._table.inner)
        ):
            return None
        return Composed(float("".join(str(int(self._table.values[w])) for w in row)), first, last - 1, ordinal=False)

    def _decimals(self, so_far: _Sum, place: int, last: int) -> tuple[int, int]:
        """The place after the decimals that begin at `place`, if any, and the last one of the number."""
        if place >= len(self._words) or self._words[place] not in self._table.point or so_far.pending is None:
            return place, last
        at = place + 1
        digits = ""
        while at < len(self._words) and not self._apart[at] and 0 <= self._table.values.get(self._words[at], -1) < 10:
            digits += str(int(self._table.values[self._words[at]]))
            at += 1
        if not digits:
            return place, last
        so_far.pending, so_far.room = so_far.pending + float("0." + digits), 0
        return at, at - 1
