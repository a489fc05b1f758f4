"""Markdown to the words a reader sees."""

import html
import re

_MARKUP = re.compile(
    # Each form looks back at its first character: a pattern that begins with a set of characters skips words at once.
    r"[\\!\[`<*~=%_](?:"
    r"(?<=\\)(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?:(?<=!)\[|(?<=\[))\[(?P<wiki>[^\[\]\n]*)\]\]"
    r"|(?<=`)`*(?P<code>[^`\n]*)`+"
    r"|(?<=\[)\^[^\[\]\n]*\]"
    r"|(?:(?<=!)\[|(?<=\[))(?P<text>[^\[\]\n]*)\]\([^()\n]*\)"
    r"|(?<=<)/?[A-Za-z!][^<>]*>"
    r"|(?<=\*)(?!(?<=\s\*)\s)\*{0,2}|(?<=~)~|(?<==)=|(?<=%)%"
    r"|(?<=_)(?<!\w_)_{0,2}(?=\S)|(?<=\S_)_{0,2}(?!\w))"
)
_NEEDED = re.compile(r"[\\\[`<*~=_&%]")


def plain(text: str) -> str:
    """The words without markup: `[[slug | text]]` gives text, an escape its character, tags and emphasis nothing."""
    if _NEEDED.search(text):
        text = html.unescape(_MARKUP.sub(_words, text))
    return " ".join(text.split())


def _words(match: re.Match[str]) -> str:
    form = match.lastgroup
    if form is None:
        return ""
    inner = match[form]
    if form == "escaped":
        # html.unescape comes after: an escaped & must not begin an entity.
        return "&amp;" if inner == "&" else inner
    if form == "code":
        return inner
    if form == "wiki":
        inner = inner.rpartition("|")[2].rstrip("\\").strip()
    # There is no bracket inside, so this goes no deeper.
    return _MARKUP.sub(_words, inner) if _NEEDED.search(inner) else inner


def link_target(inner: str) -> str:
    """The page that the inside of `[[…]]` names, without text, heading or block; empty for a link into its own page."""
    before, bar, _ = inner.partition("|")
    return (before.removesuffix("\\") if bar else before).split("#", 1)[0].strip()
