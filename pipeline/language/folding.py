"""Spellings of a word that a language does not tell apart, or that captions often mix up. For comparing only."""

import unicodedata
from functools import lru_cache

import regex

# As search engines fold them: marks of vowels and of stretching, the carriers of hamza, and look-alike endings.
_ARABIC_MARKS = regex.compile("[\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_ARABIC = str.maketrans("أإآٱىیکةۀ", "ااااييكهه")
_INDIC_MARKS = regex.compile("[\u093c\u200c\u200d]")
_INDIC = str.maketrans("ँ", "ं")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_YO = str.maketrans("ё", "е")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_ACCENTS = frozenset("\u0300\u0301\u0302\u0303\u0308\u0327")
_ACCENTED = frozenset({"fr", "es", "pt", "it", "ca", "gl", "oc"})
# "é" and "e", "está" and "esta", "habló" and "hablo", "année" and "ano" are different words: what is short keeps its
# accents, and so does the last vowel of every word. "ñ" is a letter of its own.
_LEAST_LETTERS = 5


@lru_cache(maxsize=200_000)
def folded(word: str, primary: str) -> str:
    """The form for comparing of a normalised word in a language (primary subtag)."""
    if word.isascii():
        return word
    if primary == "de":
        return word.translate(_UMLAUTS)
    if primary in {"ru", "uk", "be", "bg"}:
        return word.translate(_YO)
    if primary in {"ar", "fa", "ur"}:
        return _ARABIC_MARKS.sub("", word).translate(_ARABIC) or word
    if primary in {"hi", "mr", "ne"}:
        return _INDIC_MARKS.sub("", word).translate(_INDIC) or word
    return _without_accents(word.translate(_LIGATURES)) if primary in _ACCENTED else word


def _without_accents(word: str) -> str:
    if len(word) < _LEAST_LETTERS:
        return word
    letters = regex.findall(r"\X", unicodedata.normalize("NFD", word))
    last = max((i for i, letter in enumerate(letters) if letter[0] in "aeiouy"), default=-1)
    plain = [
        letter if i == last or letter == "n\u0303" else "".join(c for c in letter if c not in _ACCENTS)
        for i, letter in enumerate(letters)
    ]
    return unicodedata.normalize("NFC", "".join(plain))
