"""A line as the outliner reads it: words, word classes and stems.

Word classes are one letter (see `english`). Outside English they are only told apart as far as the script allows:
D article, O pronoun, F other stop word, U number, P written with a capital inside a sentence, N other word, and in
German X for a word in lower case, which is no noun.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import budoux
import regex

from pipeline.language.stemming import stem
from pipeline.language.tokens import Token, normalise, tokens
from pipeline.models.extractive import english
from pipeline.models.extractive.profile import Profile

_BETWEEN = " \t\n\u00a0'’ʼ-‑£$€¥"
_RUN = regex.compile(
    r"[\p{Katakana}ー]+|[\p{Han}々〆]+|\d+(?:[.,:]\d+)*%?|[\p{Latin}\p{Cyrillic}\p{Greek}]+(?:[\p{M}\p{N}'’-]+\p{L}*)*|\p{Hiragana}+"
    r"|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{M}]+"
)
_HIRAGANA = regex.compile(r"\p{Hiragana}+")
_HAN = regex.compile(r"\p{Han}")


class Reading(NamedTuple):
    """A text and its words; `tags[i]` belongs to `words[i]`."""

    text: str
    words: tuple[Token, ...]
    tags: str
    stems: tuple[str, ...]
    """"" for a word that says nothing about the topic."""
    joined: tuple[bool, ...]
    """Whether only white space or a hyphen lies between a word and the one before; without spaces nothing."""

    @property
    def terms(self) -> list[str]:
        """The stems that say what it is about."""
        return [s for s in self.stems if s]

    def norms(self) -> list[str]:
        """The words in their form for comparing."""
        return [w.norm for w in self.words]


def read(text: str, profile: Profile, names: frozenset[str] = frozenset()) -> Reading:
    """The reading of a text in the language of the profile; `names` are names where a sentence begins, too."""
    words = tuple(_wide_words(text, profile) if profile.wide else tokens(text))
    tags = _tags(text, words, profile, names)
    stems = tuple(_stem(w.norm, t, profile) for w, t in zip(words, tags, strict=True))
    between = "" if profile.wide else _BETWEEN
    joined = tuple(i > 0 and not text[words[i - 1].end : w.start].strip(between) for i, w in enumerate(words))
    return Reading(text, words, tags, stems, joined)


def size(reading: Reading, profile: Profile) -> float:
    """Words; in scripts without spaces two characters count as one."""
    return sum(w.end - w.start for w in reading.words) / 2 if profile.wide else float(len(reading.words))


def _stem(word: str, tag: str, profile: Profile) -> str:
    if tag == "P":
        return stem(word, profile.language)
    if tag in "DOFICMTUE" or word in profile.stops or (len(word) < 2 and not _HAN.match(word)):
        return ""
    return stem(word, profile.language)


def find_names(texts: Iterable[str], profile: Profile) -> frozenset[str]:
    """Words that are mostly written with a capital inside sentences."""
    if profile.capital_nouns or profile.wide:
        return frozenset()
    capital: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for text in texts:
        for i, word in enumerate(tokens(text)):
            if i and word.norm not in profile.stops | profile.first:
                seen[word.norm] += 1
                capital[word.norm] += _is_capital(text, word, first=False)
    return frozenset(w for w, n in capital.items() if n > 0.6 * seen[w])


def _tags(text: str, words: tuple[Token, ...], profile: Profile, names: frozenset[str]) -> str:
    capitals = [
        _is_capital(text, w, first=i == 0) or (w.norm in names and text[w.start].isupper()) for i, w in enumerate(words)
    ]
    if profile.language == "en":
        commas = (i for i in range(1, len(words)) if text[words[i - 1].end : words[i].start].strip(_BETWEEN))
        return english.tag([w.norm for w in words], capitals, frozenset(commas))
    return "".join(_tag(w.norm, profile, capital=capital) for w, capital in zip(words, capitals, strict=True))


def _is_capital(text: str, word: Token, *, first: bool) -> bool:
    """Written with a capital where no sentence begins."""
    if not text[word.start].isupper() or first:
        return False
    before = text[: word.start].rstrip(" \"'«»“„”(")
    return not before or before[-1] not in ".?!…:"


def _tag(word: str, profile: Profile, *, capital: bool) -> str:  # noqa: PLR0911 - a list of rules
    if word in profile.articles:
        return "D"
    if word in profile.pronouns | profile.first | profile.first_plural | profile.second:
        return "O"
    if word[0].isdigit():
        return "U"
    if word in profile.stops and not (capital and not profile.capital_nouns):
        return "F"
    if profile.wide and _HIRAGANA.fullmatch(word):
        return "F"
    if profile.capital_nouns:
        return "N" if capital else "X"
    return "P" if capital else "N"


def _wide_words(text: str, profile: Profile) -> Iterator[Token]:
    """Words of a script without spaces: runs of one script; Chinese and Thai runs cut into phrases."""
    for match in _RUN.finditer(text):
        run, start = match.group(), match.start()
        if profile.language in {"zh", "yue", "th"} and not run.isascii():
            for piece in _segmenter(profile.language)(run):
                yield from _bare(piece, start, profile)
                start += len(piece)
        else:
            yield Token(normalise(run), match.start(), match.end())


def _bare(piece: str, start: int, profile: Profile) -> Iterator[Token]:
    """A phrase with the stop words at both ends as words of their own."""
    head = 0
    while head < len(piece) and normalise(piece[head]) in profile.articles:
        yield Token(normalise(piece[head]), start + head, start + head + 1)
        head += 1
    tail = len(piece)
    while tail > head and normalise(piece[tail - 1]) in profile.articles:
        tail -= 1
    if tail > head:
        yield Token(normalise(piece[head:tail]), start + head, start + tail)
    for i in range(tail, len(piece)):
        yield Token(normalise(piece[i]), start + i, start + i + 1)


@lru_cache(maxsize=4)
def _segmenter(language: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - budoux ships no types
    made = budoux.load_default_thai_parser() if language == "th" else budoux.load_default_simplified_chinese_parser()
    return made.parse
