"""What is heard, and what is known of it: sound files, captionless videos, episodes without a transcript."""

import tempfile
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from pipeline.sources import ytdlp
from pipeline.sources.addresses import YOUTUBE_ID, video_id, watch_page
from pipeline.sources.causes import UnreadableFile
from pipeline.sources.cleaning import clean_line
from pipeline.sources.episodes import video_of_episode
from pipeline.sources.gate import Gate
from pipeline.sources.naming import facts_of_name, slug, stem_of
from pipeline.sources.readers.reading import Facts
from pipeline.sources.sidecar import sidecar_facts
from pipeline.sources.speech import Transcribe, hear
from pipeline.sources.wanted import Episode, Known, Wanted
from pipeline.sources.ytdlp_captions import video_of
from pipeline.values.sourcing import SpeechSettings, YouTubeSettings
from pipeline.values.transcript import Transcript, Video


def heard_key(what: str, settings: SpeechSettings) -> str:
    """What a heard transcript is remembered under."""
    return f"{what} heard by {settings.model} {settings.language or ''}".strip()


def sound_key(path: Path, settings: SpeechSettings) -> str:
    """What the transcript of a sound file is remembered under: its content.

    Raises:
        UnreadableFile: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()[:32]
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}", remedy="Check the path and its permissions.") from error
    return heard_key(f"sound {digest}", settings)


def hear_file(wanted: Wanted, settings: SpeechSettings, transcribe: Transcribe | None) -> Transcript:
    """The transcript of a sound file; errors as `speech.hear`."""
    path = wanted.path or Path()
    return hear(path, _video_of_file(path, wanted), settings, transcribe)


def named_as_file(transcript: Transcript, wanted: Wanted) -> Transcript:
    """A remembered transcript of a sound under what this file's name and options say of it."""
    return transcript.model_copy(update={"video": _video_of_file(wanted.path or Path(), wanted)})


class Sound(NamedTuple):
    """How sound is downloaded and heard."""

    youtube: YouTubeSettings
    speech: SpeechSettings
    transcribe: Transcribe | None
    gate: Gate

    @property
    def most_bytes(self) -> int:
        """The longest audio that is downloaded."""
        return int(self.speech.most_mb * 1_000_000)


def hear_video(video: str, sound: Sound) -> Transcript:
    """The transcript of a YouTube video from its sound; errors as `speech.hear` and `ytdlp.asking`."""
    with tempfile.TemporaryDirectory(prefix="citenote-") as folder:
        with sound.gate.turn():
            info, path = ytdlp.audio_of(watch_page(video), Path(folder), sound.youtube, most_bytes=sound.most_bytes)
        return hear(path, video_of(info, video), sound.speech, sound.transcribe)


def hear_episode(episode: Episode, known: Known, sound: Sound) -> Transcript:
    """The transcript of an episode from its sound; errors as `speech.hear` and `remote.fetch_into`."""
    from pipeline.sources.remote import Limits, fetch_into  # noqa: PLC0415 - imports requests

    limits = Limits(sound.youtube.timeout_s, sound.most_bytes, episode.private)
    with tempfile.TemporaryDirectory(prefix="citenote-") as folder:
        path = Path(folder) / "audio"
        fetch_into(str(episode.audio), path, limits)
        return hear(path, video_of_episode(episode, known), sound.speech, sound.transcribe)


def _video_of_file(path: Path, wanted: Wanted) -> Video:
    beside, _ = sidecar_facts(path)
    given = Facts(
        id=video_id(wanted.id) or wanted.id if wanted.id else None, title=wanted.title, channel=wanted.channel
    )
    stem = stem_of(path.stem)
    facts = given.over(beside).over(facts_of_name(path.stem))
    is_youtube = bool(facts.id and YOUTUBE_ID.fullmatch(facts.id))
    identity = str(facts.id) if is_youtube else slug(facts.id or stem)
    return Video(
        id=identity,
        title=clean_line(facts.title or "") or identity,
        channel=clean_line(facts.channel or ""),
        url=watch_page(identity) if is_youtube else None,
        published=facts.published,
        duration_ms=facts.duration_ms,
        chapters=facts.chapters,
    )
