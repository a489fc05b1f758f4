"""Long talks to measure on: a file, or the bundled lecture said again and again."""

import re
from pathlib import Path

from pipeline.sources.files import read_transcript_file
from pipeline.values.transcript import Segment, Transcript

HERE = Path(__file__).parent
LECTURE = HERE.parent / "examples/longitude-lecture.en.vtt"
SHARED = HERE.parents[1] / "shared/corpus/lexicap__ep309-large__en__whisper.vtt"
HOUR_MS = 3_600_000


def long_talk(hours: float = 5, *, varied: bool = False) -> Transcript:
    """The lecture repeated until it fills so many hours.

    Args:
        hours: at least so long.
        varied: each time names its own year before sentences, so that hardly any repeats another.
    """
    lecture = read_transcript_file(LECTURE)
    segments: list[Segment] = []
    for number, start in enumerate(range(0, int(hours * HOUR_MS), lecture.end_ms)):
        for s in lecture.segments:
            moved = {"number": len(segments), "start_ms": s.start_ms + start, "end_ms": s.end_ms + start}
            text = re.sub(r"(?<=[.?!] )(?=[A-Z])", f"In {1900 + number}, ", s.text) if varied else s.text
            segments.append(s.model_copy(update=moved | {"text": text}))
    video = lecture.video.model_copy(update={"duration_ms": None})
    return lecture.model_copy(update={"segments": tuple(segments), "video": video})


def real_talk(path: Path | None) -> tuple[Transcript, str]:
    """The talk of a file, else the five hours beside the project where they are, else the lecture; and what it is."""
    if path is None and SHARED.is_file():
        return read_transcript_file(SHARED), "a conversation of 5.2 h (Whisper captions)"
    if path is None:
        return long_talk(varied=True), "the bundled lecture, said again and again for five hours"
    return read_transcript_file(path), path.name


def first_hours(talk: Transcript, hours: float) -> Transcript:
    """The talk up to a time."""
    kept = tuple(s for s in talk.segments if s.end_ms <= hours * HOUR_MS)
    video = talk.video.model_copy(update={"duration_ms": None, "id": f"{talk.video.id[:20]}-{hours:g}h"})
    return talk.model_copy(update={"segments": kept, "video": video})


def stamped(talk: Transcript) -> str:
    """The talk as the seed's system sends it: a time before every cue."""
    return "\n".join(f"[{_clock(s.start_ms)}] {s.text}" for s in talk.segments)


def _clock(ms: int) -> str:
    return f"{ms // HOUR_MS:02}:{ms // 60_000 % 60:02}:{ms // 1_000 % 60:02}"
