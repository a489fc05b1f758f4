"""Transcripts from YouTube through youtube-transcript-api.

Neither requests nor the client is imported before something is fetched. A client serves one call and is then closed:
it may not be shared between threads. Retrying and the pace between videos are the caller's.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.sources.addresses import WHOLE, video_id, watch_page, why_no_video
from pipeline.sources.causes import HEAR, InvalidVideo, NoCaptions, NoSpeech
from pipeline.sources.chapters import chapters_in
from pipeline.sources.cleaning import clean_line
from pipeline.sources.ordering import Ordered, put_in_order
from pipeline.sources.readers.facts import language_tag
from pipeline.sources.tracks import Track, best_track
from pipeline.values.sourcing import YouTubeSettings
from pipeline.values.transcript import Repair, Transcript, Video

if TYPE_CHECKING:
    from youtube_transcript_api import Transcript as VendorTrack

    from pipeline.sources.youtube_client import Conversation, TimedSession

__all__ = ["fetch", "video_id"]


def fetch(video: str, settings: YouTubeSettings, session: "TimedSession | None" = None) -> Transcript:
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
        raise InvalidVideo(f"{video}: {why_no_video(video)}", remedy=WHOLE)
    with youtube_client.conversation(identity, settings, session) as talk:
        choice = best_track(list(_offered(list(talk.tracks()))), settings)
        if choice is None:
            raise NoCaptions(f"{watch_page(identity)} has no captions in any language", remedy=HEAR)
        ordered = put_in_order(talk.cues(choice.handle()))
        if not ordered.segments:
            raise NoSpeech(f"Nobody speaks in the captions of {watch_page(identity)}", remedy="Leave this video out.")
        return _transcript(identity, choice, ordered, talk)


def _offered(tracks: "Sequence[VendorTrack]") -> Iterator[Track["Callable[[], VendorTrack]"]]:
    """The tracks, and every translation of them; a translation is made by fetching it."""
    for track in tracks:
        yield Track(track.language_code, "automatic" if track.is_generated else "manual", partial(_itself, track))
    for track in sorted(tracks, key=lambda t: t.is_generated):
        for into in track.translation_languages if track.is_translatable else ():
            code = into.language_code
            yield Track(code, "translated", partial(track.translate, code))


def _itself(track: "VendorTrack") -> "VendorTrack":
    return track


def _transcript(identity: str, choice: Track[Any], ordered: Ordered, talk: "Conversation") -> Transcript:
    details = talk.details
    foreign = details.id not in (None, identity)
    title = None if foreign else details.title
    return Transcript(
        video=Video(
            id=identity,
            title=clean_line(title or "") or identity,
            channel="" if foreign else clean_line(details.channel or ""),
            url=watch_page(identity),
            published=talk.published,
            duration_ms=None if foreign else details.duration_ms,
            chapters=() if foreign else chapters_in(details.description),
            speakers=tuple(dict.fromkeys(s.speaker for s in ordered.segments if s.speaker)),
        ),
        language=language_tag(choice.language) or "und",
        trust=choice.trust,
        segments=ordered.segments,
        repairs=(*ordered.repairs, *((Repair(kind="answer names another video", count=1),) if foreign else ())),
    )
