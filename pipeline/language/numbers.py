"""Numbers by value, spelled or in digits: "two and a half million", "2.5M", "nineteen eighty-four", "the 1940s"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from text_to_num import find_numbers as find_spelled

from pipeline.language.stopwords import primary_subtag

_SPELLED = frozenset({"en", "de", "fr", "es", "pt", "it", "nl"})
_DECIMAL_COMMA = frozenset({"de", "fr", "es", "pt", "it", "nl", "ru", "pl", "sv", "da", "no", "fi", "cs", "tr", "uk"})
_SCALES = {
    "k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "thousand": 1e3, "million": 1e6, "millions": 1e6,
    "billion": 1e9, "billions": 1e9, "trillion": 1e12, "hundred": 100, "tausend": 1e3, "millionen": 1e6,
    "milliarde": 1e9, "milliarden": 1e9, "mille": 1e3, "milliard": 1e9, "milliards": 1e9, "mil": 1e3, "millones": 1e6,
    "millón": 1e6, "milhões": 1e6, "milhão": 1e6, "bilhões": 1e9, "milioni": 1e6, "miliardi": 1e9, "miljoen": 1e6,
    "miljard": 1e9, "тысяча": 1e3, "тысяч": 1e3, "тысячи": 1e3, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6,
    "миллиард": 1e9, "миллиарда": 1e9, "миллиардов": 1e9, "decades": 10, "dozen": 12,
    "万": 1e4, "億": 1e8, "亿": 1e8, "兆": 1e12,
}  # fmt: skip
_ROUND = frozenset({100, 1e3, 1e6, 1e9, 1e12})
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80,
    "nineties": 90,
}  # fmt: skip
_DIGITS = re.compile(r"(?a:(\d[\d.,]*))(%?)(st|nd|rd|th|ème|er|º|ª|s|k|mn|m|bn|b|x)?")
_GROUPED = {",": re.compile(r"(?a:\d{1,3}(,\d{3})+(\.\d+)?)"), ".": re.compile(r"(?a:\d{1,3}(\.\d{3})+(,\d+)?)")}


class Number(NamedTuple):
    """A number in a row of words: `words[first:last + 1]`."""

    value: float
    first: int
    last: int
    ordinal: bool = False
    decade: bool = False
    """Whether it names ten years: "the 1940s", "the forties"."""
    percent: bool = False

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


def find_numbers(words: Sequence[str], apart: Sequence[bool], language: str) -> list[Number]:
    """The numbers in a row of normalised words, in order, none overlapping.

    Args:
        words: normalised words; hyphenated ones already taken apart.
        apart: whether something other than a space or a hyphen stands before each word.
        language: BCP 47 tag. Spelled numbers are read in en, de, fr, es, pt, it and nl, digits everywhere.
    """
    primary = primary_subtag(language)
    spelled = list(_spelled(words, apart, primary)) if primary in _SPELLED else []
    taken = {i for n in spelled for i in range(n.first, n.last + 1)}
    written = [
        n
        for i, word in enumerate(words)
        if i not in taken and (word[0].isdigit() or word in _DECADES)
        for n in _written(word, i, primary)
    ]
    return _joined(sorted([*spelled, *written], key=lambda n: n.first), words, apart)


def _spelled(words: Sequence[str], apart: Sequence[bool], primary: str) -> Iterator[Number]:
    stream = [_Spoken(w, apart=a) for w, a in zip(words, apart, strict=True)]
    for found in find_spelled(stream, primary, 0):
        first, last = found.start, found.end - 1
        lone = first == last
        if lone and (found.value == 1 or (words[first].endswith("s") and (found.is_ordinal or found.value in _ROUND))):
            continue  # "one of them", "two thirds", "millions of": no number by themselves
        yield Number(float(found.value), first, last, ordinal=bool(found.is_ordinal))


def _written(word: str, place: int, primary: str) -> Iterator[Number]:
    if word in _DECADES:
        yield Number(_DECADES[word], place, place, decade=True)
        return
    match = _DIGITS.fullmatch(word)
    if match is None:
        return
    value = _value(match[1].rstrip(".,"), primary)
    if value is None:
        return
    suffix = match[3] or ""
    yield Number(
        value * _SCALES.get(suffix, 1),
        place,
        place,
        ordinal=suffix in {"st", "nd", "rd", "th", "ème", "er", "º", "ª"},
        decade=suffix == "s",
        percent=bool(match[2]),
    )


def _value(digits: str, primary: str) -> float | None:
    grouping, decimal = (".", ",") if primary in _DECIMAL_COMMA else (",", ".")
    if _GROUPED[grouping].fullmatch(digits):
        digits = digits.replace(grouping, "")
    elif _GROUPED[decimal].fullmatch(digits) and digits.count(decimal) > 1:
        digits = digits.replace(decimal, "")
    digits = digits.replace(decimal, ".")
    try:
        return float(digits)
    except ValueError:  # a version or a date: 1.2.3
        return None


def _joined(numbers: list[Number], words: Sequence[str], apart: Sequence[bool]) -> list[Number]:
    """Numbers with the scale, the percent sign or the second half of a year that follows them."""
    joined: list[Number] = []
    for number in numbers:
        before = joined[-1] if joined else None
        follows = before and before.last + 1 == number.first and not apart[number.first]
        if before and follows and number.first == number.last and words[number.first] in _SCALES:
            joined[-1] = before._replace(value=before.value * number.value, last=number.last)
        elif before and follows and _is_year(before, number):
            joined[-1] = before._replace(
                value=before.value * 100 + number.value, last=number.last, decade=number.decade
            )
        else:
            joined.append(number)
    return [_scaled(n, words) for n in joined]


def _is_year(before: Number, number: Number) -> bool:
    plain = not (before.ordinal or number.ordinal or before.percent or before.decade)
    return plain and 13 <= before.value <= 20 and 10 <= number.value <= 99 and before.value % 1 == number.value % 1 == 0


def _scaled(number: Number, words: Sequence[str]) -> Number:
    after = number.last + 1
    if after < len(words) and words[after] in _SCALES and len(words[after]) > (1 if words[after].isascii() else 0):
        number = number._replace(value=number.value * _SCALES[words[after]], last=after)
        after += 1
    if after < len(words) and words[after] in {"percent", "prozent", "pourcent", "procent", "процентов", "процента"}:
        number = number._replace(percent=True)
    return number
