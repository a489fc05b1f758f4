"""English short forms written out, so that "isn't" and "is not" hold the same words."""

from pipeline.language.subtags import primary_subtag

_NEGATED = {"can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"), "ain't": ("is", "not")}
_WRITTEN_WITHOUT = {
    "dont": ("do", "not"), "doesnt": ("does", "not"), "didnt": ("did", "not"), "isnt": ("is", "not"),
    "wasnt": ("was", "not"), "arent": ("are", "not"), "couldnt": ("could", "not"), "wouldnt": ("would", "not"),
    "cannot": ("can", "not"), "can not": ("can", "not"), "going to": ("going", "to"), "want to": ("want", "to"),
    "got to": ("got", "to"),
}  # fmt: skip
_ENDINGS = {"'re": "are", "'ve": "have", "'ll": "will", "'m": "am", "'d": "would"}
_IS = frozenset("it that he she there what who here where how this one everyone everybody something let".split())  # noqa: SIM905


def written_out(word: str, language: str) -> tuple[str, ...]:
    """The words of a normalised short form; the word alone when it is none, or in another language."""
    if primary_subtag(language) != "en":
        return (word,)
    if word in _WRITTEN_WITHOUT:
        return _WRITTEN_WITHOUT[word]
    if "'" not in word:
        return (word,)
    if word.endswith("n't"):
        return _NEGATED.get(word, (word[:-3], "not"))
    stem, mark, ending = word.partition("'")
    if mark + ending in _ENDINGS:
        return (stem, _ENDINGS[mark + ending])
    return (stem, "is") if ending == "s" and stem in _IS else (word,)
