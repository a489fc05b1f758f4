"""Stems, so that "constraints" and "constrained" are one word for counting and comparing."""

import threading
from functools import lru_cache
from typing import Protocol

import snowballstemmer

from pipeline.language.subtags import primary_subtag

_ALGORITHMS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "fa": "persian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's name


class _Stemmers(threading.local):
    """The stemmers of one thread: a stemmer keeps the word it is working on, so threads must not share one."""

    def __init__(self) -> None:
        self.made: dict[str, _Stemmer] = {}

    def get(self, algorithm: str) -> _Stemmer:
        if algorithm not in self.made:
            self.made[algorithm] = snowballstemmer.stemmer(algorithm)
        return self.made[algorithm]


_stemmers = _Stemmers()
_known = frozenset(snowballstemmer.algorithms())


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of one normalised word; the word itself in a language without a stemmer.

    A possessive ending of English ("Stalin's") is taken off first. `language` is a BCP 47 tag.
    """
    primary = primary_subtag(language)
    if primary == "en":
        word = word.removesuffix("'s").removesuffix("'")
    algorithm = _ALGORITHMS.get(primary)
    if algorithm is None or algorithm not in _known:  # an older release of the library knows fewer languages
        return word
    return _stemmers.get(algorithm).stemWord(word)


def has_stemmer(language: str) -> bool:
    """Whether endings are cut in a language (BCP 47 tag)."""
    return _ALGORITHMS.get(primary_subtag(language), "") in _known
