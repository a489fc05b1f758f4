"""What the outliner knows of the speech of a language: data in `languages/*.toml`, one file a language.

A language without a file is outlined with the stop words, the hesitation sounds and the punctuation that are known
for it, and with empty lists here: fewer sentences are refused and less is cleaned.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

import regex

from pipeline.language.fillers import fillers
from pipeline.language.stopwords import primary_subtag, stop_words
from pipeline.language.tokens import normalise

Words = frozenset[str]
Pattern = regex.Pattern[str]

_NEVER = regex.compile(r"(?!)")


class Profile(NamedTuple):
    """The words of one language that decide; all in their form for comparing."""

    language: str
    """Primary subtag."""
    stops: Words
    generic: Words
    dull: Words
    """Words that say something in a sentence and nothing as a title of their own."""
    heads: Words
    """Generic words that name a subject with a noun before them: "leap second"."""
    articles: Words
    links: Words
    """Words that may stand inside a noun phrase: "of"."""
    wide_links: Words
    """Words that may stand in one that is said again and again: "clocks in orbit"."""
    places: Words
    """Words that stand before places."""
    pair: str
    """How two phrases make one title: "{0} and {1}"."""
    about: str
    """The title of a quote: "On {0}"."""
    openers: Pattern
    """A word or phrase at the head of a sentence that may be left out."""
    inner: Pattern
    """A filler between commas, or a hesitation sound, with the white space around it."""
    tails: Pattern
    clauses: Pattern
    """Where a clause begins that a sentence can end before."""
    pronouns: Words
    persons: Words
    """Pronouns of people."""
    demonstratives: Words
    vague: Words
    follow: Words
    """Pronouns with which a sentence may go on about the one before."""
    first: Words
    first_plural: Words
    second: Words
    negations: Words
    view: Pattern
    """A judgement that is not marked as somebody's."""
    reported: Pattern
    """Somebody else's words or thoughts."""
    fragments: Words
    subordinate: Words
    """Words that begin a clause which needs another one."""
    questions: Words
    headings: Words
    """Words that begin a question fit for a heading."""
    auxiliary_starts: Words
    promotion: Pattern
    greeting: Pattern
    meta: Pattern
    loose: Pattern
    prefixes: tuple[tuple[str, str], ...]
    """Beginnings of words that are words of their own, and what stays of each: an article, or nothing."""
    nominative: tuple[str, ...]
    """Endings of the dictionary form, in a language with cases and without articles."""
    oblique: tuple[str, ...]
    """Endings that a dictionary form does not have."""
    capital_nouns: bool
    """Nouns are written with a capital: German."""
    wide: bool
    """No spaces between words, or hardly any: Japanese, Chinese, Thai."""


@cache
def profile(language: str) -> Profile:
    """The profile of a language (BCP 47 tag)."""
    primary = primary_subtag(language)
    data = _load(primary)
    stops = stop_words(language)
    return Profile(
        language=primary,
        stops=stops,
        generic=_words(data, "generic"),
        dull=_words(data, "dull"),
        heads=_words(data, "heads"),
        articles=_words(data, "articles"),
        links=_words(data, "links"),
        wide_links=_words(data, "wide_links"),
        places=_words(data, "places"),
        pair=data.get("pair", "{0}, {1}"),
        about=data.get("about", "{0}"),
        openers=_openers(data),
        inner=_inner(data, language),
        tails=_tails(data),
        clauses=_clauses(data),
        pronouns=_words(data, "pronouns"),
        persons=_words(data, "persons"),
        demonstratives=_words(data, "demonstratives"),
        vague=_words(data, "vague"),
        follow=_words(data, "follow"),
        first=_words(data, "first"),
        first_plural=_words(data, "first_plural"),
        second=_words(data, "second"),
        negations=_words(data, "negations"),
        view=_phrases(data, "view"),
        reported=_phrases(data, "reported"),
        fragments=_words(data, "fragments"),
        subordinate=_words(data, "subordinate"),
        questions=_words(data, "questions"),
        headings=_words(data, "headings") or _words(data, "questions"),
        auxiliary_starts=_words(data, "auxiliary_starts"),
        promotion=_pattern(data, "promotion"),
        greeting=_pattern(data, "greeting"),
        meta=_pattern(data, "meta"),
        loose=_pattern(data, "loose"),
        prefixes=tuple((head, rest) for head, _, rest in (p.partition(":") for p in data.get("prefixes", "").split())),
        nominative=tuple(data.get("nominative", "").split()),
        oblique=tuple(data.get("oblique", "").split()),
        capital_nouns=primary == "de",
        wide=primary in {"ja", "zh", "yue", "th", "lo", "km", "my"},
    )


def _load(primary: str) -> dict[str, str]:
    file = resources.files("pipeline.models.extractive").joinpath("languages", f"{primary}.toml")
    if not file.is_file():
        return {}
    loaded: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    return loaded


def _words(data: dict[str, str], key: str) -> Words:
    return frozenset(normalise(word) for word in data.get(key, "").split())


def _alternatives(data: dict[str, str], key: str) -> list[str]:
    found = [part.strip() for part in data.get(key, "").replace("\n", "").split("|")]
    return sorted((part for part in found if part), key=len, reverse=True)


def _any_of(phrases: list[str]) -> str:
    return "|".join(
        regex.escape(p, special_only=True, literal_spaces=True).replace("'", "['’]").replace(" ", r"\s+")
        for p in phrases
    )


def _phrases(data: dict[str, str], key: str) -> Pattern:
    phrases = _alternatives(data, key)
    if not phrases:
        return _NEVER
    edge = "" if data.get("wide") else r"\b"
    return regex.compile(rf"{edge}(?:{_any_of(phrases)}){edge}", regex.IGNORECASE)


def _pattern(data: dict[str, str], key: str) -> Pattern:
    text = data.get(key, "").replace("\n", "").replace("'", "['’]").strip("|")
    return regex.compile(text, regex.IGNORECASE) if text else _NEVER


def _openers(data: dict[str, str]) -> Pattern:
    openers = _alternatives(data, "openers")
    if not openers:
        return _NEVER
    keeps = _alternatives(data, "opener_keeps")
    bare = _alternatives(data, "bare_openers")
    unless = rf"(?!(?:{_any_of(keeps)})\b)" if keeps else ""
    alone = rf"|(?:{_any_of(bare)})\s+" if bare else ""
    comma = r"\s*[,،，、]\s*"
    return regex.compile(rf"{unless}(?:(?:{_any_of(openers)}){comma}{alone})", regex.IGNORECASE)


def _inner(data: dict[str, str], language: str) -> Pattern:
    sounds = _any_of(sorted(fillers(language)))
    said = _any_of(_alternatives(data, "fillers"))
    edge = r"(?<![\w'’\-‑])"  # a "uh" inside "uh-huh" is no word of its own
    between = rf"|,\s*(?:{said})\s*,\s*" if said else ""
    return regex.compile(rf"(?:,?\s*{edge}(?:{sounds})(?![\w'’\-‑])\s*,?\s+){between}", regex.IGNORECASE)


def _tails(data: dict[str, str]) -> Pattern:
    tails = _alternatives(data, "tails")
    return regex.compile(rf"\s*[,،]\s*(?:{_any_of(tails)})\s*[.?!…]*\s*$", regex.IGNORECASE) if tails else _NEVER


def _clauses(data: dict[str, str]) -> Pattern:
    words = _alternatives(data, "clauses")
    return regex.compile(rf"\s*[,;،]\s+(?:{_any_of(words)})\b", regex.IGNORECASE) if words else _NEVER
