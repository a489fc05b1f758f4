"""Texts as rows of words in the form in which they are compared: numbers by value, spelling and hyphens evened out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.language.folding import folded
from pipeline.language.negation import find_negations
from pipeline.language.numbers import Number, find_numbers
from pipeline.language.raw import Raw
from pipeline.language.spelling import american
from pipeline.language.subtags import primary_subtag


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
    negations: dict[int, int]
    """In languages other than English, where a negation begins and how many words spell it together."""
    language: str
    """Primary subtag."""


def read(texts: Iterable[str], language: str) -> Reading:
    """The words of texts that follow one another; `language` is a BCP 47 tag."""
    primary = primary_subtag(language)
    raw = Raw(primary)
    raw.read(list(texts))
    reading = _joined(raw, find_numbers(raw.words, raw.apart, primary), primary)
    if primary != "en":
        reading.negations.update(find_negations(reading.forms, reading.apart, primary))
    return reading


def _joined(raw: Raw, numbers: Sequence[Number], primary: str) -> Reading:
    """The rows with each number as one word."""
    reading = Reading([], [], [], [], [], [], [], {}, {}, primary)
    known = {word: form(word, primary) for word in set(raw.words)}
    place = 0
    at = {n.first: n for n in numbers}
    for first in sorted(at):
        if first < place:
            continue
        number = at[first]
        _copy(reading, raw, known, (place, first))
        reading.numbers[len(reading.forms)] = number
        place = number.last + 1
        _copy(reading, raw, {raw.words[first]: number.form}, (first, first + 1))
        reading.end_units[-1], reading.ends[-1] = raw.units[number.last], raw.ends[number.last]
        if number.signed:
            _append_percent(reading)
    _copy(reading, raw, known, (place, len(raw.words)))
    return reading


def _copy(reading: Reading, raw: Raw, known: Mapping[str, str], words: tuple[int, int]) -> None:
    """Add a half-open range of words; `known` gives the form of each."""
    some = slice(*words)
    reading.forms.extend([known[word] for word in raw.words[some]])
    reading.units.extend(raw.units[some])
    reading.starts.extend(raw.starts[some])
    reading.end_units.extend(raw.units[some])
    reading.ends.extend(raw.ends[some])
    reading.apart.extend(raw.apart[some])
    reading.stops.extend(raw.stops[some])


def _append_percent(reading: Reading) -> None:
    """The sign as a word of its own, so that "80%" and "80 percent" read alike."""
    reading.forms.append("percent")
    for row in (reading.units, reading.starts, reading.end_units, reading.ends):
        row.append(row[-1])
    reading.apart.append(False)
    reading.stops.append(False)


@lru_cache(maxsize=100_000)
def form(word: str, primary: str) -> str:
    """The form for comparing of one normalised word in a language (primary subtag)."""
    if primary == "en":
        return american(word.removesuffix("%"))
    return folded(word, primary)
