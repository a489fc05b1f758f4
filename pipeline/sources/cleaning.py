"""The text of a cue made fit to be quoted: entities decoded, nothing invisible left, marks of speakers read.

Transcripts are hostile text. What goes is what nobody can see or hear (control characters, direction overrides, tag
characters that smuggle hidden words); what stays is every word, also those that look like markup.
"""

import re
from html import unescape
from typing import NamedTuple

import regex

from pipeline.sources.readers.markup import without_tags

_ENTITY = regex.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ESCAPE = regex.compile(r"\x1b(?:\[[0-9;?]{0,32}[@-~]?|[@-Z\\-_])?")
_INVISIBLE = regex.compile(
    # joiners stay (Persian words and emoji need them), so do the signs that Arabic numbers are written with
    r"[[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\U000E0100-\U000E01EF]"
    r"--[\n\u200c\u200d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]]",
    flags=regex.V1,
)
_OTHER_SPACE = regex.compile(r"[\t\v\f\r\x1c-\x1f\x85\u2028\u2029]")
_SPACE = regex.compile(r"\s+")
_WORD = regex.compile(r"[\p{L}\p{N}]")
_SOUND = regex.compile(
    r"(?<!\[)\[[^\[\]\n]{0,60}\](?!\])|【[^【】\n]{0,60}】|（[^（）\n]{1,12}）|\([^()\s]{1,40}(?: [^()\s]{1,40}){0,3}\)"
)
_MUSIC = regex.compile(r"[♪♫♬♩🎵🎶]")
_CHANGE = regex.compile(r"^\s*(?:>{2,4}|[-–—‐]\s*(?=[\p{L}\[\"“'¿¡]))\s*")
_INNER_CHANGE = regex.compile(r"(?<=[.?!…\])\"”])\s+>{2,4}\s+(?=[^\s=<>])")
_NAME = regex.compile(r"(\p{Lu}[\p{L}\p{M}.'’\-]{0,30}(?: [\p{L}\p{M}.'’\-]{1,30}){0,3})\s?:\s+(?=\S)")


_PLAIN = re.compile(r"[\w ,.'?!;:\"%$*/+’“”…-]*+")
"""Nothing in such a line is to be cleaned, if it begins with no dash."""


class Clean(NamedTuple):
    """A cue's words, and what the marks in it say of who speaks."""

    text: str
    changes: int
    """Marks of a change of speaker that were taken out."""
    name: str | None
    """Who speaks, if the mark named one."""
    only_sound: bool
    escaped: bool
    hidden: bool


def clean(raw: str) -> Clean:
    """The words of a cue. `text` is empty if there are none; a cue of `[Music]` has none and is `only_sound`."""
    if _PLAIN.fullmatch(raw) and raw.lstrip(" ")[:1] != "-":
        text = _SPACE.sub(" ", raw).strip() if _WORD.search(raw) else ""
        return Clean(text, 0, None, only_sound=False, escaped=False, hidden=False)
    plain = without_tags(raw)
    decoded = _unescape(plain)
    visible = _INVISIBLE.sub("", _ESCAPE.sub("", _spaced(decoded)))
    changes, name, lines = 0, None, []
    for line in visible.split("\n"):
        found, said_by, rest = _marks(line)
        changes += found
        name = name or said_by
        lines.append(rest)
    text = _SPACE.sub(" ", " ".join(lines)).strip()
    heard = bool(_WORD.search(text))
    speech = heard and bool(_WORD.search(_MUSIC.sub("", _SOUND.sub(" ", text))))
    return Clean(
        text=text if speech else "",
        changes=changes,
        name=name if changes == 1 else None,
        only_sound=not speech and bool(heard or _MUSIC.search(text)),
        escaped=decoded != plain,
        hidden=visible != decoded,
    )


def clean_line(raw: str) -> str:
    """A title or a name from outside, on one line: entities decoded, nothing invisible."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", _ESCAPE.sub("", _spaced(_unescape(raw))).replace("\n", " "))).strip()


def _spaced(text: str) -> str:
    """White space of every kind but the line end as a space, so that removing control characters joins no words."""
    return _OTHER_SPACE.sub(" ", text)


def _unescape(text: str) -> str:
    """Entities decoded, also those that were escaped twice; `&copy=1` in an address is none."""
    for _ in range(2):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda found: unescape(found.group()), text)
    return text


def _marks(line: str) -> tuple[int, str | None, str]:
    """The number of marks taken out of a line, the name beside the first, and the rest."""
    changes = 0
    name = None
    if mark := _CHANGE.match(line):
        changes, line = 1, line[mark.end() :]
        if named := _NAME.match(line):
            name, line = named[1], line[named.end() :]
    rest, inner = _INNER_CHANGE.subn(" ", line)
    return changes + inner, name, rest
