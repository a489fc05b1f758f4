"""Rules applied to a text: one of them at one place, or all of them everywhere."""

from collections.abc import Sequence
from functools import partial
from random import Random

import regex

from pipeline.measuring.lexicon import Rule


def apply_one(text: str, rules: Sequence[Rule], rng: Random) -> str | None:
    """The text with one rule applied at one place, both chosen at random; None if none applies."""
    places = [(match, put) for pattern, put in rules for match in pattern.finditer(text)]
    # Where one rule matches inside the place of another ("not" in "is not"), only the longer knows what is meant.
    outer = [(m, p) for m, p in places if not any(_inside(m, other) for other, _ in places)]
    if not outer:
        return None
    match, put = rng.choice(outer)
    changed = tidy(text[: match.start()] + as_in(match.group(), match.expand(put)) + text[match.end() :])
    return changed if changed != text else None


def apply_all(text: str, rules: Sequence[Rule]) -> str:
    """The text with every rule applied wherever it matches."""
    for pattern, put in rules:
        text = pattern.sub(partial(_put, put), text)
    return tidy(text)


def as_in(old: str, new: str) -> str:
    """The new words with a capital where the old ones had it."""
    return new[:1].upper() + new[1:] if old[:1].isupper() and not old[:2].isupper() else new


def tidy(text: str) -> str:
    """The text without doubled spaces or a space before a comma or a stop, such as words taken out leave behind."""
    text = regex.sub(r"\s+", " ", text)
    text = regex.sub(r"\s+([,.;،])", r"\1", text)
    text = regex.sub(r"([,;،])(?:\s*[,;،])+", r"\1", text)
    return regex.sub(r"^[\s,;،、]+", "", text).strip()


def _put(put: str, match: regex.Match[str]) -> str:
    return as_in(match.group(), match.expand(put))


def _inside(inner: regex.Match[str], outer: regex.Match[str]) -> bool:
    return outer.start() <= inner.start() and inner.end() <= outer.end() and len(outer.group()) > len(inner.group())
