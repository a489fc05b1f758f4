"""Tokens as a provider counts them, and what it reads of a question from its cache."""

import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from pipeline.stages.split import estimate_tokens

_LEAST_CACHED = 1_024
_STEP = 128


def tokenizer() -> tuple[Callable[[str], list[Any]], str]:
    """A text's tokens, and what made them: o200k where it is installed, else pieces as many as the estimate says."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of its own, at import
            bpe = import_module("bpe_openai")  # no part of citenote; carries its vocabulary, downloads nothing
    except ImportError:
        return _pieces, "estimated (pip install bpe-openai counts them)"
    encode: Callable[[str], list[Any]] = bpe.get_encoding("o200k_base").encode_ordinary
    return encode, "o200k, counted by bpe-openai"


def _pieces(text: str) -> list[Any]:
    size = max(1, round(len(text) / estimate_tokens(text)))
    return [text[i : i + size] for i in range(0, len(text), size)]


class PrefixCache:
    """What providers do: of a question that begins as an earlier one did, the beginning is read from a cache.

    From 1,024 tokens on, in steps of 128, as long as anybody asks alike. The schema of the answer comes first.
    """

    def __init__(self) -> None:
        self._seen: list[Sequence[Any]] = []

    def read(self, question: Sequence[Any]) -> int:
        """The tokens of a question that were read from the cache; it is remembered."""
        alike = max((_alike(question, earlier) for earlier in self._seen), default=0)
        self._seen.append(question)
        return alike // _STEP * _STEP if alike >= _LEAST_CACHED else 0


def _alike(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How long two questions begin alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # equal up to a place and different after it: slices compare fast
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low
