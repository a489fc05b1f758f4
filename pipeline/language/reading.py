"""Texts as rows of words in the form in which they are compared: numbers by value, spelling and hyphens evened out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.language.numbers import Number, find_numbers
from pipeline.language.spelling import american
from pipeline.language.stopwords import primary_subtag
from pipeline.language.tokens import tokens

_STOP = re.compile(r"[.?!…。？！؟।]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of some texts in order, as parallel rows. A spelled number of several words is one word here."""

    forms: list[str]
    """For comparing; numbers as `Number.form`."""
    units: list[int]
    """Which text the word begins in."""
    starts: list[int]
    """Its first character in that text."""
    end_units: list[int]
    ends: list[int]
    """One past its last character in text `end_units[i]`."""
    apart: list[bool]
    """Whether more than a space or a hyphen stands before the word (a comma, a stop)."""
    stops: list[bool]
    """Whether a sentence ended before the word."""
    numbers: dict[int, Number]
    """The words that are numbers."""


class _Raw:
    """The rows while they are being read, before numbers are joined."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.units: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.apart: list[bool] = []
        self.stops: list[bool] = []
        self.stop = False
        self.pause = True

    def add(self, word: str, unit: int, span: tuple[int, int], *, apart: bool) -> None:
        self.words.append(word)
        self.units.append(unit)
        self.starts.append(span[0])
        self.ends.append(span[1])
        self.apart.append(apart)
        self.stops.append(self.stop)
        self.stop = False


def read(texts: Iterable[str], language: str) -> Reading:
    """The words of texts that follow one another; `language` is a BCP 47 tag."""
    raw = _Raw()
    for unit, text in enumerate(texts):
        _read_text(text, unit, raw)
    english = primary_subtag(language) == "en"
    return _joined(raw, find_numbers(raw.words, raw.apart, language), english=english)


def _read_text(text: str, unit: int, raw: _Raw) -> None:
    before = 0
    for token in tokens(text):
        gap = text[before : token.start]
        apart = bool(gap.strip(" \t\n-")) or raw.pause
        raw.pause = False
        raw.stop = raw.stop or bool(_STOP.search(gap))
        if (
            not gap
            and before
            and raw.words
            and raw.words[-1][-1].isdigit()
            and token.norm[:1].isalpha()
            and token.norm.isascii()
        ):
            head = token.norm.partition("-")[0]  # 20|th, 1940|s, 5|k, 18|th-century
            raw.words[-1] += head
            raw.ends[-1] = token.start + len(head)
            if head != token.norm:
                _read_compound(text, (token.start + len(head) + 1, token.end), unit, raw, apart=False)
        elif "-" in token.norm or ":" in token.norm:
            _read_compound(text, (token.start, token.end), unit, raw, apart=apart)
        else:
            raw.add(token.norm, unit, (token.start, token.end), apart=apart)
        before = token.end
    raw.stop = raw.stop or bool(_STOP.search(text, before))
    raw.pause = raw.pause or bool(text[before:].strip(" \t\n-"))


def _read_compound(text: str, span: tuple[int, int], unit: int, raw: _Raw, *, apart: bool) -> None:
    start, end = span
    begin = start
    for place in range(start, end + 1):
        if place == end or text[place] in "-‑:":
            for token in tokens(text[begin:place]):
                raw.add(token.norm, unit, (begin + token.start, begin + token.end), apart=apart and begin == start)
            begin = place + 1


def _joined(raw: _Raw, numbers: Sequence[Number], *, english: bool) -> Reading:
    reading = Reading([], [], [], [], [], [], [], {})
    at = {n.first: n for n in numbers}
    place = 0
    while place < len(raw.words):
        number = at.get(place)
        last = number.last if number else place
        if number:
            reading.numbers[len(reading.forms)] = number
        reading.forms.append(number.form if number else form(raw.words[place], english=english))
        reading.units.append(raw.units[place])
        reading.starts.append(raw.starts[place])
        reading.end_units.append(raw.units[last])
        reading.ends.append(raw.ends[last])
        reading.apart.append(raw.apart[place])
        reading.stops.append(raw.stops[place])
        if number and raw.words[last].endswith("%"):
            _append_percent(reading)
        place = last + 1
    return reading


def _append_percent(reading: Reading) -> None:
    """The sign as a word of its own, so that "80%" and "80 percent" read alike."""
    reading.forms.append("percent")
    for row in (reading.units, reading.starts, reading.end_units, reading.ends):
        row.append(row[-1])
    reading.apart.append(False)
    reading.stops.append(False)


@lru_cache(maxsize=100_000)
def form(word: str, *, english: bool) -> str:
    """The form for comparing of one normalised word."""
    return american(word.removesuffix("%")) if english else word
