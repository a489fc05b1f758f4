"""English words for parts, multiples and units: "a quarter", "a millionfold", "six weeks"."""

from collections.abc import Sequence
from typing import NamedTuple

_MEASURES = {
    "half": 0.5, "halves": 0.5, "quarter": 0.25, "quarters": 0.25, "twice": 2, "doubled": 2, "doubling": 2, "thrice": 3,
    "tripled": 3, "tripling": 3, "trebled": 3, "quadrupled": 4,
    "hundreds": 100, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12,
    "millionth": 1e-6, "billionth": 1e-9, "thousandth": 1e-3, "hundredth": 1e-2,
    "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "tenfold": 10, "hundredfold": 100, "thousandfold": 1e3,
    "millionfold": 1e6, "billionfold": 1e9,
}  # fmt: skip
_SAID = {
    "double": 2, "couple": 2, "both": 2, "pair": 2, "halved": 0.5, "halve": 0.5, "triple": 3, "quadruple": 4,
    "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "millionths": 1e-6, "billionths": 1e-9,
}  # fmt: skip
_UNITS = {
    "time": "nanosecond microsecond millisecond second minute hour day week month year decade century millennium",
    "length": "millimeter centimeter meter kilometer inch foot yard mile",
    "mass": "milligram gram kilogram kilo ounce pound ton tonne",
    "money": "dollar euro cent franc ruble yen peso",
}
_PLURALS = {"century": "centuries", "inch": "inches", "foot": "feet", "millennium": "millennia"}


class Unit(NamedTuple):
    """A unit and what it measures."""

    name: str
    kind: str


_BY_FORM = {
    form: Unit(name, kind)
    for kind, names in _UNITS.items()
    for name in names.split()
    for form in (name, _PLURALS.get(name, name + "s"))
}


def unit_of(word: str) -> Unit | None:
    """The unit that a normalised word in American spelling names, or None."""
    return _BY_FORM.get(word)


def measure(word: str) -> float | None:
    """The part or multiple that a word says without being a number of its own, or None."""
    return _MEASURES.get(word, _SAID.get(word))


_BOUNDS = {
    ("at", "least"): 1, ("more", "than"): 1, ("no", "fewer", "than"): 1, ("no", "less", "than"): 1, ("over",): 1,
    ("above",): 1, ("at", "most"): -1, ("less", "than"): -1, ("fewer", "than"): -1, ("no", "more", "than"): -1,
    ("under",): -1, ("below",): -1, ("up", "to"): -1,
}  # fmt: skip


def bound_of(forms: Sequence[str], place: int) -> int:
    """1 where the number at `place` is a least one, -1 where it is a most, 0 where it is neither."""
    for size in (3, 2, 1):
        if bound := _BOUNDS.get(tuple(forms[max(0, place - size) : place])):
            return bound
    return 0


_FORMS = {
    "daili": "day", "weekli": "week", "hourli": "hour", "month": "monthly", "monthli": "month",
    "year": "yearly annually", "annual": "year", "annuali": "year", "nightli": "night",
    "#2": "twice two both couple pair double", "#3": "thrice three",
    "time": "twice thrice", "user": "you your", "person": "you somebody someone", "peopl": "you everybody",
}  # fmt: skip


def forms_of(stem: str) -> frozenset[str]:
    """Forms that may say what a stem of another build says: "a day" for "daily"."""
    return frozenset(_FORMS.get(stem, "").split())
