"""Texts taken apart into words with their places, before numbers are joined."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from pipeline.language.lexicon import lexicon
from pipeline.language.tokens import Token, is_character, part, tokens

_STOPS = frozenset(".?!…。？！؟।")
_BLANK = " \t\n-\u00a0\u00ad\u200b-\u200f\u202a-\u202f\u2060-\u2069\ufeff"
_AGAIN = frozenset("々ゝヽ")  # "人々" is "人人"
# It parts texts that are read at once: blank, part of no word, and nothing that a word looks back at.
_BETWEEN = {True: "\n", False: "\u2060"}


class Raw:
    """The words of texts in order, as parallel rows, while they are being read."""

    def __init__(self, language: str) -> None:
        """For texts in a language (primary subtag)."""
        self.elisions = lexicon(language).elisions
        self.counted = lexicon(language).numerals.counted
        self.after_digits = lexicon(language).numerals.after_digits
        self.words: list[str] = []
        self.units: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.apart: list[bool] = []
        self.stops: list[bool] = []
        self.stop = False
        """Whether a sentence ended after the last word."""
        self.pause = True
        """Whether more than a blank stands after the last word."""

    def add(self, word: str, unit: int, span: tuple[int, int], *, apart: bool) -> None:
        """One more word of text `unit`."""
        self.words.append(word)
        self.units.append(unit)
        self.starts.append(span[0])
        self.ends.append(span[1])
        self.apart.append(apart)
        self.stops.append(self.stop)
        self.stop = False

    def read(self, texts: Sequence[str]) -> None:
        """The words of all texts, those of ASCII letters and the others in rows as long as they come."""
        first = 0
        for is_ascii, group in groupby(texts, key=str.isascii):
            run = list(group)
            _Run(run, first, is_ascii=is_ascii).read(self)
            first += len(run)


class _Run:
    """Texts that follow one another and are read at once."""

    def __init__(self, texts: list[str], first_unit: int, *, is_ascii: bool) -> None:
        self.texts = texts
        self.gaps, self.words, starts, ends = part(_BETWEEN[is_ascii].join(texts))
        if len(texts) > 1:
            begins = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
            units = begins.searchsorted(starts, "right") - 1
            self.units: list[int] = (units + first_unit).tolist()
            self.starts: list[int] = (np.array(starts, dtype=np.int64) - begins[units]).tolist()
            self.ends: list[int] = (np.array(ends, dtype=np.int64) - begins[units]).tolist()
        else:
            self.units, self.starts, self.ends = [first_unit] * len(starts), starts, ends
        self.first_unit = first_unit
        distinct = set(self.gaps)
        pausing = {gap: bool(gap.strip(_BLANK)) for gap in distinct}
        stopping = {gap: not _STOPS.isdisjoint(gap) for gap in distinct}
        self.apart = [pausing[gap] for gap in self.gaps]
        self.stops = [stopping[gap] for gap in self.gaps]

    def read(self, raw: Raw) -> None:
        """Add the words: those that are one word as they stand row by row, the others one by one."""
        after = 0
        if self.words:
            before = raw.words[-1] if raw.words else ""
            self.apart[0] = self.apart[0] or raw.pause
            self._part_characters(before)
            for place in self._special(raw):
                self._copy(raw, after, place)
                self._read_special(raw, place)
                after = place + 1
            self._copy(raw, after, len(self.words))
            raw.pause = False
        raw.stop = raw.stop or self.stops[-1]
        raw.pause = raw.pause or self.apart[-1]

    def _copy(self, raw: Raw, first: int, last: int) -> None:
        if first < last:
            raw.words += self.words[first:last]
            raw.units += self.units[first:last]
            raw.starts += self.starts[first:last]
            raw.ends += self.ends[first:last]
            raw.apart += self.apart[first:last]
            self.stops[first] = self.stops[first] or raw.stop
            raw.stops += self.stops[first:last]
            raw.stop = False

    def _part_characters(self, before: str) -> None:
        """A space between characters of a script that needs none is a comma there."""
        for place, word in enumerate(self.words):
            if not word.isascii() and is_character(word) and is_character(before):
                gap = self.gaps[place]
                inside = gap[max(0, len(gap) - self.starts[place]) :]  # without the end of the text before
                self.apart[place] = self.apart[place] or " " in inside
            if place == 0 or self.gaps[place] or word not in _AGAIN:
                before = word

    def _special(self, raw: Raw) -> list[int]:
        """The words that are more than one, or one with the word before them."""
        if raw.counted:
            return list(range(len(self.words)))
        found = []
        before = ""
        for place, word in enumerate(self.words):
            if not (self.gaps[place] and word.isalpha()):
                compound = "-" in word or ":" in word or (raw.elisions and "'" in word)
                if compound or (
                    not self.gaps[place] and (before[-1:].isdigit() or not _AGAIN.isdisjoint((before, word)))
                ):
                    found.append(place)
            before = word
        return found

    def _read_special(self, raw: Raw, place: int) -> None:
        word, unit, apart = self.words[place], self.units[place], self.apart[place]
        token = Token(word, self.starts[place], self.ends[place])
        text = self.texts[unit - self.first_unit]
        raw.stop = raw.stop or self.stops[place]
        glued = not self.gaps[place] and place > 0
        if glued and raw.words[-1][-1].isdigit() and word[:1].isalpha() and word.isascii():
            head = word.partition("-")[0]  # 20|th, 1940|s, 5|k, 18|th-century
            raw.words[-1] += head
            raw.ends[-1] = token.start + len(head)
            if head != word:
                _read_compound(text, (token.start + len(head) + 1, token.end), unit, raw, apart=False)
        elif "-" in word or ":" in word:
            _read_compound(text, (token.start, token.end), unit, raw, apart=apart)
        else:
            _read_word(token, unit, raw, apart=apart, glued=glued)


def _read_word(token: Token, unit: int, raw: Raw, *, apart: bool, glued: bool) -> None:
    if raw.elisions and "'" in token.norm:
        head, _, rest = token.norm.partition("'")
        if head in raw.elisions and rest:
            middle = token.start + len(head)
            raw.add(head, unit, (token.start, middle), apart=apart)
            _read_word(Token(rest, middle + 1, token.end), unit, raw, apart=False, glued=True)
            return
    pattern = raw.after_digits if glued and raw.words[-1][-1].isdigit() else raw.counted
    if pattern and len(token.norm) == token.end - token.start and (match := pattern.match(token.norm)):
        for place in range(match.end()):
            span = (token.start + place, token.start + place + 1)
            raw.add(token.norm[place], unit, span, apart=apart and place == 0)
        if rest := token.norm[match.end() :]:
            raw.add(rest, unit, (token.start + match.end(), token.end), apart=False)
        return
    again = glued and token.norm in _AGAIN
    raw.add(raw.words[-1] if again else token.norm, unit, (token.start, token.end), apart=apart)


def _read_compound(text: str, span: tuple[int, int], unit: int, raw: Raw, *, apart: bool) -> None:
    start, end = span
    begin = start
    for place in range(start, end + 1):
        if place == end or text[place] in "-‑:":
            for token in tokens(text[begin:place]):
                found = Token(token.norm, begin + token.start, begin + token.end)
                _read_word(found, unit, raw, apart=apart and begin == start, glued=False)
            begin = place + 1
