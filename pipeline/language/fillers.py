"""Sounds of hesitation, which may be left out of a quote without changing what was said."""

from pipeline.language.stopwords import primary_subtag


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANYWHERE = _words("um umm uhm uh uhh er erm hm hmm mm mmm mhm ah eh")

_BY_LANGUAGE = {
    "en": _ANYWHERE | _words("uh-huh mm-hmm huh"),
    "de": (_ANYWHERE - {"um", "er"}) | _words("äh ähm öh öhm hä tja ehm"),
    "fr": (_ANYWHERE - {"um"}) | _words("euh heu bah ben hein"),
    "es": (_ANYWHERE - {"er"}) | _words("em ehm"),
    "pt": _ANYWHERE - {"um", "er"} | _words("hã hum ahn né éé ehm"),
    "it": _ANYWHERE - {"er"} | _words("ehm beh mah boh uhm"),
    "nl": (_ANYWHERE - {"um", "er"}) | _words("eh ehm uhm hè"),
    "sv": (_ANYWHERE - {"um", "er"}) | _words("öh öhm eh hmm"),
    "da": (_ANYWHERE - {"um", "er"}) | _words("øh øhm"),
    "no": (_ANYWHERE - {"um", "er"}) | _words("eh øh ehm"),
    "pl": (_ANYWHERE - {"um"}) | _words("yyy eee"),
    "tr": (_ANYWHERE - {"um", "er"}) | _words("ee ııı"),
    "ru": _words("э ээ эээ эм мм ммм хм гм кхм"),
    "uk": _words("е еее ем мм хм гм"),
    "ar": _words("آه اه إم امم"),
    "hi": _words("अम्म उम हम्म"),
    "ko": _words("음 어"),
}


def fillers(language: str) -> frozenset[str]:
    """The hesitation sounds of a language (BCP 47 tag), normalised.

    Only sounds are listed, never words such as "like" or "you know": leaving those out changes what was said. A
    language that is not listed gets the sounds that are no word in most languages.
    """
    return _BY_LANGUAGE.get(primary_subtag(language), _ANYWHERE - {"um", "er"})
