"""Words that carry grammar rather than matter, for each language that has a list."""

from functools import cache

import stopwordsiso

from pipeline.language.folding import folded
from pipeline.language.lexicon import lexicon
from pipeline.language.subtags import primary_subtag
from pipeline.language.tokens import normalise

__all__ = ["primary_subtag", "stop_words"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The ISO lists grew from web search, where "computer" or "invention" says nothing. In talk they are the matter.
_MATTER = {
    "en": _words(
        """
        abroad affect affected affecting affects announce area areas backing bill billion caption case cases
        cause causes change changes click computer copy date dear describe detail difference different early effect
        eight eighty eleven empty face faces fact facts fifteen fifth fifty find finds fire first five forty found four
        free front full group grouped grouping groups half hell high higher highest home homepage hundred important
        importance index indicate information inner interest interested interesting interests invention keys large
        largest late line long longer longest member members microsoft mill million mine miss move name
        new newer newest nine ninety novel null number numbers old older oldest open opened opening opens opposite
        order ordered ordering orders page pages past plus point points poor possible problem problems proud recent
        research ring room rooms second section serious seven seventy side sides significant similar sincere site six
        sixty small smaller smallest state states stop strongly successfully suggest system ten test text thick thin
        third thirty thousand three trillion turn twelve twenty twice two value volume web webpage website whim white
        wonder words work worked working works world year years young younger youngest zero
        """
    ),
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of a language in their form for comparing; empty for a language without a list.

    Args:
        language: a BCP 47 tag; only its primary subtag counts.
    """
    primary = primary_subtag(language)
    if primary not in stopwordsiso.langs():
        return frozenset()
    words = frozenset(normalise(word) for word in stopwordsiso.stopwords(primary)) - _MATTER.get(primary, frozenset())
    return words | {folded(word, primary) for word in words} | lexicon(primary).elisions
