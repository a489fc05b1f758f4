"""The marks of time with which lines of plain text begin.

Patterns see the first characters of a line with its runs of spaces made one, so that none can take long to fail.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from pipeline.sources.readers.clock import STAMP, read_number, read_stamp

_SPAN = r" ?(?:-->|->|→|-|–|—|to) ?"
_FRAMES = r"(?::[0-9]{2}(?![0-9:.]))?"
_SECONDS = r"([0-9]{1,7}(?:\.[0-9]{1,20})?)s?"
_LINK = r"(?:\(https?://[^\s()]{1,200}\))?"
_LEAD = r"(?:(?:[-*•>]|#{1,6}) )?\*{0,2}"
_BRACKETED = re.compile(
    rf"{_LEAD}[\[(] ?(?:({STAMP}){_FRAMES}(?:{_SPAN}({STAMP}){_FRAMES})?|{_SECONDS}{_SPAN}{_SECONDS}"
    rf"|([0-9]{{1,7}}\.[0-9]{{1,20}}|[0-9]{{1,7}}(?:\.[0-9]{{1,20}})?s)) ?[\])]{_LINK}\*{{0,2}}:? ?"
)
_NAME = r"[^\n\[\](){}:*]"
_TURN = re.compile(
    rf"\*{{0,2}}({_NAME}{{0,60}}?)\*{{0,2}} ?(?:[\[(] ?({STAMP}) ?[\])]|({STAMP})){_LINK}\*{{0,2}}:\*{{0,2}} ?"
)
_LABEL = re.compile(rf"\*{{0,2}}([^\W_a-z]{_NAME}{{0,60}}?)(:?)\*{{0,2}}:? ?[\[(] ?({STAMP}) ?[\])]{_LINK} ?")
_ALONE = re.compile(
    rf"\*{{0,2}}([^\W\d_a-z]{_NAME}{{0,60}}?|Speaker [0-9A-Z]{{1,3}})\*{{0,2}},? [\[(]?({STAMP})[\])]?\*{{0,2}} ?$"
)
_BARE = re.compile(
    rf"(?:\| ?)?({STAMP}){_FRAMES}(?:{_SPAN}({STAMP}){_FRAMES})?(?![0-9:.,])(?: ?[-–—|:] )? ?(?=[^\]) ]|$)"
)
_DECIMAL = r"([0-9]{1,7}\.[0-9]{1,20})s?"
_BARE_SECONDS = re.compile(
    rf"(?:{_DECIMAL}{_SPAN}{_DECIMAL}|([0-9]{{1,7}}(?:\.[0-9]{{1,20}})?)s(?= ?[-–—|:]? )"
    r"|([0-9]{1,7}\.[0-9]{1,20})(?=:)) ?[-–—|:]? "
)
_RUN = re.compile(r"\s+")
_HEAD = 300
_MOST_NAMES = 5


class Mark(NamedTuple):
    """The times that a line begins with, who speaks if it says so, and the words behind."""

    start_ms: int
    end_ms: int | None
    speaker: str | None
    text: str


def mark_of(line: str) -> Mark | None:
    """The mark that a line begins with, and the words behind it; None for a line of words."""
    if not _has_digit(line[:_HEAD]):
        return None
    words = line.strip()
    head = _RUN.sub(" ", words[:_HEAD])
    for pattern, read in _READERS:
        if (found := pattern.match(head)) and (mark := read(found)) is not None:
            said = (head[found.end() :] + words[_HEAD:]).rstrip("|").rstrip()
            return mark._replace(text=said.replace("**", "", 1) if said.count("**") % 2 else said)
    return None


def _has_digit(text: str) -> bool:
    return any(c in "0123456789" for c in text)


def _bracketed(found: re.Match[str]) -> Mark | None:
    start = read_stamp(found[1]) if found[1] else read_number(found[3] or found[5], 1000)
    end = read_stamp(found[2]) if found[2] else read_number(found[4], 1000)
    return None if start is None else Mark(start, end, None, "")


def _bare(found: re.Match[str]) -> Mark | None:
    start = read_stamp(found[1])
    return None if start is None else Mark(start, read_stamp(found[2] or ""), None, "")


def _bare_seconds(found: re.Match[str]) -> Mark | None:
    start = read_number(found[1] or found[3] or found[4], 1000)
    return None if start is None else Mark(start, read_number(found[2], 1000), None, "")


def _turn(found: re.Match[str]) -> Mark | None:
    start = read_stamp(found[2] or found[3])
    return None if start is None else Mark(start, None, found[1].strip() or None, "")


def _label(found: re.Match[str]) -> Mark | None:
    """`Speaker 1: (00:05)` and `Ada Lovelace (00:05)` with the words on the next line; no time within a sentence."""
    start = read_stamp(found[3])
    is_whole = found[2] or found.end() == len(found.string)
    if start is None or not is_whole or not _is_name(found[1]):
        return None
    return Mark(start, None, found[1].strip(), "")


def _alone(found: re.Match[str]) -> Mark | None:
    """`Ada Lovelace 0:05` on a line of its own, as Otter writes it."""
    start = read_stamp(found[2])
    return None if start is None or not _is_name(found[1]) else Mark(start, None, found[1].strip(), "")


def _is_name(text: str) -> bool:
    """Up to five words that begin with capitals or are numbers."""
    words = text.split()
    return 0 < len(words) <= _MOST_NAMES and all(not word[:1].islower() or len(word) < 4 for word in words)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Mark | None]], ...] = (
    (_BRACKETED, _bracketed),
    (_BARE, _bare),
    (_BARE_SECONDS, _bare_seconds),
    (_TURN, _turn),
    (_LABEL, _label),
    (_ALONE, _alone),
)
