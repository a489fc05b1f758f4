"""Words with their places in the text, in any script."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"  # no spaces: a character a token
    r"|\d+(?:[.,:]\d+)*%?|[\p{L}\p{M}\p{N}]+(?:['’ʼ\-‑][\p{L}\p{M}\p{N}]+)*"
)


class Token(NamedTuple):
    """A word of a text: `text[start:end]`, and its form for comparing."""

    norm: str
    start: int
    end: int


@lru_cache(maxsize=200_000)
def normalise(word: str) -> str:
    """The form in which two spellings of a word are equal: NFKC, case folded, one kind of apostrophe and hyphen."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return folded.replace("’", "'").replace("ʼ", "'").replace("‑", "-")


def tokens(text: str) -> list[Token]:
    """The words of a text in order; in scripts without spaces every character is a word."""
    return [Token(normalise(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]
