"""One conversation with YouTube: the client, its session, and its outcomes as our errors.

The client does not hand over the title, yet it asks for a page that holds it: a hook on the session reads along, so no
further request is made. The same hook keeps the body of the captions for our own reader, because the client's reader
fails on shapes that YouTube also sends, and drops words that look like tags.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any
from xml.etree.ElementTree import ParseError

import requests
import youtube_transcript_api as api
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from youtube_transcript_api import Transcript as Track
from youtube_transcript_api import YouTubeTranscriptApi

from pipeline.sources.caption_bodies import cues_in
from pipeline.sources.proxies import proxy_of
from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.facts import read_date
from pipeline.sources.youtube_outcomes import Heard, our_error
from pipeline.values.base import Value
from pipeline.values.sourcing import YouTubeSettings
from pipeline.values.transcript import Cue

_WATCH = "/watch"
_PLAYER = "/youtubei/v1/player"
_CAPTIONS = "/api/timedtext"
_PUBLISHED = re.compile(r'"(?:publishDate|uploadDate)":"(\d{4}-\d\d-\d\d)')
_VENDOR_TROUBLE = (
    api.YouTubeTranscriptApiException,
    requests.RequestException,
    LookupError,  # the client walks through YouTube's JSON without looking
    TypeError,
    AttributeError,
)


class Details(Value):
    """What the player answer says of the video; None or empty where it is silent."""

    id: str | None = None
    title: str | None = None
    channel: str | None = None
    duration_ms: int | None = None
    description: str = ""


class TimedSession(Session):
    """A session whose every request has a timeout, because the client sets none, and goes by the proxy that is set."""

    def __init__(self, settings: YouTubeSettings) -> None:
        super().__init__()
        self.timeout_s = settings.timeout_s
        self.proxy = proxy_of(settings)
        if self.proxy:
            routes = self.proxy.to_requests_dict()
            self.proxies = {"http": routes["http"], "https": routes["https"]}

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """Send with the timeout, in seconds, unless the caller names one."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout_s
        return super().send(request, **kwargs)

    def merge_environment_settings(self, *args: Any, **kwargs: Any) -> Any:
        """As the parent, but proxies of the environment give way to the one that is set."""
        merged = super().merge_environment_settings(*args, **kwargs)
        return {**merged, "proxies": dict(self.proxies)} if self.proxies else merged

    def client(self) -> YouTubeTranscriptApi:
        """The client on this session."""
        client = YouTubeTranscriptApi(proxy_config=self.proxy, http_client=self)
        if self.proxy and self.proxy.retries_when_blocked:
            # the client's own way of sending again waits as long as the server says, and nothing could interrupt it
            again = Retry(self.proxy.retries_when_blocked, status_forcelist=[429], respect_retry_after_header=False)
            self.mount("https://", HTTPAdapter(max_retries=again))
        return client


class Conversation:
    """One video asked for: its tracks, the cues of one of them, and what was said of it on the way."""

    def __init__(self, video: str, session: TimedSession) -> None:
        self.details = Details()
        self.published: date | None = None
        self._video = video
        self._heard = Heard(video)
        self._session = session
        self._body: bytes | None = None

    def listen(self, response: Response, *_args: Any, **_kwargs: Any) -> None:
        """Read along with an answer to the client; a hook of the session."""
        self._heard.status = response.status_code
        self._heard.retry_after = response.headers.get("Retry-After")
        path = response.url.split("?")[0]
        if _WATCH in path and response.ok:
            self.published = _published(response.text)
        elif _CAPTIONS in path and response.ok:
            self._body = response.content
        elif _PLAYER in path and response.ok:
            with suppress(requests.JSONDecodeError):  # the client meets it too, and says so
                self.details = _details(response.json())

    def tracks(self) -> Iterable[Track]:
        """The caption tracks of the video."""
        with _translated(self._heard):
            return list(self._session.client().list(self._video))

    def cues(self, track: Track) -> tuple[Cue, ...]:
        """The cues of a track, as they are in the body that the client fetched."""
        self._body = None
        with _translated(self._heard), suppress(ParseError, LookupError, TypeError, ValueError):
            track.fetch()  # its own reading is not used: see above
        return cues_in(self._body or b"", self._video)


@contextmanager
def conversation(video: str, settings: YouTubeSettings, session: TimedSession | None) -> Iterator[Conversation]:
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


def feed_body(address: str, settings: YouTubeSettings) -> bytes:
    """The body of a feed of YouTube.

    Raises:
        CitenoteError: as the client's outcomes.
    """
    heard = Heard(address)
    with TimedSession(settings) as session, _translated(heard):
        response = session.get(address)
        heard.status, heard.retry_after = response.status_code, response.headers.get("Retry-After")
        if response.status_code == 429:
            raise api.IpBlocked(address)
        if not response.ok:
            raise api.YouTubeRequestFailed(address, requests.HTTPError())
        return response.content


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
    names = ("videoId", "title", "author", "shortDescription")
    texts = {name: value for name in names if isinstance(value := found.get(name), str)}
    return Details(
        id=texts.get("videoId"),
        title=texts.get("title"),
        channel=texts.get("author"),
        duration_ms=read_number(found.get("lengthSeconds"), 1000) or None,
        description=texts.get("shortDescription", ""),
    )


def _published(page: str) -> date | None:
    """The day that the watch page names; it holds the texts of other videos too, but no other day in this form."""
    found = _PUBLISHED.search(page)
    return read_date(found[1]) if found else None
