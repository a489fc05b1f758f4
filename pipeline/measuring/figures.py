"""Numbers in a text: found by value in digits of any script and in words, changed for another value, spelled anew."""

import unicodedata
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import regex

from pipeline.measuring.lexicon import Lexicon

_ROW = r"(?:\p{Nd}{1,3}([.,٬])\p{Nd}{3}(?:\1\p{Nd}{3})*|\p{Nd}+(?:[.,٫]\p{Nd}+)?)"
# Not inside a word, a time, a date, a fraction or a version: 1,500 and 3.14, never 1.2.3.
_DIGITS = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{N}}_.,:/+*=^×٫٬-]){_ROW}(?![\p{{N}}\p{{L}}\p{{M}}_:/+*=^×])(?![.,٫٬]\p{{N}})(?![-–]\p{{N}})"
)
_UNSPACED_DIGITS = regex.compile(
    rf"(?<![A-Za-z\p{{M}}\p{{N}}_.,:/+*=^×-]){_ROW}(?![\p{{N}}_:/+*=^×A-Za-z])(?![.,]\p{{N}})(?![-–~～]\p{{N}})"
)
_HAN_DIGIT = r"[〇一二三四五六七八九十百千万萬亿億两兩\p{Nd}.]"
_APART = 0.3  # of the old value: a smaller change could pass for rounding


class Figure(NamedTuple):
    """A number in `text[start:end]`."""

    start: int
    end: int
    value: float
    spelled: bool


def figures(text: str, lexicon: Lexicon) -> list[Figure]:
    """The numbers of a text that stand alone, in order: no part of a word, of a larger number or of a range."""
    return sorted([*_in_digits(text, lexicon), *_in_words(text, lexicon)])


def change_number(text: str, lexicon: Lexicon, rng: Random, *, avoid: str) -> str | None:
    """The text with one number changed by at least a third of its value, written as the old one was.

    Args:
        text: what to change.
        lexicon: of its language.
        rng: chooses the number and its new value.
        avoid: what is said around it; no number of it is taken.
    """
    said = {f.value for f in [*figures(avoid, lexicon), *figures(text, lexicon)]} | all_values(avoid)
    found = [f for f in figures(text, lexicon) if f.value > 0]
    rng.shuffle(found)
    for figure in found:
        if put := _other(figure, text, lexicon, said, rng):
            return text[: figure.start] + put + text[figure.end :]
    return None


def respell(text: str, lexicon: Lexicon, rng: Random) -> str | None:
    """The text with one number in words instead of digits or in digits instead of words; None if there is none."""
    found = []
    for figure in figures(text, lexicon):
        put = str(int(figure.value)) if figure.spelled else lexicon.number_words.get(int(figure.value))
        after = text[figure.end : figure.end + 2].strip()
        is_whole = figure.value == int(figure.value)
        # Where a word needs a counter, so does its respelling; "3%" and "3D" are no numbers by themselves.
        counted = not lexicon.counters or lexicon.any_of(lexicon.counters).match(after)
        if put and is_whole and counted and after[:1] not in {"%", "％", "°"}:
            found.append((figure, put))
    if not found:
        return None
    figure, put = rng.choice(found)
    return text[: figure.start] + put + text[figure.end :]


def all_values(text: str) -> set[float]:
    """The value of every row of digits in a text, also of those inside words and times."""
    return {_value(row) for row in (m.group() for m in regex.finditer(_ROW, text))}


def _in_digits(text: str, lexicon: Lexicon) -> Iterator[Figure]:
    parts = lexicon.any_of(lexicon.number_parts)
    for match in (_DIGITS if lexicon.spaced else _UNSPACED_DIGITS).finditer(text):
        beside = regex.match(r"[\s\-–]*(\w+)", text[match.end() :])
        if beside is None or not lexicon.number_parts or not parts.fullmatch(beside[1]):
            yield Figure(match.start(), match.end(), _value(match.group()), spelled=False)


