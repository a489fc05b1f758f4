"""Formulas of a claim as people say them: a transcript holds "x squared", a note "x²"."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

_LETTERS = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
""".split()  # noqa: SIM905 - a row of words
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψω", _LETTERS, strict=True)) | {"ϕ": "phi", "ϵ": "epsilon"}
_SIGNS = {
    "=": "equals",
    "≈": "approximately",
    "≠": "does not equal",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "+": "plus",
    "−": "minus",
    "*": "times",
    "·": "times",
    "×": "times",
    "÷": "divided by",
    "√": "square root of",
    "∛": "cube root of",
    "∂": "del",
    "∇": "nabla",
    "∫": "integral",
    "∑": "sum",
    "∞": "infinity",
    "°": "degrees",
    "→": "to",
    "±": "plus or minus",
}
_FUNCTIONS = {
    "sin": "sine",
    "cos": "cosine",
    "tan": "tangent",
    "ln": "natural log",
    "log": "log",
    "lim": "limit",
    "sqrt": "square root of",
    "exp": "e to the",
    "frac": "",
    "cdot": "times",
    "times": "times",
    "approx": "approximately",
    "left": "",
    "right": "",
    "text": "",
    "mathrm": "",
    "quad": "",
    "infty": "infinity",
    "int": "integral",
    "sum": "sum",
    "partial": "del",
    "varepsilon": "epsilon",
}
OPERATORS = frozenset(
    "plus minus times equals approximately over divided degrees of by to the than less greater or equal".split()  # noqa: SIM905 - a row of words
)
"""Words that are said of signs, or left out, or said otherwise: "is" for "equals"."""
_POWERS = {"2": "squared", "3": "cubed"}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ⁺⁻ᵗˣ", "0123456789ni+-tx")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₙᵢ", "0123456789ni")
_STRONG = regex.compile(
    r"[=≈≠≤≥√∛∂∇∫∑∞±∘^⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ⁺⁻ᵗˣα-ωϕϵΑ-Ω×·÷]|\\[a-z]|(?<![\w'’])(?:sin|cos|tan|ln|log|lim|sqrt|exp|[A-Za-z]'{0,2})\(|\$(?=[\\\p{L}\s])|(?<=\S)\$"
)
_WEAK = regex.compile(
    r"[(\[{]*(?:\d[\d.,]*%?|[A-Za-z](?:_\w+)?|[-+*/−→·|]|d[a-z]|d?[a-z]/d[a-z]|lim|sin|cos|tan|ln|log)[)\]},.;:!]*"
)
_FUNCTION = regex.compile(r"(?<![A-Za-z])\\?(" + "|".join(sorted(_FUNCTIONS, key=len, reverse=True)) + r")(?![A-Za-z])")
_RAISED_RUN = regex.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱ⁺⁻ᵗˣ]+")
_POWER = regex.compile(r"\^[({]?([^\s(){}^+*/=]+)[)}]?")
_FRACTION = regex.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_OF = regex.compile(r"(?<![A-Za-z])([A-Za-z]'{0,2})\((?=[^()]{1,12}\))")
_OVER = regex.compile(r"(?<=[\p{L})\]])/(?=[\p{L}(\[])|(?<=\d)/(?=[\p{L}(])|(?<=[\p{L})])/(?=\d)")
_MINUS = regex.compile(r"(?<=[\s(])[-–](?=\s*[\p{L}\d(])|(?<=[\p{N})])[-–](?=\s)")
_GROUPING = regex.compile(r"[{}\\$|]")


class Spread(NamedTuple):
    """A claim with its formulas spread into words."""

    text: str
    formulas: tuple[tuple[int, int], ...]
    """Where they stand, in characters of `text`, half-open."""


@lru_cache(maxsize=10_000)
def spread(text: str, language: str) -> Spread:
    """The text with its formulas as people read them aloud; in languages other than English they are only found."""
    pieces: list[str] = []
    found: list[tuple[int, int]] = []
    done = length = 0
    for first, last in _runs(text) if _STRONG.search(text) else ():
        said = _aloud(text[first:last]) if language.split("-", maxsplit=1)[0] == "en" else text[first:last]
        pieces += [text[done:first], said]
        length += first - done
        found.append((length, length + len(said)))
        length, done = length + len(said), last
    return Spread("".join([*pieces, text[done:]]), tuple(found))


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Neighbouring words that are a formula together: at least one of them can be nothing else."""
    words = [(m.start(), m.end(), bool(_STRONG.search(m[0]))) for m in regex.finditer(r"\S+", text)]
    kept: list[tuple[int, int, bool]] = []
    for first, last, strong in [*words, (len(text), len(text), False)]:
        if first < last and (strong or _WEAK.fullmatch(text, first, last)) and not _is_article(text[first:last], kept):
            kept.append((first, last, strong))
        else:
            if any(is_strong for _, _, is_strong in kept):
                yield kept[0][0], kept[-1][1]
            kept = []


def _is_article(word: str, before: list[tuple[int, int, bool]]) -> bool:
    return word in {"a", "A", "I"} and not before


def _aloud(formula: str) -> str:
    said = formula
    while (wider := _FRACTION.sub(r" \1 over \2 ", said)) != said:
        said = wider
    said = _RAISED_RUN.sub(lambda m: "^(" + m[0].translate(_RAISED) + ")", said).translate(_LOWERED)
    said = _POWER.sub(lambda m: f" {_POWERS.get(m[1], 'to the ' + m[1])} ", said)
    said = _FUNCTION.sub(lambda m: f" {_FUNCTIONS[m[1]]} ", said)
    said = _OF.sub(r" \1 of (", said)
    said = _OVER.sub(" over ", said)
    said = _MINUS.sub(" minus ", said)
    for sign, word in (_SIGNS | _GREEK).items():
        if sign in said:
            said = said.replace(sign, f" {word} ")
    return _GROUPING.sub(" ", said)
