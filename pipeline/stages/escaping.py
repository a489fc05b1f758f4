"""Text made harmless, each kind for the place where it stands.

Transcripts, titles and model answers are hostile text. What reaches a page is either `Markdown`, which our own filters
made, or was escaped by `escape`, `link_text` or `scalar`. Characters are escaped only where CommonMark, GitHub or
Obsidian (tags, wikilinks, comments, highlights, mathematics, Dataview fields) would react to them.
"""

import json
import unicodedata
from urllib.parse import urlsplit

import regex

# Embeddings, overrides and isolates can make text read backwards; the plain marks (LRM, RLM, ALM) cannot.
_BIDI = r"\u202A-\u202E\u2066-\u2069"
_UNSEEN = regex.compile(rf"[{_BIDI}\uFEFF\uFFF9-\uFFFB\U000E0000-\U000E007F]|[\p{{Noncharacter_Code_Point}}]")
_SPACE = regex.compile(r"[\s\p{Cc}\u2028\u2029]+")

_REACTS = regex.compile(
    r"[\\`*~$|\[]"  # always: escapes, code, emphasis, strike-through, mathematics, tables, links and footnotes
    r"|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])"  # emphasis does not begin or end inside a word
    r"|<(?=\S)|<$|&(?=#?\w+;)"  # HTML and entities
    r"|(?<![\p{L}\p{N}])\#"  # tags, and the marks that close a heading
    r"|=(?==)|(?<==)=|%(?=%)|(?<=%)%|(?<=:):"  # highlights, comments, fields
    r"|(?<=:)/(?=/)|(?<=\bwww)\."  # bare addresses become links
    r"|\^(?=[\[\w-])"  # block names, inline footnotes
    r"|\{(?=[{%])|(?<=\{)\{"  # template marks of site generators
)
_STARTS = regex.compile(r"^(?:[#>+\-=:|^]|\d{1,9}(?=[.)]))")
_LINK_UNSAFE = regex.compile(
    r"[\[\]|\\`*~$<>]|(?<![\p{L}\p{N}])[_#]|_(?![\p{L}\p{N}])|[=%](?=[=%])|(?<=[=%])[=%]|&|\^|::|://|\{(?=[{%])|(?<=\{)\{"
)
_ENTITY = {"<": "&lt;", "&": "&amp;"}

# No reader of YAML 1.1 or 1.2 takes these for anything but strings: they begin with a letter, and what a letter can
# begin (booleans, null, nan) is left out below.
_PLAIN = regex.compile(r"[\p{L}][\p{L}\p{M}\p{N} _,.()/\-]*(?<![ ])")
_NOT_PLAIN = frozenset({"y", "yes", "n", "no", "true", "false", "on", "off", "null", "nan", "inf"})


class Markdown(str):
    """Text that is Markdown of our own making: it is shown as it stands."""

    __slots__ = ()


def clean(text: str) -> str:
    """One line without control characters, without characters that turn the direction, composed (NFC)."""
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    visible = _UNSEEN.sub("", _SPACE.sub(" ", sound))
    return unicodedata.normalize("NFC", visible).strip()


def escape(text: str) -> Markdown:
    """Plain text as Markdown that shows the same text and nothing else, at the start of a line or inside one."""
    return Markdown(escaped_inside(clean(text), starts=True))


def escaped_inside(text: str, *, starts: bool) -> str:
    """As `escape`, for a piece of a line that was cleaned before; its outer spaces stay."""
    body = _REACTS.sub(lambda m: _ENTITY.get(m.group(), "\\" + m.group()), text)
    mark = _STARTS.match(body) if starts else None
    if mark is None:
        return body
    if mark.group()[0].isdigit():
        return mark.group() + "\\" + body[mark.end() :]
    return "\\" + body


def link_text(text: str) -> str:
    """Words for inside a wikilink, where no escape works: what would react becomes its full-width look-alike."""
    return _LINK_UNSAFE.sub(lambda m: "".join(chr(ord(c) + 0xFEE0) for c in m.group()), clean(text))


def scalar(value: str, *, flow: bool = False) -> Markdown:
    """A YAML string that every YAML 1.1 and 1.2 reader reads back as exactly `clean(value)`.

    Args:
        value: any text.
        flow: whether it stands in a `[…]` list, where it is always quoted.
    """
    text = clean(value)
    if not flow and _PLAIN.fullmatch(text) and text.casefold() not in _NOT_PLAIN:
        return Markdown(text)
    quoted = json.dumps(text, ensure_ascii=False)
    return Markdown(regex.sub(r"[^\x20-\x7E\xA0-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", _hex, quoted))


def _hex(match: "regex.Match[str]") -> str:
    return f"\\u{ord(match.group()):04x}"


def address(url: str | None) -> str | None:
    """A web address that cannot leave its attribute or its brackets; None when it is no web address."""
    try:
        parts = urlsplit(clean(url or ""))
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    plain = parts._replace(fragment="").geturl()
    return regex.sub(
        r"[^A-Za-z0-9\-._~:/?@!$&*+,=%]", lambda m: "".join(f"%{b:02X}" for b in m.group().encode()), plain
    )
