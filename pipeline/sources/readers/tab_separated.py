"""The table that Whisper writes: `start`, `end` in milliseconds and `text`, between tabs."""

import re

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.reading import Facts, Reading
from pipeline.values.transcript import Cue

_HEADING = re.compile(r"start\tend\ttext[ \t]*(?:\n|$)")


def looks_like_tab_separated(head: str) -> bool:
    """Whether the first line names Whisper's columns."""
    return bool(_HEADING.match(head))


def read_tab_separated(text: str) -> Reading:
    """The cues of the rows that have a time and a text."""
    cues: list[Cue] = []
    for line in text.split("\n")[1:]:
        start, end, words = [*line.split("\t", 2), "", ""][:3]
        start_ms = read_number(start, 1)
        if start_ms is not None and words.strip():
            cues.append(Cue(start_ms=start_ms, end_ms=read_number(end, 1), text=words))
    return Reading(cues=tuple(cues), facts=Facts(trust="automatic"))
