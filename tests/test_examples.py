"""The transcripts in examples/: true to their shapes, read whole, and read once."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.sources.files import read_transcript_file
from pipeline.values.transcript import Transcript

EXAMPLES = Path(__file__).parents[1] / "examples"
LECTURE = EXAMPLES / "longitude-lecture.en.vtt"
INTERVIEW = EXAMPLES / "chronometer-interview.en.srt"
GPS = EXAMPLES / "gps-time.en.vtt"
ALL = (LECTURE, INTERVIEW, GPS)

# A cue of 10 ms in rolling captions repeats one finished line and nothing else: together they are the words said.
FILLER = re.compile(r"^(\S+) --> (\S+) align:start position:0%\n(?P<line>.+)\n $", re.MULTILINE)


def said_in(path: Path) -> list[str]:
    """The words that the file holds, found without our readers."""
    text = path.read_text(encoding="utf-8")
    if path == GPS:
        lines = [m["line"] for m in FILLER.finditer(text) if milliseconds(m[2]) - milliseconds(m[1]) == 10]
    else:
        body = text.partition("\n\n")[2] if path == LECTURE else text
        lines = [line for line in body.splitlines() if "-->" not in line and not line.isdigit()]
    joined = re.sub(r"\[music\]|\(laughter\)|>> [A-Z]\w+ [A-Z]\w+:", " ", " ".join(lines))
    return joined.split()


def milliseconds(clock: str) -> int:
    hours, minutes, seconds = clock.replace(",", ".").split(":")
    return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)


def words_of(transcript: Transcript) -> list[str]:
    return " ".join(segment.text for segment in transcript.segments).split()


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_the_words_read_are_the_words_in_the_file_each_once(path: Path) -> None:
    assert words_of(read_transcript_file(path)) == said_in(path)


@pytest.mark.parametrize(
    ("path", "words", "minutes"),
    [(LECTURE, 2500, 15), (INTERVIEW, 1000, 6), (GPS, 800, 5)],
    ids=["lecture", "interview", "gps"],
)
def test_examples_are_as_long_as_talk_of_their_length(path: Path, words: int, minutes: int) -> None:
    transcript = read_transcript_file(path)
    assert len(said_in(path)) >= words
    assert transcript.segments[-1].end_ms >= minutes * 60_000
    spoken_a_minute = len(said_in(path)) / (transcript.segments[-1].end_ms / 60_000)
    assert 140 <= spoken_a_minute <= 175


@pytest.mark.parametrize(
    ("path", "title", "channel"),
    [
        (LECTURE, "Longitude, Railway Time and the Atomic Clock", "Harbour Hall Lectures"),
        (INTERVIEW, "Inside a Marine Chronometer: Iwan Sefton, Restorer", "Small Hours Workshop"),
        (GPS, "How GPS Satellites Keep Time", "Harbour Hall Lectures"),
    ],
    ids=["lecture", "interview", "gps"],
)
def test_sidecars_name_the_video(path: Path, title: str, channel: str) -> None:
    transcript = read_transcript_file(path)
    assert transcript.video.id == path.name.partition(".")[0]
    assert (transcript.video.title, transcript.video.channel) == (title, channel)
    assert transcript.language == "en"
    assert transcript.video.published is not None
    assert transcript.video.duration_ms is not None
    assert abs(transcript.video.duration_ms - transcript.segments[-1].end_ms) < 10_000


def test_only_the_automatic_captions_have_chapters() -> None:
    assert [c.title for c in read_transcript_file(GPS).video.chapters] == [
        "Clocks in orbit",
        "Einstein in the software",
        "Leap seconds",
    ]
    assert read_transcript_file(LECTURE).video.chapters == read_transcript_file(INTERVIEW).video.chapters == ()


def test_the_interview_has_two_speakers_who_take_turns() -> None:
    speakers = [segment.speaker for segment in read_transcript_file(INTERVIEW).segments]
    assert set(speakers) == {"Nora Pell", "Iwan Sefton"}
    assert sum(before != after for before, after in pairwise(speakers)) >= 20


def test_rolling_captions_are_known_to_be_automatic() -> None:
    assert read_transcript_file(GPS).trust == "automatic"


@pytest.mark.parametrize("path", [LECTURE, INTERVIEW], ids=lambda path: path.name)
def test_manual_captions_keep_to_what_a_screen_holds(path: Path) -> None:
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    lines = [block.partition(" --> ")[2].strip().splitlines()[1:] for block in blocks if "-->" in block]
    assert all(1 <= len(cue) <= 2 for cue in lines)
    assert max(len(line) for cue in lines for line in cue) <= 42


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_no_citation_can_lead_to_a_strangers_video(path: Path) -> None:
    sidecar = json.loads((EXAMPLES / f"{path.name.partition('.')[0]}.info.json").read_text(encoding="utf-8"))
    assert len(sidecar["id"]) != 11
    assert "webpage_url" not in sidecar
    assert read_transcript_file(path).video.url is None


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["John Harrison", "marine chronometer", "atomic clock", "Greenwich", "GPS"])
def test_names_that_notes_link_by_come_up_in_every_video(path: Path, name: str) -> None:
    assert name.casefold() in " ".join(words_of(read_transcript_file(path))).casefold()
