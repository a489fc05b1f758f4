"""What a run is asked for: values that say what to fetch, and what a list told of it."""

from datetime import date
from pathlib import Path

from pipeline.values.base import Value


class Known(Value):
    """What a list says of a video before it is fetched; None where it is silent."""

    title: str | None = None
    channel: str | None = None
    published: date | None = None
    not_later: date | None = None
    """The video was published on this day or before: YouTube's lists say only `3 months ago`."""
    duration_ms: int | None = None
    views: int | None = None
    language: str | None = None


class Episode(Value):
    """An episode of a podcast: where its words are."""

    id: str
    transcripts: tuple[str, ...] = ()
    """Addresses of its transcripts, the best shape first."""
    audio: str | None = None
    page: str | None = None
    private: bool = False
    """The feed is on this machine or its network, so its files may be too."""


class Problem(Value):
    """Why an entry of a list is no video: it is told with the others when the run is over."""

    kind: str
    message: str
    remedy: str = ""


class Wanted(Value):
    """One video to be made into notes: exactly one of `path`, `youtube_id`, `episode` and `problem` is set."""

    path: Path | None = None
    youtube_id: str | None = None
    episode: Episode | None = None
    problem: Problem | None = None
    id: str | None = None
    """Overrides the id that the source gives."""
    title: str | None = None
    channel: str | None = None
    known: Known = Known()
    listed: bool = False
    """It came out of a list, playlist, channel, feed or folder, so the filters of `lists` concern it."""
    entry: str = ""
    """How the list names it, where that is not what is fetched."""

    @property
    def name(self) -> str:
        """How to speak of it before its title is known."""
        return str(self.path or self.youtube_id or self.entry or (self.episode.id if self.episode else "?"))

    @property
    def place(self) -> str:
        """What is fetched: two entries with one place are one video."""
        return str(self.path or self.youtube_id or (self.episode.id if self.episode else self.entry))
