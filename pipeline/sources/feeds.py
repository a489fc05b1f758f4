"""Feeds: the videos of a YouTube channel, and the episodes of a podcast with their `<podcast:transcript>`."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import ParseError

import feedparser  # type: ignore[import-untyped]  # it ships no types
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.sources.addresses import YOUTUBE_ID
from pipeline.sources.causes import ListUnreadable
from pipeline.sources.cleaning import clean_line
from pipeline.sources.naming import slug
from pipeline.sources.readers.facts import language_tag
from pipeline.sources.wanted import Episode, Known, Wanted

# best first: shapes with times; a transcript that is a page or plain text is tried last, as it may have none
_SHAPES = ("text/vtt", "application/x-subrip", "application/srt", "text/srt", "application/json")
_LONGEST_ID = 60


def read_feed(body: bytes, address: str, *, private: bool) -> tuple[Wanted, ...]:
    """The videos and episodes of a feed, in its order.

    Args:
        body: the feed, in any encoding and of any kind that feedparser knows.
        address: where it came from, for relative links and for errors.
        private: whether it came from this machine or its network; then its files may come from there too.

    Raises:
        ListUnreadable: it is no feed, or has no entries.
    """
    # a stream, as a text would be tried as an address and as a path first
    found = feedparser.parse(BytesIO(body), response_headers={"content-location": address}, sanitize_html=False)
    if not found.get("version") or not found.entries:
        what = "is a feed without entries" if found.get("version") else "is no feed"
        raise ListUnreadable(
            f"{address}: {what}", remedy="Give the address of an RSS or Atom feed, a YouTube address, or a file."
        )
    transcripts = _transcripts_by_item(body, len(found.entries))
    feed = _Feed(found.feed, address, private=private)
    return tuple(feed.wanted(entry, links) for entry, links in zip(found.entries, transcripts, strict=True))


class _Feed:
    """What all entries of a feed share."""

    def __init__(self, stated: Mapping[str, Any], address: str, *, private: bool) -> None:
        self._address = address
        self._private = private
        self._channel = clean_line(str(stated.get("title") or "")) or None
        self._language = language_tag(stated.get("language"))

    def wanted(self, entry: Mapping[str, Any], links: Sequence[Mapping[str, str]]) -> Wanted:
        """An entry as something to fetch."""
        video = entry.get("yt_videoid")
        if isinstance(video, str) and YOUTUBE_ID.fullmatch(video):
            return Wanted(youtube_id=video, known=self._known(entry, None), listed=True)
        stated = [link for link in (*links, _mapping(entry.get("podcast_transcript"))) if link.get("url")]
        best = sorted(stated, key=_rank)
        language = language_tag(best[0].get("language")) if best else None
        known = self._known(entry, language)
        return Wanted(episode=self._episode(entry, best), known=known, listed=True, entry=known.title or "")

    def _known(self, entry: Mapping[str, Any], language: str | None) -> Known:
        return Known(
            title=clean_line(str(entry.get("title") or "")) or None,
            channel=self._channel or clean_line(str(entry.get("author") or "")) or None,
            published=_date(entry.get("published_parsed")),
            duration_ms=_duration(entry.get("itunes_duration")),
            views=_count(_mapping(entry.get("media_statistics")).get("views")),
            language=language or self._language,
        )

    def _episode(self, entry: Mapping[str, Any], best: Sequence[Mapping[str, str]]) -> Episode:
        sounds = [e.get("href") for e in entry.get("enclosures", ()) if _is_sound(e)]
        identity = str(entry.get("id") or entry.get("link") or entry.get("title") or "")
        digest = sha256(f"{self._address}\n{identity}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
        pages = [link.get("href") for link in entry.get("links", ()) if link.get("rel") == "alternate"]
        page = str(pages[0] or "") if pages else ""  # not `link`, which may be made of an id
        return Episode(
            id=f"{slug(str(entry.get('title') or 'episode'))[:_LONGEST_ID].strip('-')}-{digest}",
            transcripts=tuple(dict.fromkeys(urljoin(self._address, link["url"]) for link in best)),
            audio=next((urljoin(self._address, str(s)) for s in sounds if s), None),
            page=page if urlsplit(page).scheme in ("http", "https") else None,
            private=self._private,
        )


def _transcripts_by_item(body: bytes, entries: int) -> list[list[Mapping[str, str]]]:
    """All `<podcast:transcript>` of each item; feedparser keeps only the last. Nothing where the XML is not clean."""
    try:
        items = list(fromstring(body).iter("item"))
    except (ParseError, DefusedXmlException, ValueError, LookupError):  # the last two: encodings that are not known
        items = []
    if len(items) != entries:
        return [[] for _ in range(entries)]
    return [[child.attrib for child in item if str(child.tag).endswith("}transcript")] for item in items]


def _rank(link: Mapping[str, str]) -> int:
    kind = str(link.get("type", "")).partition(";")[0].strip().lower()
    return _SHAPES.index(kind) if kind in _SHAPES else len(_SHAPES) + (kind == "text/html")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_sound(enclosure: Mapping[str, Any]) -> bool:
    return str(enclosure.get("type", "")).startswith(("audio/", "video/"))


def _date(value: Any) -> date | None:
    try:
        return date(*value[:3]) if value else None
    except ValueError:
        return None


def _count(value: Any) -> int | None:
    return int(str(value)) if str(value).isdecimal() and len(str(value)) < 16 else None


def _duration(value: Any) -> int | None:
    """Milliseconds of `3723`, `62:03` or `1:02:03`."""
    parts = str(value or "").strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(p.isascii() and p.isdigit() and len(p) < 7 for p in parts):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds * 1000 or None
