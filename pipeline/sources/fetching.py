"""Fetching: one thing asked for in, its transcript out, politely and at most once.

Files are read. YouTube is asked at a pace of its own, by one thread at a time; what passes is tried again, and once it
refuses us nothing more is asked of it in this run. What was fetched is kept and not fetched again.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipeline.errors import BlockedError, TransientError
from pipeline.settings import YouTubeSettings
from pipeline.sources.files import read_transcript_file
from pipeline.sources.listings import Wanted
from pipeline.sources.youtube import fetch
from pipeline.values.transcript import Transcript

_ATTEMPTS = 4
_MOST_WAIT_S = 120.0


class Transcripts(Protocol):
    """Where fetched transcripts are kept. Called from several threads."""

    def transcript_under(self, key: str) -> Transcript | None:
        """The transcript under this key."""
        ...

    def keep_transcript(self, transcript: Transcript, *, key: str | None = None) -> None:
        """Stores a transcript durably before it returns."""
        ...


def remembered(wanted: Wanted, settings: YouTubeSettings, kept: Transcripts) -> Transcript | None:
    """What can be had without asking YouTube: the transcript in a file, or one that was fetched before.

    Raises:
        SourceError: the file holds no usable transcript.
    """
    if wanted.path is not None:
        return read_transcript_file(wanted.path, video_id=wanted.id, title=wanted.title, channel=wanted.channel)
    known = kept.transcript_under(_key(str(wanted.youtube_id), settings))
    return _named(known, wanted) if known else None


def _key(video: str, settings: YouTubeSettings) -> str:
    return f"youtube {video} {','.join(settings.languages)}"


def _named(transcript: Transcript, wanted: Wanted) -> Transcript:
    """The transcript under the title and channel that a person gave."""
    named = {"title": wanted.title, "channel": wanted.channel}
    video = transcript.video.model_copy(update={key: value for key, value in named.items() if value})
    return transcript.model_copy(update={"video": video})


Get = Callable[[str, YouTubeSettings], Transcript]


class Fetching:
    """Fetches everything of one run.

    `sleep` waits for seconds and may raise to end the waiting; `get` asks YouTube for one video.
    """

    def __init__(
        self,
        settings: YouTubeSettings,
        kept: Transcripts,
        *,
        fresh: bool,
        sleep: Callable[[float], None],
        get: Get = fetch,
    ) -> None:
        self._settings = settings
        self._kept = kept
        self._fresh = fresh
        self._sleep = sleep
        self._get = get
        self._turn = threading.Lock()
        self._asked = False
        self._refusal: BlockedError | None = None

    def __call__(self, wanted: Wanted) -> Transcript:
        """The transcript of what is wanted.

        Raises:
            SourceError: it has no usable transcript.
            TransientError, BlockedError: YouTube cannot be asked for now.
        """
        known = None if self._fresh and wanted.path is None else remembered(wanted, self._settings, self._kept)
        return known if known is not None else _named(self._from_youtube(str(wanted.youtube_id)), wanted)

    def _from_youtube(self, video: str) -> Transcript:
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        transcript: Transcript = retrying(self._asked_in_turn, video)
        self._kept.keep_transcript(transcript, key=_key(video, self._settings))
        return transcript

    def _asked_in_turn(self, video: str) -> Transcript:
        with self._turn:
            if self._refusal is not None:
                raise self._refusal
            if self._asked:
                self._sleep(self._settings.min_interval_s)
            self._asked = True
            try:
                return self._get(video, self._settings)
            except BlockedError as error:
                self._refusal = error
                raise


def _wait(state: RetryCallState) -> float:
    """What the server asked for, else seconds that grow and jitter."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, TransientError) else None
    return min(asked if asked is not None else wait_random_exponential(1, 30)(state), _MOST_WAIT_S)
