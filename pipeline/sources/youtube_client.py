"""One conversation with YouTube: the client, its session, and its outcomes as our errors.

The client does not hand over the title, yet it asks for a page that holds it: a hook on the session reads along, so no
further request is made. The same hook keeps the body of the captions for our own reader, because the client's reader
fails on shapes that YouTube also sends, and drops words that look like tags.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any
from xml.etree.ElementTree import ParseError

import requests
import youtube_transcript_api as api
from requests import PreparedRequest, Response, Session
from youtube_transcript_api import Transcript as Track
from youtube_transcript_api import YouTubeTranscriptApi

from pipeline.errors import BlockedError, TransientError
from pipeline.settings import YouTubeSettings
from pipeline.sources.causes import BY_FILE, BadAnswer
from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.decoding import decode
from pipeline.sources.readers.facts import read_date
from pipeline.sources.readers.reading import Broken
from pipeline.sources.readers.shapes import read_shape
from pipeline.sources.youtube_outcomes import SLOWER, Heard, our_error
from pipeline.values.base import Value
from pipeline.values.transcript import Cue

_PLAYER = "/youtubei/v1/player"
_CAPTIONS = "/api/timedtext"
_VENDOR_TROUBLE = (
    api.YouTubeTranscriptApiException,
    requests.RequestException,
    LookupError,  # the client walks through YouTube's JSON without looking
    TypeError,
    AttributeError,
)


class Details(Value):
    """What the player answer says of the video; None where it is silent."""

    id: str | None = None
    title: str | None = None
    channel: str | None = None
    duration_ms: int | None = None
    published: date | None = None


class TimedSession(Session):
    """A session whose every request has a timeout, because the client sets none."""

    def __init__(self, settings: YouTubeSettings) -> None:
        super().__init__()
        self.timeout_s = settings.timeout_s
        if settings.proxy:
            self.proxies = {"http": settings.proxy, "https": settings.proxy}

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """Send with the timeout, in seconds, unless the caller names one."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout_s
        return super().send(request, **kwargs)


class Conversation:
    """One video asked for: its tracks, the cues of one of them, and what was said of it on the way."""

    def __init__(self, video: str, session: Session) -> None:
        self.details = Details()
        self._video = video
        self._heard = Heard(video)
        self._session = session
        self._body: bytes | None = None

    def listen(self, response: Response, *_args: Any, **_kwargs: Any) -> None:
        """Read along with an answer to the client; a hook of the session."""
        self._heard.status = response.status_code
        self._heard.retry_after = response.headers.get("Retry-After")
        path = response.url.split("?")[0]
        if _CAPTIONS in path and response.ok:
            self._body = response.content
        elif _PLAYER in path and response.ok:
            with suppress(requests.JSONDecodeError):  # the client meets it too, and says so
                self.details = _details(response.json())

    def tracks(self) -> Iterable[Track]:
        """The caption tracks of the video."""
        with _translated(self._heard):
            return list(YouTubeTranscriptApi(http_client=self._session).list(self._video))

    def cues(self, track: Track) -> tuple[Cue, ...]:
        """The cues of a track, as they are in the body that the client fetched."""
        self._body = None
        with _translated(self._heard), suppress(ParseError, LookupError, TypeError, ValueError):
            track.fetch()  # its own reading is not used: see above
        return self._read(self._body)

    def _read(self, body: bytes | None) -> tuple[Cue, ...]:
        text = decode(body or b"").text
        if not text.strip():
            raise TransientError(f"YouTube sent empty captions for {self._video}", remedy=f"{SLOWER} {BY_FILE}")
        if 'class="g-recaptcha"' in text:
            raise BlockedError(
                f"YouTube asks for a captcha instead of sending captions of {self._video}", remedy=SLOWER
            )
        try:
            reading = read_shape(text)
        except Broken as error:
            raise BadAnswer(f"The captions of {self._video} cannot be read: {error.what}", remedy=BY_FILE) from error
        if reading is None:
            raise BadAnswer(f"YouTube sent something else than captions for {self._video}", remedy=BY_FILE)
        return reading.cues


@contextmanager
def conversation(video: str, settings: YouTubeSettings, session: Session | None) -> Iterator[Conversation]:
    """A conversation on a session of its own, closed at the end, or on the given one, left as it was."""
    used = TimedSession(settings) if session is None else session
    talk = Conversation(video, used)
    used.hooks["response"].append(talk.listen)
    try:
        yield talk
    finally:
        used.hooks["response"].remove(talk.listen)
        if session is None:
            used.close()


@contextmanager
def _translated(heard: Heard) -> Iterator[None]:
    """What the vendor raises as our error, by its class."""
    try:
        yield
    except _VENDOR_TROUBLE as error:
        raise our_error(error, heard) from error


def _details(answer: Any) -> Details:
    found = answer.get("videoDetails") if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        return Details()
    texts = {name: value for name in ("videoId", "title", "author") if isinstance(value := found.get(name), str)}
    more = answer.get("microformat")
    page = more.get("playerMicroformatRenderer") if isinstance(more, dict) else None
    return Details(
        id=texts.get("videoId"),
        title=texts.get("title"),
        channel=texts.get("author"),
        duration_ms=read_number(found.get("lengthSeconds"), 1000) or None,
        published=read_date(page.get("publishDate")) if isinstance(page, dict) else None,
    )
