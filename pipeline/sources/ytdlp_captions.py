"""The transcript of a video as yt-dlp gets it: its captions, and what it knows of the video."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline.sources import ytdlp
from pipeline.sources.addresses import watch_page
from pipeline.sources.caption_bodies import cues_in
from pipeline.sources.causes import HEAR, NoCaptions, NoSpeech
from pipeline.sources.chapters import chapters_in
from pipeline.sources.cleaning import clean_line
from pipeline.sources.ordering import Ordered, put_in_order
from pipeline.sources.readers.facts import facts_of, language_tag
from pipeline.sources.tracks import Track, best_track
from pipeline.values.sourcing import YouTubeSettings
from pipeline.values.transcript import Chapter, Transcript, Video

_UNTITLED = re.compile(r"<Untitled Chapter \d+>")  # what yt-dlp puts before the first one
_FORMATS = ("json3", "vtt", "srv3", "srv1", "ttml")  # the first two have the time of each word


def fetch_by_ytdlp(video: str, settings: YouTubeSettings) -> Transcript:
    """The transcript of a video, in the best of its languages.

    Raises:
        SourceError: there is no transcript to be had; the subclass says why.
        BlockedError, TransientError: YouTube cannot be asked for now.
        SettingsError: yt-dlp is not installed, or the proxy cannot be used.
    """
    info = ytdlp.described(video, settings)
    track = best_track(list(_tracks(info)), settings)
    if track is None:
        raise NoCaptions(f"{watch_page(video)} has no captions in any language", remedy=HEAR)
    ordered = put_in_order(cues_in(ytdlp.body_of(track.handle, settings), video))
    if not ordered.segments:
        raise NoSpeech(f"Nobody speaks in the captions of {watch_page(video)}", remedy="Leave this video out.")
    return Transcript(
        video=video_of(info, video, ordered),
        language=language_tag(track.language) or "und",
        trust=track.trust,
        segments=ordered.segments,
        repairs=ordered.repairs,
    )


def video_of(info: Mapping[str, Any], video: str, ordered: Ordered | None = None) -> Video:
    """What yt-dlp's description says of a video."""
    facts = facts_of({**info, "author": None})
    description = info.get("description")
    told = chapters_in(description) if isinstance(description, str) else ()
    marked = tuple(c for c in facts.chapters if not _UNTITLED.fullmatch(c.title))
    chapters = told or tuple(Chapter(start_ms=c.start_ms, title=clean_line(c.title)) for c in marked)
    return Video(
        id=video,
        title=clean_line(facts.title or "") or video,
        channel=clean_line(facts.channel or ""),
        url=watch_page(video),
        published=facts.published,
        duration_ms=facts.duration_ms,
        chapters=chapters,
        speakers=tuple(dict.fromkeys(s.speaker for s in (ordered.segments if ordered else ()) if s.speaker)),
    )


def _tracks(info: Mapping[str, Any]) -> Iterator[Track[str]]:
    """The tracks with the address of each; yt-dlp names what YouTube heard `en-orig` beside translations into `en`."""
    for name, formats in _named(info, "subtitles"):
        if address := _address(formats):
            yield Track(name, "manual", address)
    for name, formats in _named(info, "automatic_captions"):
        if address := _address(formats):
            translated = "tlang" in parse_qs(urlsplit(address).query)
            yield Track(name.removesuffix("-orig"), "translated" if translated else "automatic", address)


def _named(info: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    found = info.get(kind)
    if isinstance(found, dict):
        yield from ((str(name), formats) for name, formats in found.items() if name != "live_chat")


def _address(formats: Any) -> str | None:
    by_format = (
        {f.get("ext"): f.get("url") for f in formats if isinstance(f, dict)} if isinstance(formats, list) else {}
    )
    return next((url for name in _FORMATS if isinstance(url := by_format.get(name), str)), None)
