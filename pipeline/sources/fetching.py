"""Fetching: one thing asked for in, its transcript out, politely and at most once.

Files are read. YouTube is asked through its gate, by one thread at a time; what passes is tried again, and once it
refuses us nothing more is asked of it. What was fetched or heard is kept and not fetched or heard again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.errors import CitenoteError, SettingsError, SourceError, TransientError
from pipeline.sources import ytdlp
from pipeline.sources.causes import AgeRestricted, BadAnswer, CannotHear, LeftOut, NoCaptions, TokenRequired
from pipeline.sources.episodes import episode_key, fetch_episode
from pipeline.sources.files import read_transcript_file
from pipeline.sources.filters import Done, known_of, refusal
from pipeline.sources.gate import Forgetful, Gate, Timing
from pipeline.sources.hearing import Sound, hear_episode, hear_file, hear_video, heard_key, named_as_file, sound_key
from pipeline.sources.retrying import trying
from pipeline.sources.speech import Transcribe, is_sound
from pipeline.sources.wanted import Wanted
from pipeline.sources.youtube import fetch
from pipeline.sources.ytdlp_captions import fetch_by_ytdlp
from pipeline.values.sourcing import ListPolicy, SpeechSettings, YouTubeSettings
from pipeline.values.transcript import Transcript

_FALLEN_BACK = (BadAnswer, TokenRequired, AgeRestricted, TransientError)
"""What another way of asking may get round; a refusal it would only make worse."""


class Transcripts(Protocol):
    """Where fetched transcripts are kept. Called from several threads."""

    def transcript_under(self, key: str) -> Transcript | None:
        """The transcript under this key."""
        ...

    def keep_transcript(self, transcript: Transcript, *, key: str | None = None) -> None:
        """Stores a transcript durably before it returns."""
        ...


Get = Callable[[str, YouTubeSettings], Transcript]


@dataclass(frozen=True)
class Ways:
    """How the world is asked, and what of it is taken. `get` asks YouTube for one video, `also` where that fails."""

    get: Get = fetch
    also: Get = fetch_by_ytdlp
    transcribe: Transcribe | None = None
    """Hears a sound file; by default faster-whisper does."""
    lists: ListPolicy = field(default_factory=ListPolicy)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    done: Done = lambda _: False


def remembered(
    wanted: Wanted, settings: YouTubeSettings, kept: Transcripts, speech: SpeechSettings | None = None
) -> Transcript | None:
    """What can be had without asking anybody: the transcript in a file, or one that was fetched or heard before.

    Raises:
        SourceError: the file holds no usable transcript, or a list names something that is none.
    """
    if wanted.problem is not None:
        raise _error(wanted)
    hearing = speech or SpeechSettings()
    if wanted.path is not None:
        if not is_sound(wanted.path):
            return read_transcript_file(wanted.path, video_id=wanted.id, title=wanted.title, channel=wanted.channel)
        known = kept.transcript_under(sound_key(wanted.path, hearing))
        return named_as_file(known, wanted) if known else None
    key = _key(wanted, settings)
    known = kept.transcript_under(key)
    if known is None and hearing.captionless:
        known = kept.transcript_under(heard_key(key, hearing))
    return _named(known, wanted) if known else None


def _error(wanted: Wanted) -> CitenoteError:
    problem = wanted.problem
    error = SourceError(problem.message if problem else wanted.name, remedy=problem.remedy if problem else "")
    error.kind = problem.kind if problem else error.kind
    return error


def _key(wanted: Wanted, settings: YouTubeSettings) -> str:
    if wanted.episode is not None:
        return episode_key(wanted)
    translated = " translated" if settings.translate else ""
    return f"youtube {wanted.youtube_id} {','.join(settings.languages)}{translated}"


def _named(transcript: Transcript, wanted: Wanted) -> Transcript:
    """The transcript under the title and channel that a person gave; a list fills in what its source did not say."""
    named = {"title": wanted.title, "channel": wanted.channel, "id": wanted.id if wanted.episode else None}
    video, known = transcript.video, wanted.known
    silent = {
        "title": known.title if video.title == video.id else None,
        "channel": known.channel if not video.channel else None,
        "published": known.published if video.published is None else None,
    }
    update = {key: value for key, value in (*silent.items(), *named.items()) if value}
    return transcript.model_copy(update={"video": video.model_copy(update=update)})


class Fetching:
    """Fetches everything of one run.

    `sleep` waits for seconds and may raise to end the waiting. `gate` is that of YouTube; one that remembers nothing
    beyond this run where none is given.

    Raises:
        SettingsError: the fallback is not installed.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run, each with a usual value
        self,
        settings: YouTubeSettings,
        kept: Transcripts,
        *,
        fresh: bool,
        sleep: Callable[[float], None],
        gate: Gate | None = None,
        ways: Ways | None = None,
    ) -> None:
        if settings.fallback == "yt-dlp" and not ytdlp.is_installed():
            raise SettingsError("youtube.fallback: yt-dlp is not installed", remedy=ytdlp.INSTALL)
        self._settings = settings
        self._kept = kept
        self._fresh = fresh
        self._sleep = sleep
        self._gate = gate or Gate(settings, Forgetful(), Timing(sleep=sleep))
        self._ways = ways or Ways()

    def __call__(self, wanted: Wanted) -> Transcript:
        """The transcript of what is wanted.

        Raises:
            SourceError: it has no usable transcript; `LeftOut` if the filters of the lists do not want it.
            TransientError, BlockedError: its source cannot be asked for now.
        """
        transcript = self._remembered(wanted) or self._had(wanted)
        if wanted.listed:
            self._expect_wanted(transcript, wanted)
        return transcript

    def _remembered(self, wanted: Wanted) -> Transcript | None:
        is_read = wanted.problem is not None or (wanted.path is not None and not is_sound(wanted.path))
        return (
            None if self._fresh and not is_read else remembered(wanted, self._settings, self._kept, self._ways.speech)
        )

    def _had(self, wanted: Wanted) -> Transcript:
        if wanted.path is not None:
            return self._kept_as(sound_key(wanted.path, self._ways.speech), self._heard_file(wanted))
        asked = self._asked_for_episode if wanted.episode else self._asked_of_youtube
        key = _key(wanted, self._settings)
        try:
            return _named(self._kept_as(key, self._trying(asked, wanted)), wanted)
        except NoCaptions:
            if not self._ways.speech.captionless or (wanted.episode and not wanted.episode.audio):
                raise
        return _named(self._kept_as(heard_key(key, self._ways.speech), self._trying(self._heard, wanted)), wanted)

    def _kept_as(self, key: str, transcript: Transcript) -> Transcript:
        self._kept.keep_transcript(transcript, key=key)
        return transcript

    def _trying(self, ask: Callable[[Wanted], Transcript], wanted: Wanted) -> Transcript:
        try:
            transcript: Transcript = trying(self._settings.attempts, self._sleep)(ask, wanted)
        except _FALLEN_BACK as error:
            if wanted.youtube_id is None or self._settings.fallback == "none" or ask == self._heard:
                raise
            return self._fallen_back(wanted.youtube_id, error)
        return transcript

    def _fallen_back(self, video: str, error: CitenoteError) -> Transcript:
        try:
            with self._gate.turn():
                return self._ways.also(video, self._settings)
        except (SourceError, TransientError) as second:
            error.add_note(f"yt-dlp: {second.message}")
            raise error from second

    def _asked_of_youtube(self, wanted: Wanted) -> Transcript:
        with self._gate.turn():
            return self._ways.get(str(wanted.youtube_id), self._settings)

    def _asked_for_episode(self, wanted: Wanted) -> Transcript:
        from pipeline.sources.remote import Limits, fetch_bytes  # noqa: PLC0415 - imports requests

        episode = wanted.episode
        if episode is None:
            raise NoCaptions(wanted.name)
        most = int(self._ways.lists.most_mb * 1_000_000)
        limits = Limits(self._settings.timeout_s, most, episode.private)
        return fetch_episode(episode, wanted.known, lambda address: fetch_bytes(address, limits).body)

    def _heard_file(self, wanted: Wanted) -> Transcript:
        return hear_file(wanted, self._ways.speech, self._ways.transcribe)

    def _heard(self, wanted: Wanted) -> Transcript:
        ways = self._ways
        sound = Sound(self._settings, ways.speech, ways.transcribe, self._gate)
        if wanted.episode:
            return hear_episode(wanted.episode, wanted.known, sound)
        if not ytdlp.is_installed():
            raise CannotHear(
                f"{wanted.name}: its audio is downloaded by yt-dlp, which is not installed", remedy=ytdlp.INSTALL
            )
        return hear_video(str(wanted.youtube_id), sound)

    def _expect_wanted(self, transcript: Transcript, wanted: Wanted) -> None:
        reason = refusal(known_of(transcript), self._ways.lists)
        named = wanted.model_copy(update={"id": transcript.video.id})
        if reason is None and self._ways.lists.skip_done and self._ways.done(named):
            reason = "has notes already"
        if reason:
            raise LeftOut(f"{transcript.video.title}: {reason}", remedy="Change the filters below lists to take it.")
