"""Plain text and Markdown with marks of time: `[mm:ss] text`, `[1.3 - 6.7] text`, `0:05` above a line, speaker turns.

Also what `whisper` prints, `[00:00.000 --> 00:04.000] text`, and turns such as `Ada Lovelace (00:01:02):`.
"""

import re
from collections import Counter
from itertools import pairwise

from pipeline.sources.readers.clock import STAMP
from pipeline.sources.readers.marks import Mark, mark_of
from pipeline.sources.readers.reading import Broken, Reading, repairs_of
from pipeline.values.transcript import Cue

_INLINE = re.compile(rf"(?<=[^\s*•>#|-])[ \t]{{1,9}}(?=[\[(]{STAMP}[\])])")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]")
_SPELLED = re.compile(
    r"(?:(?:[0-9]{1,3} hours?)?,? ?(?:[0-9]{1,2} minutes?)?,? ?(?:[0-9]{1,2} seconds?)?)(?=\S|$)", re.IGNORECASE
)
_LEAST_MARKS = 2
_MANY_MARKS = 5
_LEAST_SHARE = 0.2
_LONGEST_TITLE = 120
_LEAST_WORDS_A_SECOND = 0.15
"""Speech has two or three; a list of chapters has a twentieth."""


def looks_like_marked_text(head: str) -> bool:
    """Whether enough lines begin with a time."""
    lines = [line for line in _apart(head).split("\n")[:2000] if line.strip()]
    marks = [mark for line in lines if (mark := mark_of(line)) is not None]
    if len(marks) >= _MANY_MARKS and all(a.start_ms <= b.start_ms for a, b in pairwise(marks)):
        return len(marks) >= _LEAST_SHARE * len(lines) / 10
    least = 1 if lines and mark_of(lines[0]) else _LEAST_MARKS
    return len(marks) >= least and len(marks) >= _LEAST_SHARE * len(lines)


def read_marked_text(text: str) -> Reading:
    """The cues of a text with marks. What stands above the first mark is a heading and not part of the talk.

    Raises:
        Broken: it is a list of chapters.
    """
    cues: list[Cue] = []
    counts: Counter[str] = Counter()
    speaker: str | None = None
    body: list[str] = []
    current: Mark | None = None
    for line in _apart(text).split("\n"):
        mark = mark_of(line)
        if mark is None:
            body.append(line)
            continue
        cues += _cue(current, body, speaker, counts)
        speaker = mark.speaker or (speaker if _is_continuation(line) else None)
        current, body = mark, [mark.text]
    cues += _cue(current, body, speaker, counts)
    _refuse_chapters(cues)
    return Reading(cues=tuple(cues), repairs=repairs_of(counts), shape="text with marks of time")


def _apart(text: str) -> str:
    """A line for each mark, where a text runs on over its marks."""
    return _INLINE.sub("\n", text) if len(_INLINE.findall(text)) > text.count("\n") else text


def _is_continuation(line: str) -> bool:
    """A turn without a name, `(00:02:29):`, is the same person going on."""
    return line.rstrip().endswith("):")


def _cue(mark: Mark | None, body: list[str], speaker: str | None, counts: Counter[str]) -> list[Cue]:
    said = [line for line in body if not _HEADING.match(line)]
    if mark is None:
        counts["line above the first time left out"] += sum(any(c.isalpha() for c in line) for line in said)
        return []
    counts["heading left out"] += len(body) - len(said)
    text = "\n".join(said if mark.text else _without_spelled_time(said))
    if not text.strip():
        counts["cue without words left out"] += 1
        return []
    return [Cue(start_ms=mark.start_ms, end_ms=mark.end_ms, text=text, speaker=speaker)]


def _without_spelled_time(lines: list[str]) -> list[str]:
    """The lines below a mark that stands alone; YouTube's page repeats the time in words, `1 minute, 5 seconds`."""
    for i, line in enumerate(lines):
        if line.strip():
            found = _SPELLED.match(line.strip())
            spelled = found is not None and found.end() > 0
            return [*lines[:i], line.strip()[found.end() :], *lines[i + 1 :]] if spelled and found else lines
    return lines


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
