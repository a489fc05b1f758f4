"""Plain text and Markdown with marks of time: `[mm:ss] text`, `[1.3 - 6.7] text`, `0:05` above a line, speaker turns.

Also what `whisper` prints, `[00:00.000 --> 00:04.000] text`, and turns such as `Ada Lovelace (00:01:02):`.
"""

import re
from typing import NamedTuple

from pipeline.sources.readers.clock import STAMP, read_number, read_stamp
from pipeline.sources.readers.reading import Broken, Reading
from pipeline.values.transcript import Cue

_SPAN = r" ?(?:-->|->|-|–|—|to) ?"
_SECONDS = r"([0-9]{1,7}(?:\.[0-9]{1,20})?)s?"
# these see the first characters of a line with its runs of spaces made one, so that none can take long to fail
_BRACKETED = re.compile(
    rf"(?:[-*•] )?\*{{0,2}}[\[(] ?(?:({STAMP})(?:{_SPAN}({STAMP}))?|{_SECONDS}{_SPAN}{_SECONDS}) ?[\])]\*{{0,2}}:? ?"
)
_TURN = re.compile(rf"\*{{0,2}}([^\n\[\](){{}}:*]{{0,60}}?)\*{{0,2}} ?[\[(]? ?({STAMP}) ?[\])]?\*{{0,2}}:\*{{0,2}} ?")
_BARE = re.compile(rf"({STAMP})(?:{_SPAN}({STAMP}))?(?![0-9:.,])(?: ?[-–—|:] )? ?(?=[^\]) ]|$)")
_RUN = re.compile(r"\s+")
_HEAD = 160
_LEAST_MARKS = 2
_LEAST_SHARE = 0.2
_LONGEST_TITLE = 120
_LEAST_WORDS_A_SECOND = 0.15
"""Speech has two or three; a list of chapters has a twentieth."""


class _Mark(NamedTuple):
    start_ms: int
    end_ms: int | None
    speaker: str | None
    text: str


def looks_like_marked_text(head: str) -> bool:
    """Whether enough lines begin with a time."""
    lines = [line for line in head.split("\n")[:2000] if line.strip()]
    marks = sum(_mark(line) is not None for line in lines)
    return marks >= min(_LEAST_MARKS, len(lines)) and marks >= 1 and marks >= _LEAST_SHARE * len(lines)


def read_marked_text(text: str) -> Reading:
    """The cues of a text with marks. What stands above the first mark is a heading and not part of the talk.

    Raises:
        Broken: it is a list of chapters.
    """
    cues: list[Cue] = []
    speaker: str | None = None
    body: list[str] = []
    current: _Mark | None = None
    for line in text.split("\n"):
        mark = _mark(line)
        if mark is None:
            body.append(line)
            continue
        cues += _cue(current, body, speaker)
        speaker = mark.speaker or (speaker if _is_continuation(line) else None)
        current, body = mark, [mark.text]
    cues += _cue(current, body, speaker)
    _refuse_chapters(cues)
    return Reading(cues=tuple(cues))


def _mark(line: str) -> _Mark | None:
    """The mark that a line begins with, and the words behind it."""
    words = line.strip()
    head = _RUN.sub(" ", words[:_HEAD])
    for pattern, read in ((_BRACKETED, _bracketed), (_BARE, _bare), (_TURN, _turn)):
        if (found := pattern.match(head)) and (mark := read(found)) is not None:
            return mark._replace(text=head[found.end() :] + words[_HEAD:])
    return None


def _bracketed(found: re.Match[str]) -> _Mark | None:
    start = read_stamp(found[1]) if found[1] else read_number(found[3], 1000)
    end = read_stamp(found[2]) if found[2] else read_number(found[4], 1000)
    return None if start is None else _Mark(start, end, None, "")


def _bare(found: re.Match[str]) -> _Mark | None:
    start = read_stamp(found[1])
    return None if start is None else _Mark(start, read_stamp(found[2] or ""), None, "")


def _turn(found: re.Match[str]) -> _Mark | None:
    start = read_stamp(found[2])
    return None if start is None else _Mark(start, None, found[1].strip() or None, "")


def _is_continuation(line: str) -> bool:
    """A turn without a name, `(00:02:29):`, is the same person going on."""
    return line.rstrip().endswith("):")


def _cue(mark: _Mark | None, body: list[str], speaker: str | None) -> list[Cue]:
    text = "\n".join(line for line in body if not line.lstrip().startswith("#"))
    if mark is None or not text.strip():
        return []
    return [Cue(start_ms=mark.start_ms, end_ms=mark.end_ms, text=text, speaker=speaker)]


def _refuse_chapters(cues: list[Cue]) -> None:
    if len(cues) < 3:
        return
    seconds = (max(c.start_ms for c in cues) - min(c.start_ms for c in cues)) / 1000
    words = sum(max(len(c.text.split()), len(c.text) / 12) for c in cues)
    is_short = all(c.speaker is None and len(c.text) <= _LONGEST_TITLE for c in cues)
    if is_short and words < _LEAST_WORDS_A_SECOND * seconds:
        raise Broken(
            f"it looks like a list of chapters: {words:.0f} words for {seconds / 60:.0f} minutes",
            remedy="Give the captions of the video.",
        )
