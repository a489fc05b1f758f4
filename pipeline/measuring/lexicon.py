"""What the corruptions know of a language: small lists of their own, so that no checker is graded by its own lists."""

import tomllib
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.resources import files

import regex
from pydantic import ConfigDict, Field

from pipeline.language.stopwords import primary_subtag
from pipeline.values.base import Value

Rule = tuple[regex.Pattern[str], str]
"""A pattern and its replacement, which may use the pattern's groups."""

_LETTER = r"[\p{L}\p{M}\p{N}'’_]"


class Lexicon(Value):
    """The data of one language, from `languages/<tag>.toml`. Every entry is a regular expression, every pair a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    says: str
    """How a claim names its speaker, with {speaker} and {text}."""
    joined: str
    """How two sentences become one, with {first} and {second}."""
    cased_names: bool
    """Whether a capital letter inside a sentence marks a name."""
    spaced: bool = True
    """Whether spaces stand between words."""
    verb_last: bool = False
    """Whether a verb may end its clause."""
    negators: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    negate: tuple[tuple[str, str], ...] = ()
    negate_not_before: tuple[str, ...] = ()
    negate_not_after: tuple[str, ...] = ()
    affirm: tuple[tuple[str, str], ...] = ()
    antonyms: tuple[tuple[str, str], ...] = ()
    harden: tuple[tuple[str, str], ...] = ()
    harden_not: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    """Words that mean nothing where commas set them off, and only there."""
    connectives: tuple[str, ...] = ()
    intensifiers: tuple[str, ...] = ()
    rewrites: tuple[tuple[str, str], ...] = ()
    number_words: dict[int, str] = Field(default_factory=dict)
    number_parts: tuple[str, ...] = ()
    """Words that make a number together with the one beside them."""
    number_joins: tuple[str, ...] = ()
    """Words between two numbers that make them a choice, a range or one number."""
    counters: tuple[str, ...] = ()
    """Words after a spelled number, without which it may be a part of a word."""
    copulas: tuple[str, ...] = ()
    topic: str = ""
    """A particle between subject and predicate, where there is one."""
    no_subjects: tuple[str, ...] = ()
    asymmetric: tuple[str, ...] = ()
    from_to: tuple[str, ...] = ()
    """How a way from one number to another is told, with {a} and {b}."""
    moves: tuple[str, ...] = ()
    """Words of growing or falling, after which such a way has a direction."""
    not_names: tuple[str, ...] = ()

    def any_of(self, words: Sequence[str]) -> regex.Pattern[str]:
        """A pattern for any of some words, as whole words where spaces stand between them."""
        return _any_of(tuple(words), self.spaced)

    def rules(
        self, pairs: Sequence[tuple[str, str]], before: Sequence[str] = (), after: Sequence[str] = ()
    ) -> list[Rule]:
        """The pairs as rules that match whole words.

        Args:
            pairs: patterns and replacements.
            before: what must not come next.
            after: what must not come just before.
        """
        return list(_rules(tuple(pairs), tuple(before), tuple(after), self.spaced))

    def denying(self) -> list[Rule]:
        """The rules that put a denial into a sentence, each before a further word of its clause."""
        found = self.rules(self.negate, self.negate_not_before, self.negate_not_after)
        if not self.spaced or self.verb_last:
            return found
        return [(regex.compile(rf"{p.pattern}(?=\s+[\p{{L}}\p{{N}}])", regex.IGNORECASE), put) for p, put in found]

    def is_sure(self, text: str) -> bool:
        """Whether it is plain what a denial in the text would deny."""
        return not self.any_of(self.unsure).search(text) and not regex.search(r"[?？؟]", text)

    def denials(self, text: str) -> int:
        """How many words of denial a text has."""
        return len(self.any_of(self.negators).findall(text))


@cache
def lexicon(language: str) -> Lexicon:
    """The data of a language (BCP 47 tag), or what holds for any."""
    folder = files("pipeline.measuring") / "languages"
    own = folder / f"{primary_subtag(language)}.toml"
    file = own if own.is_file() else folder / "any.toml"
    return Lexicon.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def languages() -> list[str]:
    """The tags of the languages with data of their own."""
    names = [file.name.removesuffix(".toml") for file in (files("pipeline.measuring") / "languages").iterdir()]
    return sorted(name for name in names if name != "any")


@cache
def _any_of(words: tuple[str, ...], spaced: bool) -> regex.Pattern[str]:  # noqa: FBT001 - keys of the cache
    inner = "|".join(words) or r"(?!)"
    whole = rf"(?<!{_LETTER})(?:{inner})(?!{_LETTER})" if spaced else inner
    # An entry without letters, such as a question mark, is no word.
    signs = "|".join(word for word in words if not regex.search(r"\w", word))
    return regex.compile(f"{whole}|{signs}" if spaced and signs else whole, regex.IGNORECASE)


@cache
def _rules(
    pairs: tuple[tuple[str, str], ...],
    before: tuple[str, ...],
    after: tuple[str, ...],
    spaced: bool,  # noqa: FBT001 - as above
) -> tuple[Rule, ...]:
    gap = r"[\s]*" if spaced else ""
    end = rf"(?!{_LETTER})" if spaced else ""
    begin = rf"(?<!{_LETTER})" if spaced else ""
    not_next = rf"(?!{gap}(?:{'|'.join(before)}){end})" if before else ""
    not_last = "".join(rf"(?<!{begin}{word}{gap})" for word in after)
    return tuple(
        (regex.compile(f"{begin}{not_last}(?:{found}){end}{not_next}", regex.IGNORECASE), put) for found, put in pairs
    )
