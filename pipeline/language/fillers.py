"""Sounds of hesitation, which may be left out of a quote without changing what was said."""

from pipeline.language.folding import folded
from pipeline.language.lexicon import lexicon
from pipeline.language.subtags import primary_subtag


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANYWHERE = _words("um umm uhm uh uhh er erm hm hmm mm mmm mhm ah eh")

_ENGLISH = _ANYWHERE | _words("uh-huh mm-hmm huh")


def fillers(language: str) -> frozenset[str]:
    """The hesitation sounds of a language (BCP 47 tag), normalised and as they are compared.

    Only sounds are listed, never words such as "like" or "you know": leaving those out changes what was said. A
    language that is not listed gets the sounds that are no word in most languages.
    """
    primary = primary_subtag(language)
    if primary == "en":
        return _ENGLISH
    known = lexicon(primary).fillers or _ANYWHERE - {"um", "er"}
    return known | {folded(word, primary) for word in known}
