"""Speech: sound files and their transcripts, with a scripted transcriber where the model would be.

No test runs a real model: that would have to be downloaded. What faster-whisper hands over is stood for by values of
the same fields.
"""

import struct
import sys
import wave
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from pipeline.errors import SettingsError
from pipeline.sources import causes, speech
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.speech import Heard, is_sound
from pipeline.sources.wanted import Wanted
from pipeline.store.store import Store
from pipeline.values.sourcing import SpeechSettings, YouTubeSettings
from pipeline.values.transcript import Cue
from tests.commands import EXAMPLES, citenote, rows

SETTINGS = SpeechSettings(model="a model")


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "My talk [dQw4w9WgXcQ].wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(b"".join(struct.pack("<h", n % 200) for n in range(8000)))
    return path


class Transcriber:
    """Hears what it was told to."""

    def __init__(self, *texts: str, language: str = "en") -> None:
        cues = (Cue(start_ms=n * 3_000, end_ms=n * 3_000 + 2_500, text=text) for n, text in enumerate(texts))
        self.heard = Heard(tuple(cues), language)
        self.files: list[Path] = []

    def __call__(self, path: Path, settings: SpeechSettings) -> Heard:
        assert settings == SETTINGS
        self.files.append(path)
        return self.heard


def fetching(store: Store, transcriber: Transcriber, *, fresh: bool = False) -> Fetching:
    ways = Ways(transcribe=transcriber, speech=SETTINGS)
    return Fetching(YouTubeSettings(), store, fresh=fresh, sleep=lambda _: None, ways=ways)


def test_a_sound_file_is_heard_once_and_told_from_its_name(talk: Path, tmp_path: Path) -> None:
    transcriber = Transcriber("The sea is deep.", "The moon pulls it.")
    with Store(tmp_path / "s.db") as store:
        transcript = fetching(store, transcriber)(Wanted(path=talk))
        video = transcript.video
        assert (video.id, video.title, video.url) == (
            "dQw4w9WgXcQ",
            "My talk",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        )
        assert [(s.start_ms, s.end_ms, s.text) for s in transcript.segments] == [
            (0, 2_500, "The sea is deep."),
            (3_000, 5_500, "The moon pulls it."),
        ]
        assert (transcript.trust, transcript.language) == ("automatic", "en")
        moved = talk.rename(tmp_path / "other.wav")
        again = fetching(store, transcriber)(Wanted(path=moved, title="Mine", channel="Ann"))
        assert (again.video.id, again.video.title, again.video.channel) == ("other", "Mine", "Ann")
        assert again.segments == transcript.segments
        assert len(transcriber.files) == 1  # known by its content
        fetching(store, transcriber, fresh=True)(Wanted(path=moved))
        assert len(transcriber.files) == 2


def test_silence_is_told(talk: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store, pytest.raises(causes.NoSpeech):
        fetching(store, Transcriber("[Music]"))(Wanted(path=talk))


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (b"ID3\x04\x00", "a.bin", True),
        (b"\x00\x00\x00\x20ftypisom", "a", True),
        (b"\x1a\x45\xdf\xa3", "a.webm", True),
        (b"OggS\x00", "a.opus", True),
        (b"WEBVTT\n\n", "a.mp3", False),
        (b"1\n00:00:01,000 -->", "a.srt", False),
        (b"plain words", "a.txt", False),
        (b"", "a.mp4", False),
        (b"\x00\x01\x02\x03", "a.ts", True),
    ],
)
def test_sound_is_known_by_what_is_in_the_file(tmp_path: Path, head: bytes, name: str, expected: bool) -> None:
    path = tmp_path / name
    path.write_bytes(head)
    assert is_sound(path) is expected


def test_no_transcript_of_the_examples_is_taken_for_sound() -> None:
    assert not any(is_sound(path) for path in EXAMPLES.iterdir() if path.is_file())


@pytest.mark.skipif("faster_whisper" in sys.modules, reason="the extra is installed here")
def test_without_the_extra_the_command_says_what_to_install(talk: Path) -> None:
    done = citenote("run", talk.name, "--json", folder=talk.parent)
    (row,) = rows(done)
    assert (done.returncode, row["error"]["kind"]) == (1, "cannot_hear")
    assert "pip install 'citenote[whisper]'" in row["error"]["message"]
    dry = citenote("run", talk.name, "--dry-run", folder=talk.parent)
    assert "would be heard by faster-whisper" in dry.stdout


@dataclass
class _Whisper:
    """Stands for the library: the same names, the same fields, the same classes of errors."""

    loading: Exception | None = None
    decoding: Exception | None = None
    asked: dict[str, Any] | None = None

    def module(self) -> ModuleType:
        made = ModuleType("faster_whisper")
        made.WhisperModel = self.load  # type: ignore[attr-defined] # a module of our own
        return made

    def load(self, name: str, **options: Any) -> Any:
        if self.loading:
            raise self.loading
        self.asked = {"name": name, **options}
        return SimpleNamespace(transcribe=self.transcribe)

    def transcribe(self, path: str, **options: Any) -> Any:
        if self.decoding:
            raise self.decoding
        assert Path(path).is_file()
        assert self.asked is not None
        self.asked |= options
        parts = (
            SimpleNamespace(start=0.5, end=2.25, text=" The sea is deep."),
            SimpleNamespace(start=3, end=4, text=""),
        )
        return iter(parts), SimpleNamespace(language="de")


def whisper(monkeypatch: pytest.MonkeyPatch, library: _Whisper) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", library.module())
    speech._model.cache_clear()


def test_what_faster_whisper_hands_over_becomes_cues(talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Whisper()
    whisper(monkeypatch, library)
    heard = speech.whisper(talk, SpeechSettings(model="tiny", language="de", device="cpu"))
    assert heard.language == "de"
    assert heard.cues[0] == Cue(start_ms=500, end_ms=2_250, text="The sea is deep.")
    assert library.asked is not None
    assert (library.asked["name"], library.asked["device"], library.asked["language"]) == ("tiny", "cpu", "de")


@pytest.mark.parametrize(
    ("library", "expected"),
    [
        (_Whisper(loading=ValueError("Invalid model size")), SettingsError),
        (_Whisper(loading=FileNotFoundError("no snapshot")), SettingsError),
        (_Whisper(loading=RuntimeError("no CUDA")), SettingsError),
        (_Whisper(decoding=ValueError("Invalid data")), causes.UnreadableFile),
        (_Whisper(decoding=IndexError("no audio stream")), causes.UnreadableFile),
    ],
)
def test_what_goes_wrong_in_it_has_its_error(
    talk: Path, monkeypatch: pytest.MonkeyPatch, library: _Whisper, expected: type[Exception]
) -> None:
    whisper(monkeypatch, library)
    with pytest.raises(expected) as caught:
        speech.whisper(talk, SpeechSettings())
    assert getattr(caught.value, "remedy", "")
