"""Guard: every number of a claim is in its evidence, by value."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import regex

from pipeline.language.lexicon import lexicon
from pipeline.language.measures import Unit, bound_of, measure, unit_of
from pipeline.language.numbers import Number
from pipeline.stages.verify.alignment import Piece
from pipeline.stages.verify.evidence import Evidence, Gravity, Objection


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ABOUT = _words(
    """
    about around roughly approximately nearly almost over under some circa close
    """
)
# Words that stand for a number where one is asked for.
_IN_WORDS = {
    0: _words("zero none nothing no"),
    0.5: _words("half halves"),
    1: _words("one a single once"),
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
_COPY = 0.6  # of its words in the same order: a claim with quotes that has fewer is told in its own words
_SIGN = regex.compile(r"[/^*=√_+×·÷<>≤≥≠|\\{}²³⁴⁵₀₁₂₃]")
_RAISED = regex.compile(r"\p{No}")
_BESIDE = regex.compile(r"[-–+/*^=~\p{L}°]")
_ALIKE = 0.6  # of the claim's words in one sentence of the passage
_RETOLD = 0.3  # a claim that shares fewer words with the passage counts what the speaker may not have counted
_FEW = 2  # so many are counted in passing
_AROUND_MS = 45_000
_DIGITS = 3
_LEAST_SCALE = 100  # "hundreds" may stand for 340
_ROUNDED = 10_000  # smaller whole numbers are years and counts, which nobody rounds without saying so


def check(evidence: Evidence) -> Objection | None:
    """The first number of the claim that the evidence does not hold, or None."""
    said = _said(evidence, evidence.wide)
    for place, number in evidence.claim.reading.numbers.items():
        if _is_small(number, evidence.claim.words(place, place)) or _in_formula(evidence, place):
            continue
        held = _holds(evidence, place, number, said) or number.form in evidence.header
        # In a claim in its own words a number may stand opposite another one and be true.
        retold = held and bool(evidence.quotes) and evidence.alignment.ratio < _COPY
        swapped = "" if retold else _swapped(evidence, place, number)
        if (swapped or not held) and (gravity := _gravity(evidence, place, number, swapped)):
            word = evidence.claim.words(place, place)
            there = f"; it says {swapped}" if swapped else ""
            return Objection("number", gravity, f"The passage does not say “{word}”{there}.", (word,))
        if unit := _other_unit(evidence, place, number):
            word = evidence.claim.words(place, unit.place)
            return Objection("number", "contradicted", f"The passage says “{unit.said}”, not “{word}”.", (word,))
        if bound := _other_bound(evidence, place, number):
            word = evidence.claim.words(place, place)
            return Objection("number", "contradicted", f"The passage says “{bound}” of “{word}”.", (bound, word))
    if not evidence.quotes or evidence.claim.reading.language != "en":
        return None
    return _unsaid_measure(evidence) or _unsaid_unit(evidence)


def _gravity(evidence: Evidence, place: int, number: Number, swapped: str) -> Gravity | None:
    """How grave it is that a number is not said, or None: notes of others count things that nobody counts aloud."""
    if evidence.quotes:
        return "unsupported"
    if swapped:
        return "unsupported" if evidence.closeness >= _ALIKE else "partial"
    # a share stands there, another one
    is_shared = number.percent and any(other.percent for other in _said(evidence, evidence.wide))
    around = [_grown(evidence, span) for span in evidence.wide]
    word = evidence.claim.words(place, place)
    if _holds(replace(evidence, wide=tuple(around)), place, number, _said(evidence, around)):
        said_so = is_shared or (evidence.closeness >= _ALIKE and not evidence.claim.formulas)
        return "partial" if said_so else None
    if is_shared or _counts_otherwise(evidence, place, number):
        return "partial"
    if _is_aside(evidence, place) or (word.isalpha() and number.value <= _FEW):
        return None if evidence.closeness < _ALIKE else "partial"
    is_nowhere = all(other.value != number.value for other in evidence.index.reading.numbers.values())
    plain = is_nowhere and not evidence.claim.formulas and evidence.alignment.ratio >= _RETOLD
    return "unsupported" if plain and _is_telling(number, word) else "partial"


def _counts_otherwise(evidence: Evidence, place: int, number: Number) -> bool:
    """Whether another number stands by the same word: "four main components" where the claim has six of them."""
    index, claim = evidence.index, evidence.claim
    keys = {p.word: p.key for p in claim.pieces}
    by = {keys[p] for p in (place - 1, place + 1, place + 2) if p in keys} & {t.stem for t in claim.terms}
    said = evidence.passage
    numbered = [i for i, p in enumerate(said) if p.word in index.reading.numbers]
    others = (i for i in numbered if index.reading.numbers[said[i].word].value != number.value)
    return any(by & {p.key for p in (*said[max(0, i - 1) : i], *said[i + 1 : i + 4])} for i in others)


def _grown(evidence: Evidence, span: tuple[int, int]) -> tuple[int, int]:
    times = evidence.index.times
    return evidence.index.within(int(times[span[0]]) - _AROUND_MS, int(times[span[1] - 1]) + _AROUND_MS)


def _is_telling(number: Number, word: str) -> bool:
    """Whether a number is hardly written by the way: a year, a decimal, a big count."""
    return not number.ordinal and sum(c.isdigit() for c in word) >= _DIGITS


def _is_aside(evidence: Evidence, place: int) -> bool:
    """Whether the number stands between brackets, or beside a letter or a sign: a label, a name, a sum."""
    claim = evidence.claim
    before, after = claim.text[: claim.reading.starts[place]], claim.text[claim.reading.ends[place] :]
    beside = before[-1:] + after[:1]
    return before.count("(") > before.count(")") or bool(_BESIDE.search(beside))


def _other_bound(evidence: Evidence, place: int, number: Number) -> str:
    """What the passage says of a number ("at least") of which the claim says the opposite ("at most"), else empty."""
    claimed = bound_of(evidence.claim.reading.forms, place)
    reading = evidence.index.reading
    said = [
        (p, bound_of(reading.forms, p))
        for span in evidence.near
        for p in range(*span)
        if p in reading.numbers and reading.numbers[p].value == number.value
    ]
    if not claimed or not said or any(b != -claimed for _, b in said):
        return ""
    at = said[0][0]
    return evidence.index.text(max(0, at - 2), at)


def _unsaid_unit(evidence: Evidence) -> Objection | None:
    """A unit of the claim that nobody says there, where its quotes have another one of the same kind."""
    forms = evidence.claim.reading.forms
    claimed = [(p, u) for p, f in enumerate(forms) if (u := unit_of(f)) and p not in evidence.claim.reading.numbers]
    near = {u for p in evidence.pieces if (u := unit_of(p.form))}
    quoted = {u for p in evidence.quoted_words if (u := unit_of(evidence.index.reading.forms[p]))}
    for place, unit in claimed:
        others = {u.name for u in quoted if u.kind == unit.kind} - {u.name for _, u in claimed}
        if unit not in near and others:
            word, other = evidence.claim.words(place, place), min(others)
            return Objection("number", "partial", f"The passage says “{other}” where the claim says “{word}”.", (word,))
    return None


def _in_formula(evidence: Evidence, place: int) -> bool:
    """Whether the number is part of a formula: people say those in words ("one half", "x squared").

    Where the transcript writes the same sign, it writes the numbers of its formula too.
    """
    claim = evidence.claim
    if place in claim.formulas and not evidence.quotes:
        return True
    before = claim.text[: claim.reading.starts[place]].rstrip()[-1:]
    after = claim.text[claim.reading.ends[place] :].lstrip()[:1]
    signs = [sign for sign in (before, after) if _SIGN.match(sign)]
    said = " ".join(evidence.index.text(*span) for span in evidence.near) if signs else ""
    return any(sign not in said for sign in signs) or bool(_RAISED.search(claim.words(place, place)))


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
    language = evidence.claim.reading.language
    known = _IN_WORDS if language == "en" else lexicon(language).numerals.in_words
    in_words = known.get(number.value, frozenset())
    forms = evidence.index.reading.forms
    return any(not in_words.isdisjoint(forms[first:last]) for first, last in evidence.wide)


class _Unit(NamedTuple):
    """The unit after a number of the claim, and what the evidence says in its place."""

    place: int
    said: str


def _other_unit(evidence: Evidence, place: int, number: Number) -> _Unit | None:
    """The unit of a number where the evidence gives that number in another unit of the same kind only."""
    forms = evidence.claim.reading.forms
    at, unit = _unit_after(forms, place)
    if unit is None:
        return None
    reading = evidence.index.reading
    spans = [p for span in evidence.wide for p in range(*span)]
    places = [p for p in spans if p in reading.numbers and reading.numbers[p].value == number.value]
    units = [_unit_after(reading.forms, p) for p in places]
    if not units or any(u is None or u.kind != unit.kind or u.name == unit.name for _, u in units):
        return None
    return _Unit(at, evidence.index.text(places[0], units[0][0] + 1))


def _unit_after(forms: Sequence[str], place: int) -> tuple[int, Unit | None]:
    """The next word that is a unit, one or two words after a number, and its place."""
    for at in range(place + 1, min(place + 3, len(forms))):
        if found := unit_of(forms[at]):
            return at, found
    return place, None


def _unsaid_measure(evidence: Evidence) -> Objection | None:
    """A "quarter", a "millionfold" that the evidence does not hold, in words or in figures."""
    reading = evidence.claim.reading
    forms = [evidence.index.reading.forms[p] for span in evidence.wide for p in range(*span)]
    values = {measure(f) for f in forms} | {n.value for n in _said(evidence, evidence.wide)}
    values |= {n.value / 100 for n in _said(evidence, evidence.wide) if n.percent}
    for place, form in enumerate(reading.forms):
        value = measure(form)
        if value is None or place in reading.numbers or value in values:
            continue
        if value >= _LEAST_SCALE and any(v is not None and value <= v < 1000 * value for v in values):
            continue
        word = evidence.claim.words(place, place)
        return Objection("number", "unsupported", f"The passage does not say “{word}”.", (word,))
    return None


def _is_about(evidence: Evidence, place: int) -> bool:
    """Whether the claim itself says that the number is rough."""
    reading = evidence.claim.reading
    about = _ABOUT if reading.language == "en" else lexicon(reading.language).numerals.about
    return any(word in about for word in reading.forms[max(0, place - 1) : place])


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
