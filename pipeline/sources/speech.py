"""Speech heard where there are no captions, by faster-whisper from the extra `whisper`.

What comes out is a transcript as any other, and as little to be trusted as automatic captions. The model is loaded once
a process and used by one thread at a time: it takes all the processor there is.
"""

import threading
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import SettingsError
from pipeline.language.guessing import guess_language
from pipeline.sources.causes import CannotHear, NoSpeech, UnreadableFile
from pipeline.sources.ordering import put_in_order
from pipeline.sources.readers.facts import language_tag
from pipeline.values.sourcing import SpeechSettings
from pipeline.values.transcript import Cue, Transcript, Video

INSTALL = "Install it: pip install 'citenote[whisper]'. Or transcribe it some other way and give the file."
_ENDINGS = frozenset(
    [
        *(".mp3", ".m4a", ".m4b", ".aac", ".wav", ".flac", ".ogg", ".oga", ".opus", ".wma", ".aiff"),
        *(".mp4", ".m4v", ".mkv", ".webm", ".mov", ".avi", ".mpg", ".mpeg", ".ts", ".3gp"),
    ]
)
_MAGIC = (
    b"ID3",
    b"OggS",
    b"fLaC",
    b"\x1a\x45\xdf\xa3",
    b"RIFF",
    b"FORM",
    b"\xff\xfb",
    b"\xff\xf3",
    b"\xff\xf2",
    b"\xff\xf1",
)
_one_at_a_time = threading.Lock()


class Heard(NamedTuple):
    """What a transcriber heard: cues, and the language as a tag."""

    cues: tuple[Cue, ...]
    language: str


Transcribe = Callable[[Path, SpeechSettings], Heard]
"""The narrow function behind which faster-whisper is; raises our errors."""


def is_sound(path: Path) -> bool:
    """Whether a file is audio or video: by its first bytes, and by its ending where there is nothing to read."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head.startswith(_MAGIC) or head[4:8] == b"ftyp" or (path.suffix.lower() in _ENDINGS and b"\0" in head)


def hear(path: Path, video: Video, settings: SpeechSettings, transcribe: Transcribe | None = None) -> Transcript:
    """The transcript of what is said in an audio or video file.

    Args:
        path: the file.
        video: what is known of it.
        settings: the model and the language.
        transcribe: hears the file; by default faster-whisper does.

    Raises:
        CannotHear: faster-whisper is not installed.
        UnreadableFile: the file holds no sound that can be read.
        NoSpeech: nobody speaks in it.
        SettingsError: the model cannot be loaded.
    """
    heard = (transcribe or whisper)(path, settings)
    ordered = put_in_order(heard.cues)
    if not ordered.segments:
        raise NoSpeech(f"{path}: nobody speaks in it", remedy="Leave it out.")
    return Transcript(
        video=video,
        language=language_tag(heard.language) or guess_language(" ".join(s.text for s in ordered.segments[:400])),
        trust="automatic",
        segments=ordered.segments,
        repairs=ordered.repairs,
    )


def whisper(path: Path, settings: SpeechSettings) -> Heard:
    """What faster-whisper hears; errors as `hear`."""
    library = _library(path)
    with _one_at_a_time:
        model = _model(library, settings.model, settings.device, settings.compute_type)
        try:
            segments, info = model.transcribe(
                str(path), language=settings.language, vad_filter=True, condition_on_previous_text=False
            )
            return Heard(cues_of(segments), str(info.language))  # the segments are heard as they are asked for
        except (OSError, ValueError, LookupError) as error:  # of the decoder: its errors are of these classes
            raise UnreadableFile(
                f"{path}: no sound that can be read ({type(error).__name__})", remedy="Convert it to mp3 or wav."
            ) from error


def cues_of(segments: Iterable[Any]) -> tuple[Cue, ...]:
    """The segments of faster-whisper, with times in seconds, as cues."""
    return tuple(
        Cue(start_ms=round(s.start * 1000), end_ms=round(s.end * 1000), text=str(s.text).strip()) for s in segments
    )


def _library(path: Path) -> Any:
    try:
        return import_module("faster_whisper")
    except ImportError as error:
        raise CannotHear(
            f"{path}: is sound without captions, and faster-whisper, which could hear it, is not installed",
            remedy=INSTALL,
        ) from error


@cache
def _model(library: Any, name: str, device: str, compute_type: str) -> Any:
    try:
        return library.WhisperModel(name, device=device, compute_type=compute_type)
    except (OSError, ValueError, RuntimeError) as error:
        raise SettingsError(
            f"speech.model: {name} cannot be loaded ({type(error).__name__}: {str(error)[:200]})",
            remedy="Name a model of faster-whisper (tiny, base, small, …) that can be downloaded, or its folder.",
        ) from error
