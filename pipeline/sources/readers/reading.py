"""What a reader hands over: cues as found, and whatever else the file says of the video."""

from collections.abc import Mapping
from datetime import date

from pipeline.values.base import Value
from pipeline.values.transcript import Chapter, Cue, Repair, Trust


class Facts(Value):
    """What one place (a file, its header, a sidecar, its name) says of a video; None where it is silent."""

    id: str | None = None
    title: str | None = None
    channel: str | None = None
    url: str | None = None
    published: date | None = None
    duration_ms: int | None = None
    chapters: tuple[Chapter, ...] = ()
    language: str | None = None
    trust: Trust | None = None

    def over(self, other: "Facts") -> "Facts":
        """These facts, and `other` where these are silent."""
        return Facts(**(dict(other) | {name: value for name, value in self if value not in (None, ())}))


class Reading(Value):
    """The cues of a file in file order, not yet put in order."""

    cues: tuple[Cue, ...]
    facts: Facts = Facts()
    repairs: tuple[Repair, ...] = ()
    shape: str = ""
    """The kind of file, where the reader knows it more closely than the table of shapes."""
    tracks: bool = False
    """Whether files of this kind keep tracks that go on at one time one after the other."""


def repairs_of(counts: Mapping[str, int]) -> tuple[Repair, ...]:
    """A repair for each kind that was counted."""
    return tuple(Repair(kind=kind, count=count) for kind, count in counts.items() if count)


class Broken(Exception):
    """Raised by a reader that knows the shape but cannot go on; `line` counts from 1, None if it is not known."""

    def __init__(
        self, what: str, line: int | None = None, *, remedy: str = "Download it again, or in another format."
    ) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.remedy = remedy
