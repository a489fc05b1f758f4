"""Playlists, channels and feeds as the videos and episodes in them."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline.errors import SourceError, TransientError
from pipeline.sources import ytdlp
from pipeline.sources.addresses import YOUTUBE_ID, list_page
from pipeline.sources.causes import ListUnreadable
from pipeline.sources.cleaning import clean_line
from pipeline.sources.gate import Gate
from pipeline.sources.retrying import trying
from pipeline.sources.wanted import Known, Wanted
from pipeline.values.sourcing import ListPolicy, YouTubeSettings

_FEED = "https://www.youtube.com/feeds/videos.xml"


class Expanding:
    """Lists what is behind an address; everything that is asked of YouTube passes its gate."""

    def __init__(
        self,
        youtube: YouTubeSettings,
        lists: ListPolicy,
        gate: Gate,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._youtube = youtube
        self._lists = lists
        self._gate = gate
        self._sleep = sleep

    def __call__(self, address: str) -> tuple[Wanted, ...]:
        """The videos of a playlist or channel, or the entries of a feed, in its own order.

        Raises:
            SourceError: it cannot be listed.
            BlockedError, TransientError: its server cannot be asked for now.
        """
        found: tuple[Wanted, ...] = trying(self._youtube.attempts, self._sleep)(self._listed, address)
        return found

    def _listed(self, address: str) -> tuple[Wanted, ...]:
        page = list_page(address)
        if page is not None:
            return self._page(page)
        return self._youtube_feed(address) if _is_youtube_feed(address) else self._feed(address)

    def _page(self, page: str) -> tuple[Wanted, ...]:
        if not ytdlp.is_installed():
            raise ListUnreadable(
                f"{page}: playlists and channels are listed by yt-dlp, which is not installed",
                remedy=f"{ytdlp.INSTALL} Or give the feed of the channel, its newest videos: {_FEED}?channel_id=UC…",
            )
        with self._gate.turn():
            found = ytdlp.entries_of(page, self._youtube, most=self._most())
        videos = tuple(_videos(found))
        if not videos:
            raise ListUnreadable(f"{page}: there are no videos in it", remedy="Check the address.")
        return videos

    def _most(self) -> int | None:
        """How many entries of a list can matter: all of them, where a filter or another order may pass over some."""
        neutral = ListPolicy(limit=self._lists.limit, languages=self._lists.languages, most_mb=self._lists.most_mb)
        return self._lists.limit if self._lists == neutral else None

    def _youtube_feed(self, address: str) -> tuple[Wanted, ...]:
        """A feed of YouTube; its feeds are out for days at times, and then the page of the same list is read."""
        from pipeline.sources.feeds import read_feed  # noqa: PLC0415 - feedparser, only where a feed is read
        from pipeline.sources.youtube_client import feed_body  # noqa: PLC0415 - imports requests

        try:
            with self._gate.turn():
                body = feed_body(address, self._youtube)
            return read_feed(body, address, private=False)
        except (SourceError, TransientError):
            page = _page_of_feed(address)
            if page is None or not ytdlp.is_installed():
                raise
            return self._page(page)

    def _feed(self, address: str) -> tuple[Wanted, ...]:
        from pipeline.sources.feeds import read_feed  # noqa: PLC0415 - as above
        from pipeline.sources.remote import Limits, fetch_bytes  # noqa: PLC0415 - as above

        limits = Limits(self._youtube.timeout_s, int(self._lists.most_mb * 1_000_000), private=True)
        found = fetch_bytes(address, limits)
        return read_feed(found.body, address, private=found.private)


def _is_youtube_feed(address: str) -> bool:
    parts = urlsplit(address)
    return (parts.hostname or "").endswith("youtube.com") and parts.path == "/feeds/videos.xml"


def _page_of_feed(address: str) -> str | None:
    """The page with the same videos as a feed of YouTube."""
    fields = parse_qs(urlsplit(address).query)
    named = fields.get("channel_id", []) + fields.get("playlist_id", [])
    return list_page(named[0]) if named else None


def _videos(found: Mapping[str, Any]) -> Iterator[Wanted]:
    """The entries that are videos; a channel without tabs has lists among them, and those are looked into."""
    channel = _text(found, "channel", "uploader")
    for entry in found["entries"]:
        identity = entry.get("id")
        if isinstance(entry.get("entries"), list):
            yield from _videos({**entry, "entries": [e for e in entry["entries"] if isinstance(e, dict)]})
        elif isinstance(identity, str) and YOUTUBE_ID.fullmatch(identity):
            yield Wanted(youtube_id=identity, known=_known(entry, channel), listed=True)


def _known(entry: Mapping[str, Any], channel: str | None) -> Known:
    duration, views, moment = entry.get("duration"), entry.get("view_count"), entry.get("timestamp")
    return Known(
        title=_text(entry, "title"),
        channel=_text(entry, "channel", "uploader") or channel,
        # the moment is that of `3 months ago`: the true one is earlier; a day more, for the zones of the world
        not_later=(_moment(moment) + timedelta(days=1)).date() if isinstance(moment, int | float) else None,
        duration_ms=round(duration * 1000) if isinstance(duration, int | float) and duration > 0 else None,
        views=views if isinstance(views, int) else None,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, 0), 4_000_000_000), UTC)


def _text(found: Mapping[str, Any], *names: str) -> str | None:
    values = (found.get(name) for name in names)
    return next((clean_line(value) for value in values if isinstance(value, str) and value.strip()), None)
