"""Tags of the caption formats. Only known tags go: `vector<int>` and `a<b >=` are speech."""

import re

_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:[biuscpv]|em|strong|font|span|lang|ruby|rt|rp|tt)>"
    r"|<(?:[biucv]|lang|ruby|rt)\.[^<>\n]{1,300}>|<(?:v|lang)[ \t][^<>\n=]{1,300}>"
    r"|<(?:font|span|p)[ \t]+[a-z]+=[^<>\n]{1,300}>"
    r"|<(?:[0-9]{1,6}:)?[0-9]{1,6}:[0-9]{1,2}[.,][0-9]{1,9}>"  # a word time of WebVTT
    r"|\{\\[^{}\n]{0,200}\}",  # an override of SubStation Alpha that players accept in SRT
    re.IGNORECASE,
)


def without_tags(text: str) -> str:
    """The text without formatting tags, word times and style overrides."""
    return _TAG.sub("", _BREAK.sub("\n", text)) if "<" in text or "{" in text else text
