"""Guard: every number of a claim is in its evidence, by value."""

from collections.abc import Iterator, Sequence

import regex

from pipeline.language.numbers import Number
from pipeline.stages.verify.alignment import Piece
from pipeline.stages.verify.evidence import Evidence, Objection, Spoken


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ABOUT = _words(
    """
    about around roughly approximately nearly almost over under some circa close ca etwa rund fast über environ près
    presque unos casi cerca alrededor quase около почти примерно
    """
)
# Words that stand for a number where one is asked for.
_IN_WORDS = {
    0: _words("zero none nothing no"),
    0.5: _words("half halves"),
    1: _words("one a single once eins un une uno um"),
    2: _words("both couple pair twice double doubled doubles"),
    3: _words("triple tripled trio thrice"),
    4: _words("quadruple quarter"),
    10: _words("decade decades tenfold"),
    12: _words("dozen"),
    50: _words("half halfway"),
    100: _words("century hundred hundreds"),
    1000: _words("thousand thousands millennium"),
    1e6: _words("million millions"),
    1e9: _words("billion billions"),
}
_SIGN = regex.compile(r"[/^*=√_+×·÷<>≤≥≠|\\{}²³⁴⁵₀₁₂₃]")
_RAISED = regex.compile(r"\p{No}")
_ROUNDED = 10_000  # smaller whole numbers are years and counts, which nobody rounds without saying so


def check(evidence: Evidence) -> Objection | None:
    """The first number of the claim that the evidence does not hold, or None."""
    said = _said(evidence, evidence.wide)
    for place, number in evidence.claim.reading.numbers.items():
        if _is_small(number, evidence.claim.words(place, place)) or _in_formula(evidence.claim, place):
            continue
        swapped = _swapped(evidence, place, number)
        if swapped or not (_holds(evidence, place, number, said) or number.form in evidence.header):
            word = evidence.claim.words(place, place)
            there = f"; it says {swapped}" if swapped else ""
            return Objection("number", "unsupported", f"The passage does not say “{word}”{there}.", (word,))
    return None


def _in_formula(claim: Spoken, place: int) -> bool:
    """Whether the number is part of a formula: people say those in words ("one half", "x squared")."""
    before = claim.text[: claim.reading.starts[place]].rstrip()[-1:]
    after = claim.text[claim.reading.ends[place] :].lstrip()[:1]
    return bool(_SIGN.match(before) or _SIGN.match(after) or _RAISED.search(claim.words(place, place)))


def _said(evidence: Evidence, spans: Sequence[tuple[int, int]]) -> list[Number]:
    numbers = evidence.index.reading.numbers
    return [numbers[p] for span in spans for p in range(*span) if p in numbers]


def _is_small(number: Number, word: str) -> bool:
    """Whether the number is likelier a figure of speech ("one of", "first", "second") than a fact."""
    return (number.value in {0, 1} and not word[0].isdigit()) or (number.ordinal and number.value <= 2)


def same(claimed: Number, said: Number, *, about: bool) -> bool:
    """Whether a number that was said carries the one that is claimed."""
    one, other = claimed.value, said.value
    if one == other:
        return True
    if (claimed.decade or said.decade) and one % 100 == other % 100 and min(one, other) < 100:
        return True  # "the forties" and "the 1940s"
    if claimed.decade and one <= other < one + 10 and other >= 1000:
        return True  # "the 1940s" of something said of 1943
    if about and other and _digits(one) < _digits(other):  # rounder than what was said, never finer
        return abs(one - other) <= 0.1 * abs(other)
    return (other >= _ROUNDED or other % 1 != 0) and _rounds_to(one, other)


def _rounds_to(one: float, other: float) -> bool:
    """Whether `one` is `other` rounded to two digits or more (1,2 million for 1,213,000)."""
    digits = _digits(one)
    return digits >= 2 and float(f"{other:.{digits}g}") == one


def _digits(value: float) -> int:
    """How many digits of a number tell something: 2 of 2,500, 5 of 30,001."""
    return len(f"{value:.6g}".replace(".", "").strip("0")) if value < 1e6 else len(f"{value:.0f}".rstrip("0"))


def _holds(evidence: Evidence, place: int, number: Number, said: list[Number]) -> bool:
    if any(same(number, other, about=_is_about(evidence, place)) for other in said):
        return True
    in_words = _IN_WORDS.get(number.value, frozenset())
    forms = evidence.index.reading.forms
    return any(not in_words.isdisjoint(forms[first:last]) for first, last in evidence.wide)


def _is_about(evidence: Evidence, place: int) -> bool:
    """Whether the claim itself says that the number is rough."""
    return any(word in _ABOUT for word in evidence.claim.reading.forms[max(0, place - 1) : place])


def _swapped(evidence: Evidence, place: int, number: Number) -> str:
    """The number that stands in the evidence where the claim has another one; empty if none does."""
    for slot in evidence.slots:
        if slot.closeness < 0.6 or all(p.word != place for p in slot.claim):
            continue
        said = list(_in_slot(evidence, slot.evidence))
        if (
            said
            and len(slot.evidence) <= 6
            and not any(same(number, n, about=_is_about(evidence, place)) for n in said)
        ):
            return ", ".join(f"{n.value:,.12g}" for n in said)
    return ""


def _in_slot(evidence: Evidence, pieces: tuple[Piece, ...]) -> Iterator[Number]:
    for piece in pieces:
        if piece.word in evidence.index.reading.numbers:
            yield evidence.index.reading.numbers[piece.word]