def _in_words(text: str, lexicon: Lexicon) -> Iterator[Figure]:
    by_word = {word: value for value, word in lexicon.number_words.items()}
    if not by_word:
        return
    if lexicon.counters:
        yield from _counted(text, lexicon, by_word)
        return
    # In a row of numbers ("twenty-two", "three or four") no part can be changed alone with a sure result.
    part = rf"(?:{'|'.join([*by_word, *lexicon.number_parts])}|\p{{Nd}}+)"
    link = rf"[\s\-–,]+(?:(?:{'|'.join(lexicon.number_joins) or '(?!)'})\s+)?"
    follows = regex.compile(rf"{link}{part}(?![\p{{L}}\p{{M}}])", regex.IGNORECASE)
    precedes = regex.compile(rf"(?<![\p{{L}}\p{{M}}]){part}{link}$", regex.IGNORECASE)
    for match in lexicon.any_of(list(by_word)).finditer(text):
        before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() :]
        if not precedes.search(before) and not follows.match(after) and after[:1] not in {"-", "–"}:
            yield Figure(match.start(), match.end(), float(by_word[match.group().casefold()]), spelled=True)


def _counted(text: str, lexicon: Lexicon, by_word: dict[str, int]) -> Iterator[Figure]:
    counters = lexicon.any_of(lexicon.counters).pattern
    words = "|".join(by_word)
    # "第三" counts places, "十分" and "三角" are words: only a number before its counter is sure to be one.
    pattern = rf"(?<!{_HAN_DIGIT})(?<![第数几幾每到至])(?:{words})(?={counters})(?!十|百|千|[二三四五六七八九]个月大)"
    for match in regex.finditer(pattern, text):
        if not regex.match(_HAN_DIGIT, text[match.end() : match.end() + 1] or " "):
            yield Figure(match.start(), match.end(), float(by_word[match.group()]), spelled=True)


def _other(figure: Figure, text: str, lexicon: Lexicon, said: set[float], rng: Random) -> str | None:
    written = text[figure.start : figure.end]
    if figure.spelled:
        others = [v for v in lexicon.number_words if v not in said and _is_apart(v, figure.value)]
        near = [v for v in others if v <= 5 * figure.value + 5]
        if not near:
            return None
        word = lexicon.number_words[rng.choice(near)]
        return word[:1].upper() + word[1:] if written[:1].isupper() else word
    for _ in range(20):
        value = _drawn(figure.value, rng)
        put = _written_as(written, value)
        if value not in said and _value(put) not in said and _is_apart(_value(put), figure.value):
            return put
    return None


def _is_apart(new: float, old: float) -> bool:
    is_year = 1_000 <= old <= 2_100 and old == int(old)
    return abs(new - old) >= (2 if is_year else max(1.0, _APART * old) if old >= 1 else _APART * old)


def _drawn(value: float, rng: Random) -> float:
    if 1_000 <= value <= 2_100 and value == int(value):
        return value + rng.choice((-1, 1)) * rng.randint(3, 45)
    if value == int(value) and value <= 12:
        return float(rng.choice([v for v in range(2, 20) if v != value]))
    return value * rng.choice((0.3, 0.4, 0.5, 0.6, 1.5, 1.7, 2, 3))


def _written_as(written: str, value: float) -> str:
    """The value with the digits, the grouping and the decimals of a written number."""
    sign = next((c for c in written if not c.isdigit()), "")
    tail = len(written.rpartition(sign)[2]) if sign else 0
    if sign and tail != 3:
        plain = f"{value:.{tail}f}".replace(".", sign)
    elif sign:
        plain = f"{round(value):,}".replace(",", sign)
    else:
        plain = str(round(value))
    zero = ord(next(c for c in written if c.isdigit())) - unicodedata.digit(next(c for c in written if c.isdigit()))
    return "".join(chr(zero + int(c)) if c.isdigit() else c for c in plain)


def _value(digits: str) -> float:
    """The value of a row of digits of any script; signs before three digits group them."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else "." for c in digits)
    groups = plain.split(".")
    return float("".join(groups) if len(groups) > 2 or (len(groups) == 2 and len(groups[1]) == 3) else plain)
