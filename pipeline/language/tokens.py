"""Words with their places in the text, in any script."""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import regex

# Scripts that put no spaces between words, with the marks that lengthen or voice a Japanese syllable.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰ"
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]"
_WORD = regex.compile(
    rf"(?V1)([{_UNSPACED}][\uFF9E\uFF9F\u3099\u309A]?"  # a character a token
    r"|\d+(?:[.,:٫٬]\d+|['’]\d{3}(?!\d))*[%٪％]?"
    r"|(?<=\d[\s]?)[%٪％]"
    rf"|{_LETTER}+(?:['’ʼ\-‑\u00AD\u200C\u200D]{_LETTER}+)*)"
)
# For small letters.
_ASCII_WORD = re.compile(r"((?a:\d+(?:[.,:]\d+|'\d{3}(?!\d))*%?|(?<=\d )%|[a-z0-9]+(?:['\-][a-z0-9]+)*))")
_DIGIT = regex.compile(r"(?!\p{ASCII})\p{Nd}")
_CHARACTER = regex.compile(rf"[{_UNSPACED}]")
_INVISIBLE = regex.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Token(NamedTuple):
    """A word of a text: `text[start:end]`, and its form for comparing."""

    norm: str
    start: int
    end: int


class Parted(NamedTuple):
    """A text taken apart, as rows."""

    gaps: list[str]
    """What stands before each word, and after the last one: one more than there are words."""
    words: list[str]
    """In their form for comparing."""
    starts: list[int]
    ends: list[int]


@lru_cache(maxsize=200_000)
def normalise(word: str) -> str:
    """The form in which two spellings of a word are equal.

    NFKC, case folded, one kind of apostrophe, hyphen and percent sign, the digits 0 to 9 for those of any script,
    and no invisible characters.
    """
    if word.isascii():
        return word.casefold()
    folded = unicodedata.normalize("NFKC", word).casefold().replace("’", "'").replace("ʼ", "'").replace("‑", "-")
    plain = _DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), folded.replace("٪", "%"))
    return _INVISIBLE.sub("", plain) or folded


def tokens(text: str) -> list[Token]:
    """The words of a text in order; in scripts without spaces every character is a word."""
    _, words, starts, ends = part(text)
    return list(map(Token, words, starts, ends))


def part(text: str) -> Parted:
    """A text taken apart into its words and what stands between them."""
    rows = _ASCII_WORD.split(text.lower()) if text.isascii() else _WORD.split(text)
    edges = list(accumulate(map(len, rows)))
    words = rows[1::2] if text.isascii() else [normalise(word) for word in rows[1::2]]
    return Parted(rows[::2], words, edges[:-1:2], edges[1::2])


def is_character(word: str) -> bool:
    """Whether a normalised word is one character of a script that puts no spaces between words."""
    return len(word) == 1 and not word.isascii() and _CHARACTER.match(word) is not None
