"""Numbers by value, spelled or in digits: "two and a half million", "2.5M", "nineteen eighty-four", "the 1940s"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from text_to_num import find_numbers as find_spelled

from pipeline.language.composing import compose
from pipeline.language.digits import digits_value, spaced_end
from pipeline.language.folding import folded
from pipeline.language.lexicon import Numerals, Phrase, lexicon
from pipeline.language.subtags import primary_subtag

SPELLED = frozenset({"en", "de", "fr", "es", "pt", "it", "nl"})
"""Languages whose spelled numbers the library reads; those of others are composed from tables."""
_YEARS_IN_HALVES = frozenset({"en", "de", "nl"})
_SCALES = {
    "k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "thousand": 1e3, "million": 1e6, "millions": 1e6,
    "billion": 1e9, "billions": 1e9, "trillion": 1e12, "hundred": 100, "tausend": 1e3, "millionen": 1e6,
    "milliarde": 1e9, "milliarden": 1e9, "mille": 1e3, "milliard": 1e9, "milliards": 1e9, "mil": 1e3, "millones": 1e6,
    "millón": 1e6, "milhões": 1e6, "milhão": 1e6, "bilhões": 1e9, "milioni": 1e6, "miliardi": 1e9, "miljoen": 1e6,
    "miljard": 1e9, "decades": 10, "dozen": 12,
}  # fmt: skip
_ROUND = frozenset({100, 1e3, 1e6, 1e9, 1e12})
_ROUND_DOWN = (1e12, 1e9, 1e6, 1e3)
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80,
    "nineties": 90,
}  # fmt: skip
_DIGITS = re.compile(r"(?a:(\d[\d.,'٫٬]*))(%?)([a-zè]{0,3})")
_ORDINAL_MARKS = {
    "en": "st nd rd th", "fr": "e er re ers ème eme nd nde", "es": "o a os as er", "pt": "o a os as", "it": "o a",
    "nl": "e de ste", "de": "te ten ter",
}  # fmt: skip
_DECADE_MARKS = {"de": "er", "en": "s"}
_PERCENT = frozenset({"percent", "prozent", "pourcent", "procent"})


class Number(NamedTuple):
    """A number in a row of words: `words[first:last + 1]`."""

    value: float
    first: int
    last: int
    ordinal: bool = False
    decade: bool = False
    """Whether it names ten years: "the 1940s", "the forties"."""
    percent: bool = False
    signed: bool = False
    """Whether the words of the number hold its percent sign or what is said for it."""

    @property
    def form(self) -> str:
        """The form in which two spellings of the number are equal; no word of a text looks like it."""
        return f"#{self.value:.12g}" + ("." if self.ordinal else "s" if self.decade else "")


class _Spoken:
    """A word as the library wants it."""

    def __init__(self, word: str, *, apart: bool) -> None:
        self.word = word
        self.apart = apart

    def text(self) -> str:
        return self.word

    def nt_separated(self, _previous: "_Spoken") -> bool:
        return self.apart

    def not_a_number_part(self) -> bool:
        return not self.word.isalpha()


@lru_cache(maxsize=100_000)
def _spoken(word: str, apart: bool) -> _Spoken:  # noqa: FBT001 - the key of the cache
    return _Spoken(word, apart=apart)


def find_numbers(words: Sequence[str], apart: Sequence[bool], language: str) -> list[Number]:
    """The numbers in a row of normalised words, in order, none overlapping.

    Args:
        words: normalised words; hyphenated ones already taken apart.
        apart: whether something other than a space or a hyphen stands before each word.
        language: BCP 47 tag. Numbers in digits are read in every language, spelled ones where `coverage` says so.
    """
    primary = primary_subtag(language)
    table = lexicon(primary).numerals
    found: dict[int, Number] = {}
    taken: set[int] = set()
    for number in _candidates(words, apart, primary, table):
        places = range(number.first, number.last + 1)
        if taken.isdisjoint(places):
            found[number.first] = number
            taken.update(places)
    numbers = _joined([found[first] for first in sorted(found)], words, apart, primary)
    return numbers if primary == "en" else _completed(numbers, words, table, primary)


def _candidates(words: Sequence[str], apart: Sequence[bool], primary: str, table: Numerals) -> Iterator[Number]:
    """Everything that may be a number; what comes first wins."""
    if table.lone or table.decades:
        yield from _listed(words, primary, table)
    if primary in SPELLED:
        yield from _spelled(words, apart, primary, table.alias)
    elif table.values:
        yield from (Number(n.value, n.first, n.last, n.ordinal) for n in compose(words, apart, table, primary))
    spaced = table.spaced
    for place, word in enumerate(words):
        if word[0].isdigit():
            last = spaced_end(words, apart, place) - 1 if spaced else place
            yield from _written("".join(words[place : last + 1]), (place, last), primary, table.decimal)
        elif word in _DECADES and primary == "en":
            yield Number(_DECADES[word], place, place, decade=True)


def _listed(words: Sequence[str], primary: str, table: Numerals) -> Iterator[Number]:
    for place, word in enumerate(words):
        form = folded(word, primary)
        if form in table.lone:
            yield Number(table.lone[form], place, place)
        elif form in table.decades:
            yield Number(table.decades[form], place, place, decade=True)


def _spelled(words: Sequence[str], apart: Sequence[bool], primary: str, alias: Mapping[str, str]) -> Iterator[Number]:
    said = [alias.get(word, word) for word in words] if alias else words
    stream = [_spoken(word, a) for word, a in zip(said, apart, strict=True)]
    for found in find_spelled(stream, primary, 0):
        first, last = found.start, found.end - 1
        lone = first == last
        if lone and (found.value == 1 or (words[first].endswith("s") and (found.is_ordinal or found.value in _ROUND))):
            continue  # "one of them", "two thirds", "millions of": no number by themselves
        value = float(found.value)
        if value % 1 and words[last] in _SCALES:
            value *= _SCALES[words[last]]  # the library forgets the million of "tres coma cinco millones"
        yield Number(value, first, last, ordinal=bool(found.is_ordinal))


def _written(word: str, span: tuple[int, int], primary: str, decimal: str) -> Iterator[Number]:
    match = _DIGITS.fullmatch(word)
    if match is None:
        return
    value = digits_value(match[1].rstrip(".,'٫٬"), decimal)
    suffix = match[3]
    ordinal = suffix in _ORDINAL_MARKS.get(primary, "").split()
    decade = bool(suffix) and suffix == _DECADE_MARKS.get(primary)
    scale = _SCALES.get(suffix, 1)
    if value is None or (suffix and not (ordinal or decade or scale > 1 or suffix == "x")):
        return
    signed = bool(match[2])
    yield Number(value * (1 if ordinal else scale), *span, ordinal, decade, percent=signed, signed=signed)


def _joined(numbers: list[Number], words: Sequence[str], apart: Sequence[bool], primary: str) -> list[Number]:
    """Numbers with the scale, the percent sign or the second half of a year that follows them."""
    joined: list[Number] = []
    for number in numbers:
        before = joined[-1] if joined else None
        follows = before and before.last + 1 == number.first and not apart[number.first]
        if before and follows and number.first == number.last and words[number.first] in _SCALES:
            joined[-1] = before._replace(value=before.value * number.value, last=number.last)
        elif before and follows and primary in _YEARS_IN_HALVES and _is_year(before, number):
            joined[-1] = before._replace(
                value=before.value * 100 + number.value, last=number.last, decade=number.decade
            )
        else:
            joined.append(number)
    outer = lexicon(primary).numerals.outer
    return [_scaled(n, words, outer, primary) for n in joined]


def _is_year(before: Number, number: Number) -> bool:
    plain = not (before.ordinal or number.ordinal or before.percent or before.decade)
    return plain and 13 <= before.value <= 20 and 10 <= number.value <= 99 and before.value % 1 == number.value % 1 == 0


def _scaled(number: Number, words: Sequence[str], outer: Mapping[str, float], primary: str) -> Number:
    after = number.last + 1
    following = words[after] if after < len(words) else ""
    if outer and folded(following, primary) in outer:
        number = number._replace(value=number.value * outer[folded(following, primary)], last=after)
    elif following in _SCALES and len(following) > 1:
        number = number._replace(value=number.value * _SCALES[following], last=after)
    after = number.last + 1
    following = words[after] if after < len(words) else ""
    if following == "%":
        return number._replace(percent=True, signed=True, last=after)
    return number._replace(percent=True) if following in _PERCENT else number


def _completed(numbers: list[Number], words: Sequence[str], table: Numerals, primary: str) -> list[Number]:
    """Numbers with what the language says after or before them: halves, percents, decades."""
    forms = [folded(w, primary) for w in words]
    completed: list[Number] = []
    for number in numbers:
        if completed and number.first <= completed[-1].last:
            continue  # the "hundred" of "per hundred"
        completed.append(_decade(_percent(_half(number, forms, table), forms, table), forms, table))
    return completed


def _half(number: Number, forms: Sequence[str], table: Numerals) -> Number:
    size = _phrase_at(forms, number.last + 1, table.halves)
    if not size:
        return number
    unit = next((u for u in _ROUND_DOWN if number.value % u == 0), 1)  # "two million and a half"
    number = number._replace(value=number.value + unit / 2, last=number.last + size)
    following = forms[number.last + 1] if number.last + 1 < len(forms) else ""
    scale = table.outer.get(following, _SCALES.get(following, 0))
    return number._replace(value=number.value * scale, last=number.last + 1) if scale else number


def _percent(number: Number, forms: Sequence[str], table: Numerals) -> Number:
    if size := _phrase_at(forms, number.last + 1, table.percent):
        return number._replace(percent=True, signed=True, last=number.last + size)
    for phrase in table.percent_before:
        first = number.first - len(phrase)
        if first >= 0 and tuple(forms[first : number.first]) == phrase:
            return number._replace(percent=True, signed=True, first=first)
    return number


def _decade(number: Number, forms: Sequence[str], table: Numerals) -> Number:
    before = forms[number.first - 1] if number.first else ""
    is_decade = before in table.decades_before or _phrase_at(forms, number.last + 1, table.decades_after)
    if is_decade and number.value % 10 == 0 and number.value >= 10:
        return number._replace(decade=True, ordinal=False)
    return number


def _phrase_at(forms: Sequence[str], place: int, phrases: Sequence[Phrase]) -> int:
    """The length of the first phrase that stands at a place; 0 for none."""
    return next((len(p) for p in phrases if tuple(forms[place : place + len(p)]) == p), 0)
