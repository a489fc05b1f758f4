"""What is known of a language besides English: data in `data/*.toml`, one file a language.

A file is read when its language is first asked for. The lists of English stand in the modules that use them. A
language without a file gets an empty lexicon, and the guards that would need one say nothing about it:
`pipeline.language.coverage` tells which those are.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from itertools import product
from typing import Any, NamedTuple

import regex

from pipeline.language.folding import folded
from pipeline.language.subtags import primary_subtag
from pipeline.language.tokens import normalise, tokens

Words = frozenset[str]
Phrase = tuple[str, ...]


class Negation(NamedTuple):
    """How a language says no. Words and phrases are in their form for comparing."""

    words: Words
    """They negate by themselves."""
    concord: Words
    """They negate unless another negator stands near, which they only repeat ("no … nada", "никто не")."""
    openers: Words
    """They announce a negation (French "ne"), and negate alone only where none of `closers` follows."""
    closers: Words
    """They negate only after an opener ("ne … plus")."""
    phrases: Mapping[str, tuple[tuple[Phrase, bool], ...]]
    """By their first word, longest first: phrases with whether they negate or, though a negator is in them, do not."""
    contains: tuple[str, ...]
    """Letters that make a negator of any word that holds them (Korean)."""
    attached: tuple[str, ...]
    """Letters that may be written before a negator (Arabic "and")."""
    asked: Words
    """Negators that ask and do not deny between the same word twice (Chinese "是不是")."""
    answers: Words
    """Negators that answer a question where pauses stand on both sides of them."""
    kin: Words
    """Words that say "not" in another way: they answer for a negation and never demand one."""
    prefixes: tuple[str, ...]
    """Beginnings that turn a word into its opposite."""
    clauses: Words
    """Words that begin a clause which a negator before them does not reach."""
    reaches_on: bool
    """Whether what is denied follows its negator."""


class Numerals(NamedTuple):
    """How a language writes and spells its numbers; words are in their form for comparing."""

    decimal: str
    spaced: bool
    """Whether a space may part thousands."""
    values: Mapping[str, float]
    """Words that are a number, to be added to what is said before them."""
    ordinals: Words
    """Those of `values` that count in order."""
    inner: Mapping[str, float]
    """Words that multiply what stands right before them, inside a group: hundred."""
    outer: Mapping[str, float]
    """Words that multiply all that stands before them: thousand, million."""
    joins: Words
    """Words between the parts of a number ("and")."""
    attached: tuple[str, ...]
    """Letters that may be written before a part of a number (Arabic "and")."""
    reversed: bool
    """Whether the ones are said before the tens."""
    point: Words
    halves: tuple[Phrase, ...]
    """What adds a half to the number before it: "et demi"."""
    prefixed: Mapping[str, float]
    """Words before a number that add a part of one to it (Hindi "साढ़े")."""
    percent: tuple[Phrase, ...]
    percent_before: tuple[Phrase, ...]
    alias: Mapping[str, str]
    """Forms that the library does not know, and one that it knows."""
    lone: Mapping[str, float]
    """Numbers that the library does not know: "anderthalb"."""
    decades: Mapping[str, float]
    decades_before: Words
    decades_after: tuple[Phrase, ...]
    drops_last_unit: bool
    """Whether a digit after "hundred" may count tens (Chinese "一百二" for 120)."""
    counted: regex.Pattern[str] | None
    """The spelled number with which a word begins, where what is counted is written with it (Korean)."""
    after_digits: regex.Pattern[str] | None
    """The multiplier with which a word begins that is written right after digits."""
    idioms: tuple[Phrase, ...]
    """Phrases in which the words of a number say none."""
    in_words: Mapping[float, Words]
    """Words that stand for a number without being one: "both", "half"."""
    about: Words


class Lexicon(NamedTuple):
    """The data of one language."""

    language: str
    """Primary subtag."""
    fillers: Words
    elisions: Words
    """Short words written before an apostrophe and the next word, without the apostrophe ("l", "qu")."""
    clause_joins: Words
    """Words that join two clauses, each of which may be a fact of its own."""
    negation: Negation
    numerals: Numerals
    hardenings: tuple[tuple[Words, Words], ...]
    """Pairs of soft words and of the words that overstate them."""
    opposites: tuple[tuple[str, str], ...]
    """Words as they are written, lower case."""


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language (BCP 47 tag); an empty one when there is no file for it."""
    primary = primary_subtag(language)
    found = {"nb": "no", "nn": "no"}.get(primary, primary)
    file = resources.files("pipeline.language") / "data" / f"{found}.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8")) if found.isalpha() and file.is_file() else {}
    return _Reader(primary, data).lexicon()


