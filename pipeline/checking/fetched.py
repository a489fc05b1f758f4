"""Transcripts that a check fetches: politely, at most once, and never at the price of the check."""

from collections.abc import Callable

from pipeline.errors import BlockedError, SourceError, TransientError
from pipeline.sources.addresses import YOUTUBE_ID
from pipeline.sources.fetching import Fetching
from pipeline.sources.wanted import Wanted
from pipeline.values.transcript import Transcript


class FetchedTranscripts:
    """Asks YouTube for each video once, and remembers what could not be had."""

    def __init__(self, fetching: Fetching, tell: Callable[[str], None]) -> None:
        """`tell` is called with the id of each video that is asked for."""
        self._fetching = fetching
        self._tell = tell
        self.failed: dict[str, str] = {}
        """Why the transcript of a video could not be had, by its id."""

    def __call__(self, video_id: str) -> Transcript | None:
        """The transcript of this video; None when it cannot be had."""
        if video_id in self.failed:
            return None
        if not YOUTUBE_ID.fullmatch(video_id):
            self.failed[video_id] = "it is the id of no YouTube video"
            return None
        self._tell(video_id)
        try:
            return self._fetching(Wanted(youtube_id=video_id))
        except (SourceError, TransientError, BlockedError) as error:
            self.failed[video_id] = error.message
            return None
