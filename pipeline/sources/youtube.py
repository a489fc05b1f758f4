"""Transcripts from YouTube through youtube-transcript-api.

Neither requests nor the client is imported before something is fetched. A client serves one call and is then closed:
it may not be shared between threads. Retrying and the pace between videos are the caller's.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.language.stopwords import primary_subtag
from pipeline.settings import YouTubeSettings
from pipeline.sources.addresses import video_id, watch_page
from pipeline.sources.causes import BY_FILE, InvalidVideo, NoCaptions, NoSpeech
from pipeline.sources.cleaning import clean_line
from pipeline.sources.ordering import Ordered, put_in_order
from pipeline.sources.readers.facts import language_tag
from pipeline.values.transcript import Repair, Transcript, Video

if TYPE_CHECKING:
    from requests import Session
    from youtube_transcript_api import Transcript as Track

    from pipeline.sources.youtube_client import Details

__all__ = ["fetch", "video_id"]


def fetch(video: str, settings: YouTubeSettings, session: "Session | None" = None) -> Transcript:
    """The transcript of a video, in the best of its languages.

    Args:
        video: id of eleven characters, or an address that holds one.
        settings: languages, proxy and timeout.
        session: used instead of a new one, and left open; it must belong to this thread.

    Raises:
        SourceError: there is no transcript to be had; the subclass says why.
        BlockedError: YouTube refuses this network for now.
        TransientError: trouble that may pass.
        SettingsError: the proxy of the settings cannot be used.
    """
    from pipeline.sources import youtube_client  # noqa: PLC0415 - imports requests, which start-up must not wait for

    identity = video_id(video)
    if identity is None:
        raise InvalidVideo(
            f"{video!r} is no YouTube video: an id has eleven characters",
            remedy="Give the whole address or the whole id; write an id that begins with - as its address.",
        )
    with youtube_client.conversation(identity, settings, session) as talk:
        track = choose_track(list(talk.tracks()), settings.languages)
        if track is None:
            raise NoCaptions(f"{watch_page(identity)} has no captions in any language", remedy=BY_FILE)
        ordered = put_in_order(talk.cues(track))
        if not ordered.segments:
            raise NoSpeech(f"Nobody speaks in the captions of {watch_page(identity)}", remedy="Leave this video out.")
        return _transcript(identity, track, ordered, talk.details)


def choose_track(tracks: "Sequence[Track]", languages: Sequence[str]) -> "Track | None":
    """The track of the first preferred language that exists, made by a person rather than by speech recognition.

    A region counts less than the language: `en` is met by `en-GB` when there is no `en`. When no preferred language
    exists, the language that is spoken is taken, which is that of the automatic captions.
    """
    by_hand = [t for t in tracks if not t.is_generated]
    generated = [t for t in tracks if t.is_generated]
    for wanted in (*languages, *(t.language_code for t in generated)):
        for same in (_same_tag, _same_language):
            for track in (*by_hand, *generated):
                if same(track.language_code, wanted):
                    return track
    return next(iter((*by_hand, *generated)), None)


def _same_tag(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _same_language(one: str, other: str) -> bool:
    return primary_subtag(one) == primary_subtag(other)


def _transcript(identity: str, track: "Track", ordered: Ordered, details: "Details") -> Transcript:
    foreign = details.id not in (None, identity)
    title = None if foreign else details.title
    return Transcript(
        video=Video(
            id=identity,
            title=clean_line(title or "") or identity,
            channel="" if foreign else clean_line(details.channel or ""),
            url=watch_page(identity),
            published=details.published,
            duration_ms=None if foreign else details.duration_ms,
            speakers=tuple(dict.fromkeys(s.speaker for s in ordered.segments if s.speaker)),
        ),
        language=language_tag(track.language_code) or "und",
        trust="automatic" if track.is_generated else "manual",
        segments=ordered.segments,
        repairs=(*ordered.repairs, *((Repair(kind="answer names another video", count=1),) if foreign else ())),
    )
