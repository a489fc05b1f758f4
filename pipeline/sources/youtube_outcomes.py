"""Every outcome of the YouTube client as one of our errors: by its class and by the status, never by its words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
import youtube_transcript_api as api

from pipeline.errors import BlockedError, CitenoteError, SettingsError, SourceError, TransientError
from pipeline.sources import causes
from pipeline.sources.addresses import watch_page
from pipeline.sources.causes import BY_FILE, HEAR, SLOWER
from pipeline.sources.proxies import PROXY_REMEDY

_UPDATE = f"Update youtube-transcript-api: YouTube may have changed its pages. Or: {BY_FILE[0].lower()}{BY_FILE[1:]}"


@dataclass
class Heard:
    """What the last answer of a conversation said, for judging what the client makes of it."""

    video: str
    status: int | None = None
    retry_after: str | None = None

    @property
    def wait_s(self) -> float | None:
        """Seconds the server asked us to wait; None if it named none."""
        value = (self.retry_after or "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:7])
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None


_PERMANENT: tuple[tuple[type[Exception], type[SourceError], str, str], ...] = (
    (api.AgeRestricted, causes.AgeRestricted, "is shown only to people who are signed in", BY_FILE),
    (api.VideoUnavailable, causes.VideoUnavailable, "does not exist any more, or is private", "Leave it out."),
    (api.InvalidVideoId, causes.InvalidVideo, "is no video", "Give the whole address or the id of eleven characters."),
    (api.VideoUnplayable, causes.VideoUnavailable, "cannot be played here", BY_FILE),
    (api.TranscriptsDisabled, causes.NoCaptions, "has no captions", HEAR),
    (api.NoTranscriptFound, causes.NoCaptions, "has no captions in these languages", "Change youtube.languages."),
    (api.PoTokenRequired, causes.TokenRequired, "gives its captions only to a browser that proves itself", BY_FILE),
    (api.FailedToCreateConsentCookie, causes.BadAnswer, "stands behind a consent page that has changed", _UPDATE),
    (api.YouTubeDataUnparsable, causes.BadAnswer, "has a page that the client does not understand", _UPDATE),
)


def our_error(error: Exception, heard: Heard) -> CitenoteError:
    """Our error for what the client or its network library raised."""
    if isinstance(error, api.RequestBlocked):
        return BlockedError("YouTube refuses this network", remedy=f"{SLOWER} {BY_FILE}", wait_s=heard.wait_s)
    if isinstance(error, api.YouTubeRequestFailed):
        return _failed_request(heard)
    if isinstance(error, requests.RequestException):
        return _network_error(error, heard)
    for theirs, ours, what, remedy in _PERMANENT:
        if isinstance(error, theirs):
            return ours(f"{watch_page(heard.video)} {what}{_reason(error)}", remedy=remedy)
    return causes.BadAnswer(
        f"YouTube's answer for {heard.video} cannot be understood ({type(error).__name__})", remedy=_UPDATE
    )


def _reason(error: Exception) -> str:
    """YouTube's own sentence why a video cannot be played, on one line."""
    reason = getattr(error, "reason", None) if isinstance(error, api.VideoUnplayable) else None
    return f" ({' '.join(reason.split())[:200]})" if isinstance(reason, str) else ""


def _failed_request(heard: Heard) -> CitenoteError:
    status = heard.status or 0
    if status >= 500 or status in (408, 425):
        return TransientError(f"YouTube answered {status} for {heard.video}", remedy="Try again.", wait_s=heard.wait_s)
    if status == 403:
        return BlockedError("YouTube refuses this network (403)", remedy=f"{SLOWER} {BY_FILE}", wait_s=heard.wait_s)
    if status in (404, 410):
        return causes.VideoUnavailable(f"{watch_page(heard.video)} was not found ({status})", remedy="Check the id.")
    return causes.BadAnswer(f"YouTube answered {status} for {heard.video}", remedy=_UPDATE)


def _network_error(error: requests.RequestException, heard: Heard) -> CitenoteError:
    if isinstance(error, requests.exceptions.RetryError):  # of a rotating proxy: every address was refused
        return BlockedError("YouTube refuses all addresses of the proxy", remedy=f"{SLOWER} {BY_FILE}")
    wrong_proxy = (
        requests.exceptions.InvalidProxyURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidURL,
    )
    if isinstance(error, wrong_proxy):
        return SettingsError(
            "the proxy of YouTube cannot be used",
            remedy=PROXY_REMEDY,
        )
    if isinstance(error, requests.exceptions.ProxyError):
        what, remedy = "The proxy of YouTube does not answer", "Check the proxy (youtube.proxy), then try again."
    elif isinstance(error, requests.Timeout):
        what, remedy = "YouTube did not answer in time", "Try again, or raise youtube.timeout_s."
    elif isinstance(error, requests.JSONDecodeError):
        what, remedy = "YouTube sent a broken answer", "Try again."
    else:
        what, remedy = "YouTube cannot be reached", "Check the network, then try again."
    return TransientError(f"{what} ({type(error).__name__}, asked for {heard.video})", remedy=remedy)
