"""yt-dlp, which is asked where the first way fails, and for what it alone can: lists of videos, and their audio.

It comes with the extra `youtube` and is imported by its first use. Its errors are translated by their class and by the
status of the answer.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.errors import BlockedError, CitenoteError, SettingsError, TransientError
from pipeline.sources import causes
from pipeline.sources.addresses import watch_page
from pipeline.sources.causes import BY_FILE, SLOWER
from pipeline.sources.cleaning import clean_line
from pipeline.values.sourcing import YouTubeSettings

INSTALL = "Install it: pip install 'citenote[youtube]'."
_UPDATE = "Update it: pip install -U yt-dlp."
_REFUSALS = (403, 429)
_OPTIONS: dict[str, Any] = {
    "quiet": True,
    "no_warnings": True,
    "noprogress": True,
    "color": "no_color",
    "cachedir": False,
    "retries": 0,
    "extractor_retries": 0,
    "fragment_retries": 0,
    "noplaylist": True,
    "ignoreerrors": False,
    "ignore_no_formats_error": True,  # captions can be had without
}


class _Silent:
    """Takes what yt-dlp would print; what matters in it comes as an error."""

    def debug(self, message: str) -> None:
        """Nothing."""

    warning = error = info = debug


def is_installed() -> bool:
    """Whether yt-dlp is there, without importing it."""
    return find_spec("yt_dlp") is not None


def described(video: str, settings: YouTubeSettings) -> Mapping[str, Any]:
    """What yt-dlp knows of a video: title, channel, dates, chapters, description, and its tracks.

    Raises:
        CitenoteError: as `asking`.
    """
    skipped = {"youtube": {"skip": ["dash", "hls"]}}
    with asking(settings, watch_page(video), extractor_args=skipped) as asker:
        return _mapping(asker.extract_info(watch_page(video), download=False))


def body_of(address: str, settings: YouTubeSettings) -> bytes:
    """The bytes behind an address that yt-dlp gave.

    Raises:
        CitenoteError: as `asking`.
    """
    with asking(settings, "the captions") as asker:
        with closing(asker.urlopen(address)) as answer:
            body: bytes = answer.read()
        return body


def entries_of(page: str, settings: YouTubeSettings, *, most: int | None) -> Mapping[str, Any]:
    """A playlist or channel with its `entries`, in its own order, without a request for each of them.

    Raises:
        CitenoteError: as `asking`.
    """
    wanted = {"extract_flat": "in_playlist", "playlistend": most, "noplaylist": False}
    dates = {"youtubetab": {"approximate_date": [""]}}
    with asking(settings, page, **wanted, extractor_args=dates) as asker:
        found = _mapping(asker.extract_info(page, download=False))
        return {**found, "entries": [e for e in found.get("entries") or () if isinstance(e, dict)]}


def audio_of(
    address: str, folder: Path, settings: YouTubeSettings, *, most_bytes: int
) -> tuple[Mapping[str, Any], Path]:
    """What yt-dlp knows of a video, and its audio, downloaded into a folder.

    Raises:
        CitenoteError: as `asking`; `TooLarge` beyond `most_bytes`.
    """
    wanted = {
        "format": "bestaudio[abr<=80]/bestaudio/worst",
        "outtmpl": {"default": str(folder / "%(id).80B.%(ext)s")},
        "max_filesize": most_bytes,
        "ignore_no_formats_error": False,
    }
    with asking(settings, address, **wanted) as asker:
        info = _mapping(asker.extract_info(address, download=True))
    found = [path for path in folder.iterdir() if path.is_file() and path.suffix != ".part"]
    if not found:
        raise causes.TooLarge(
            f"{address}: its audio is longer than {most_bytes // 1_000_000} MB, or could not be had",
            remedy="Raise speech.most_mb, or give the captions as a file.",
        )
    return info, found[0]


@contextmanager
def asking(settings: YouTubeSettings, what: str, **options: Any) -> Iterator[Any]:
    """A `YoutubeDL` with the timeout and proxy of the settings; its errors come out as ours, telling `what` was asked.

    Raises:
        SettingsError: yt-dlp is not installed, or the proxy cannot be used.
        BlockedError: the server refuses this network.
        TransientError: trouble that may pass.
        SourceError: there is nothing to be had there.
    """
    from pipeline.sources.proxies import proxy_of  # noqa: PLC0415 - imports requests, which start-up must not wait for

    library = _library()
    proxy = proxy_of(settings)
    chosen = _OPTIONS | {"socket_timeout": settings.timeout_s, "logger": _Silent()} | options
    if proxy:
        chosen["proxy"] = proxy.to_requests_dict()["https"]
    if "SSL_CERT_FILE" in os.environ:  # certificates of one's own; without it yt-dlp takes those of certifi
        chosen["compat_opts"] = {"no-certifi"}
    try:
        with library.YoutubeDL(chosen) as asker:
            yield asker
    except library.utils.YoutubeDLError as error:
        raise _our_error(library, error, what) from error


def _library() -> Any:
    """The module, without the types that it does not ship."""
    try:
        return import_module("yt_dlp")
    except ImportError as error:
        raise SettingsError("yt-dlp is needed for this and is not installed", remedy=INSTALL) from error


def _mapping(found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise causes.BadAnswer("yt-dlp found nothing there", remedy=_UPDATE)
    return found


def _our_error(library: Any, error: Exception, what: str) -> CitenoteError:
    network = library.networking.exceptions
    chain = list(_chain(error))
    answers = [each for each in chain if isinstance(each, network.HTTPError)]
    if answers:  # a refusal explains whatever else went wrong
        return _of_status(next((a for a in answers if a.status in _REFUSALS), answers[0]), what)
    for each in chain:
        if isinstance(each, network.ProxyError):
            return TransientError("the proxy of YouTube does not answer", remedy="Check the proxy (youtube.proxy).")
        if isinstance(each, network.RequestError):
            return TransientError(f"{what} cannot be reached ({type(each).__name__})", remedy="Check the network.")
    for each in chain:
        if isinstance(each, library.utils.UnsupportedError):
            return causes.InvalidVideo(f"{what}: yt-dlp does not know such an address", remedy="Check the address.")
        if isinstance(each, library.utils.ExtractorError) and each.expected:
            said = clean_line(each.orig_msg)[:200]
            return causes.VideoUnavailable(f"{what} cannot be had ({said})", remedy=BY_FILE)
    return causes.BadAnswer(f"{what}: the answer cannot be understood ({type(chain[-1]).__name__})", remedy=_UPDATE)


def _of_status(error: Any, what: str) -> CitenoteError:
    status = int(error.status)
    if status in _REFUSALS:
        after = str(error.response.headers.get("Retry-After") or "")
        wait_s = float(after[:7]) if after.isascii() and after.isdigit() else None
        return BlockedError("YouTube refuses this network", remedy=f"{SLOWER} {BY_FILE}", wait_s=wait_s)
    if status in (404, 410):
        return causes.VideoUnavailable(f"{what} was not found ({status})", remedy="Check the address.")
    if status >= 500 or status in (408, 425):
        return TransientError(f"YouTube answered {status} for {what}", remedy="Try again.")
    return causes.BadAnswer(f"YouTube answered {status} for {what}", remedy=_UPDATE)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it, in whichever way yt-dlp noted that."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        info = getattr(each, "exc_info", None)
        causes_of = (info[1] if info else None, getattr(each, "cause", None), each.__cause__, each.__context__)
        waiting += [c for c in causes_of if isinstance(c, BaseException)]
