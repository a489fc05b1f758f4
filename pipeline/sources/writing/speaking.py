"""Who speaks, in shapes that have no place for it: `>> Ada Lovelace: Is it so?` where the speaker changes."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

from pipeline.values.transcript import Segment

_NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}.'’\-]{0,30}(?: [\p{L}\p{M}.'’\-]{1,30}){0,3}")


class Line(NamedTuple):
    """A segment and its words as they are to be written."""

    segment: Segment
    text: str


def marked(segments: tuple[Segment, ...]) -> Iterator[Line]:
    """The segments with a mark at each change of speaker; a name that no mark can hold is left out of it."""
    speaker: str | None = None
    for segment in segments:
        if segment.speaker == speaker:
            yield Line(segment, segment.text)
            continue
        speaker = segment.speaker if segment.speaker and _NAME.fullmatch(segment.speaker) else None
        yield Line(segment, f">> {speaker}: {segment.text}" if speaker else f">> {segment.text}")
