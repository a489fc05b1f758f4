"""One form for the British and the American spelling of a word. For comparing only: the form need not be a word."""

from functools import lru_cache

_WORDS = {
    "grey": "gray", "programme": "program", "programmes": "programs", "ageing": "aging", "judgement": "judgment",
    "aluminium": "aluminum", "defence": "defense", "offence": "offense", "licence": "license", "pretence": "pretense",
    "okay": "ok", "sceptical": "skeptical", "sceptic": "skeptic", "mum": "mom", "tyre": "tire", "tyres": "tires",
    "plough": "plow", "practise": "practice", "practised": "practiced", "practising": "practicing", "cheque": "check",
    "storey": "story", "whilst": "while", "amongst": "among", "learnt": "learned", "burnt": "burned",
    "dreamt": "dreamed", "spelt": "spelled", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "cannot": "can not", "percent": "percent",
}  # fmt: skip

_ENDINGS = (
    ("isation", "ization"), ("isations", "izations"), ("ising", "izing"), ("ised", "ized"), ("ises", "izes"),
    ("ise", "ize"), ("yse", "yze"), ("ysed", "yzed"), ("ysing", "yzing"), ("ours", "ors"), ("our", "or"),
    ("oured", "ored"), ("ouring", "oring"), ("ourite", "orite"), ("ourites", "orites"), ("ourable", "orable"),
    ("tre", "ter"), ("tres", "ters"), ("elled", "eled"), ("elling", "eling"), ("eller", "eler"), ("ogue", "og"),
    ("ogues", "ogs"), ("aeval", "eval"),
)  # fmt: skip
# Shorter words with these endings are other words: hour, four, rise, tour, wise.
_LEAST_LETTERS = 6


@lru_cache(maxsize=100_000)
def american(word: str) -> str:
    """The form of a normalised English word in which both spellings agree ("colour" and "color" give "color")."""
    if word in _WORDS:
        return _WORDS[word]
    if len(word) >= _LEAST_LETTERS:
        for british, form in _ENDINGS:
            if word.endswith(british):
                return word[: -len(british)] + form
    return word
