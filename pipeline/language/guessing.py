"""A cheap guess at the language of a text: its script, and the little words where a script serves many languages."""

from collections import Counter
from functools import cache

import regex
import stopwordsiso

from pipeline.language.tokens import tokens

_SAMPLE = 12_000
_LEAST_SHARE = 0.15
_LEAST_LETTERS = 8
_LEAST_HITS = 4

_SCRIPTS = {  # a script, and the languages written in it that can be told by their little words
    "Latin": "af br ca cs da de en eo es et eu fi fr ga gl ha hr hu id it ku la lt lv ms nl no pl pt ro sk sl so st sv"
    " sw tl tr vi yo zu",
    "Cyrillic": "bg ru uk",
    "Arabic": "ar fa ur",
    "Devanagari": "hi mr",
    "Han": "zh",
    "Hangul": "ko",
    "Greek": "el",
    "Hebrew": "he",
    "Thai": "th",
    "Bengali": "bn",
    "Gujarati": "gu",
    "Armenian": "hy",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Gurmukhi": "pa",
    "Georgian": "ka",
    "Khmer": "km",
    "Lao": "lo",
    "Myanmar": "my",
    "Sinhala": "si",
    "Ethiopic": "am",
}
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_LETTERS = {script: regex.compile(rf"\p{{{script}}}") for script in _SCRIPTS}


def guess_language(text: str) -> str:
    """The likeliest language of a text as a BCP 47 tag, "und" when there is too little to tell it by."""
    sample = text[:_SAMPLE]
    found = {script: len(pattern.findall(sample)) for script, pattern in _LETTERS.items()}
    kana = len(_KANA.findall(sample))
    script = max(found, key=lambda name: found[name])
    if kana + found["Han"] > found[script] and kana * 10 > found["Han"]:
        return "ja"
    if found[script] < _LEAST_LETTERS:
        return "und"
    languages = _SCRIPTS[script].split()
    return languages[0] if len(languages) == 1 else _by_little_words(sample, languages)


def _by_little_words(sample: str, languages: list[str]) -> str:
    """The language whose own little words are the largest share; a word of many languages says little for each."""
    words = Counter(token.norm for token in tokens(sample))
    total = sum(words.values())
    owners = _owners(tuple(languages))
    weights: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for word, count in words.items():
        for language in owners.get(word, ()):
            weights[language] += count / len(owners[word])  # type: ignore[assignment]  # typeshed counts in ints
            hits[language] += count
    best = max(languages, key=lambda language: weights[language])
    return best if hits[best] >= max(_LEAST_HITS, _LEAST_SHARE * total) else "und"


@cache
def _owners(languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Each little word and the languages that use it."""
    owners: dict[str, list[str]] = {}
    for language in languages:
        for word in stopwordsiso.stopwords(language):
            owners.setdefault(word.casefold(), []).append(language)
    return {word: tuple(users) for word, users in owners.items()}
