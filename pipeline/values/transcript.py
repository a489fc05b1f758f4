"""Transcripts: what a source hands over, with times in whole milliseconds.

A *cue* is what a file or a caption track holds. A *segment* is a cue after it was put in order: numbered,
clipped so that neighbours do not overlap, cleaned of control characters. Only segments are ever cited.
"""

import hashlib
from datetime import date
from functools import cached_property
from typing import Literal

from pipeline.values.base import Value

Trust = Literal["manual", "automatic", "translated", "unknown"]
"""How the captions were made: by a person, by speech recognition, by machine translation, or not known."""


class Chapter(Value):
    """A creator's chapter of a video."""

    start_ms: int
    title: str


class Video(Value):
    """What is known of a video besides its words. Every text in it is hostile until escaped."""

    id: str
    title: str
    channel: str
    url: str | None = None
    """Watch page; None for a file that is on no known site."""
    published: date | None = None
    duration_ms: int | None = None
    chapters: tuple[Chapter, ...] = ()
    speakers: tuple[str, ...] = ()


class Cue(Value):
    """One timed piece of text as a reader found it: unordered, possibly overlapping, possibly endless."""

    start_ms: int
    end_ms: int | None
    text: str
    speaker: str | None = None


class Segment(Value):
    """One cue in its place: `segments[i].number == i`, `start_ms < end_ms <= next start`.

    Cues to which their file gave one start follow each other by a millisecond, in the order of the file.
    """

    number: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str | None = None


class Repair(Value):
    """How often a reader mended one kind of dirt, for the transcript report."""

    kind: str
    count: int


class Transcript(Value):
    """The words of one video."""

    video: Video
    language: str
    """BCP 47 tag, or "und"."""
    trust: Trust
    segments: tuple[Segment, ...]
    repairs: tuple[Repair, ...] = ()

    @property
    def end_ms(self) -> int:
        """End of the video if known, else of the last segment."""
        last = self.segments[-1].end_ms if self.segments else 0
        return max(last, self.video.duration_ms or 0)

    @cached_property
    def digest(self) -> str:
        """Content hash of language, times, speakers and words; titles do not count."""
        hashed = hashlib.sha256(self.language.encode())
        for s in self.segments:
            hashed.update(f"\n{s.start_ms} {s.end_ms} {s.speaker or ''}\t{s.text}".encode())
        return "t1:" + hashed.hexdigest()[:32]
