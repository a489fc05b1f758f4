"""Markdown to the words a reader sees."""

import html
import re

_MARKUP = re.compile(
    r"(?=[\\!\[`<*~=%_])(?:"  # most characters are words: one look at them is enough
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|!?\[\[(?P<wiki>[^\[\]\n]*)\]\]"
    r"|`+(?P<code>[^`\n]*)`+"
    r"|\[\^[^\[\]\n]*\]"
    r"|!?\[(?P<text>[^\[\]\n]*)\]\([^()\n]*\)"
    r"|</?[A-Za-z!][^<>]*>"
    r"|\*{1,3}|~~|==|%%"
    r"|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w))"
)
_NEEDED = re.compile(r"[\\\[`<*~=_&%]")


def plain(text: str) -> str:
    """The words without markup: `[[slug | text]]` gives text, an escape its character, tags and emphasis nothing."""
    if _NEEDED.search(text):
        text = html.unescape(_MARKUP.sub(_words, text))
    return " ".join(text.split())


def _words(match: re.Match[str]) -> str:
    escaped, wiki, code, label = match["escaped"], match["wiki"], match["code"], match["text"]
    if escaped is not None:
        # html.unescape comes after: an escaped & must not begin an entity.
        return "&amp;" if escaped == "&" else escaped
    if code is not None:
        return code
    inner = wiki.rpartition("|")[2].rstrip("\\").strip() if wiki is not None else label or ""
    # There is no bracket inside, so this goes no deeper.
    return _MARKUP.sub(_words, inner)


def link_target(inner: str) -> str:
    """The page that the inside of `[[…]]` names, without text, heading or block; empty for a link into its own page."""
    return re.split(r"\\?[|]", inner, maxsplit=1)[0].split("#", 1)[0].strip()