class _Reader:
    """Turns the tables of a file into a lexicon."""

    def __init__(self, primary: str, data: Mapping[str, Any]) -> None:
        self._primary = primary
        self._data = data

    def lexicon(self) -> Lexicon:
        pairs = str(self._data.get("opposites", "")).split()
        return Lexicon(
            language=self._primary,
            fillers=frozenset(normalise(w) for w in str(self._data.get("fillers", "")).split()),
            elisions=self._words(self._data.get("elisions", "")),
            clause_joins=self._words(self._data.get("clause_joins", "")),
            negation=self._negation(self._data.get("negation", {})),
            numerals=self._numerals(self._data.get("numbers", {})),
            hardenings=tuple((self._words(h["soft"]), self._words(h["hard"])) for h in self._data.get("hardening", ())),
            opposites=tuple((one, other) for one, _, other in (pair.partition("/") for pair in pairs)),
        )

    def _word(self, word: str) -> str:
        return folded(normalise(word), self._primary)

    def _words(self, text: str) -> Words:
        return frozenset(self._word(w) for w in text.split())

    def _phrase(self, text: str) -> Phrase:
        return tuple(self._word(t.norm) for t in tokens(text))

    def _phrases(self, texts: Iterable[str]) -> tuple[Phrase, ...]:
        return tuple(sorted((self._phrase(t) for t in texts), key=len, reverse=True))

    def _values(self, table: Mapping[str, str]) -> dict[str, float]:
        return {self._word(w): float(value) for value, words in table.items() for w in words.split()}

    def _negation(self, data: Mapping[str, Any]) -> Negation:
        phrases: dict[str, list[tuple[Phrase, bool]]] = {}
        for key, negates in (("spelled", True), ("neutral", False)):
            for phrase in self._phrases(data.get(key, ())):
                phrases.setdefault(phrase[0], []).append((phrase, negates))
        rows = {head: tuple(sorted(row, key=lambda p: (-len(p[0]), p[1]))) for head, row in phrases.items()}
        words = {key: self._words(data.get(key, "")) for key in _NEGATION_WORDS}
        return Negation(
            phrases=rows,
            contains=tuple(data.get("contains", "").split()),
            attached=tuple(data.get("attached", "").split()),
            prefixes=tuple(data.get("prefixes", "").split()),
            reaches_on=data.get("reaches_on", True),
            **words,
        )

    def _numerals(self, data: Mapping[str, Any]) -> Numerals:
        ordinals = {
            self._word(stem + ending): float(value)
            for value, stems in data.get("ordinals", {}).items()
            for stem, ending in product(stems.split(), data.get("ordinal_endings", [""]))
        }
        values = self._values(data.get("values", {}))
        tables = {key: self._values(data.get(key, {})) for key in ("inner", "outer", "prefixed", "lone", "decades")}
        phrases = {
            key: self._phrases(data.get(key, ()))
            for key in ("halves", "idioms", "percent", "percent_before", "decades_after")
        }
        words = {key: self._words(data.get(key, "")) for key in ("joins", "point", "decades_before", "about")}
        return Numerals(
            decimal=data.get("decimal", "."),
            values={**ordinals, **values},
            ordinals=frozenset(ordinals.keys() - values.keys()),
            attached=tuple(data.get("attached", "").split()),
            alias=data.get("alias", {}),
            in_words={float(value): self._words(words) for value, words in data.get("in_words", {}).items()},
            counted=regex.compile(data["counted"]) if "counted" in data else None,
            after_digits=regex.compile(data["after_digits"]) if "after_digits" in data else None,
            spaced=data.get("spaced", False),
            reversed=data.get("reversed", False),
            drops_last_unit=data.get("drops_last_unit", False),
            **tables,  # type: ignore[arg-type]  # mypy cannot tell the rows of a mapping apart
            **phrases,  # type: ignore[arg-type]  # as above
            **words,  # type: ignore[arg-type]  # as above
        )


_NEGATION_WORDS = ("words", "concord", "openers", "closers", "asked", "answers", "kin", "clauses")
