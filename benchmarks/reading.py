"""Reading in time proportional to size: `python -m benchmarks.reading` writes benchmarks/READING.md.

The talk is the bundled lecture, said again and again: one hour (n), four hours (4n), eight hours. Every shape that
citenote writes is read back, and so are rolling captions, hostile text and a file of 30 MB. A ratio of 4 is linear.
"""

import argparse
import platform
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.sources.files import read_text, read_transcript_file
from pipeline.sources.ordering import put_in_order
from pipeline.sources.writing.shapes import WRITERS
from pipeline.sources.writing.stamps import clock
from pipeline.values.transcript import Segment, Transcript

HERE = Path(__file__).parent
LECTURE = HERE.parent / "examples/longitude-lecture.en.vtt"
HOUR_MS = 3_600_000
LARGE = 30_000_000
HOSTILE = {
    "`<` in one cue": "<",
    "`&` in one cue": "&",
    "`[` in one cue": "[",
    "`>> ` in one cue": ">> ",
    "`Aa: ` in one cue": "Aa: ",
    "`{\\` in one cue": "{\\",
    "`1:00 ` in one cue": "1:00 ",
    "`<v a>` in one cue": "<v a>",
}


def talk_of(hours: float) -> Transcript:
    """The lecture repeated until it fills these hours."""
    lecture = read_transcript_file(LECTURE)
    segments: list[Segment] = []
    for start in range(0, int(hours * HOUR_MS), lecture.end_ms):
        for s in lecture.segments:
            moved = {"number": len(segments), "start_ms": s.start_ms + start, "end_ms": s.end_ms + start}
            segments.append(s.model_copy(update=moved))
    video = lecture.video.model_copy(update={"duration_ms": None})
    return lecture.model_copy(update={"segments": tuple(segments), "video": video})


def rolling(talk: Transcript) -> str:
    """What YouTube makes of automatic captions: each line shown twice, with times of words."""
    out = ["WEBVTT\nKind: captions\nLanguage: en\n"]
    for before, s in pairwise(talk.segments):
        words = s.text.replace("&", "&amp;").replace("<", "&lt;").split()
        line = words[0] + "".join(f"<{clock(s.start_ms + 1)}><c> {word}</c>" for word in words[1:])
        out.append(f"{clock(s.start_ms)} --> {clock(s.end_ms - 10)} align:start position:0%\n{before.text}\n{line}\n")
        out.append(f"{clock(s.end_ms - 10)} --> {clock(s.end_ms)} align:start position:0%\n{s.text}\n \n")
    return "\n".join(out)


SHAPES: dict[str, Callable[[Transcript], str]] = {**WRITERS, "vtt, rolling": rolling}


def seconds_to_read(text: str) -> float:
    """Seconds from text to segments, the better of two."""
    return min(_once(text) for _ in range(2))


def _once(text: str) -> float:
    begin = time.process_time()
    try:
        reading = read_text(text, "benchmark")
        put_in_order(reading.cues, reading.repairs, one_clock=not reading.tracks)
    except SourceError:
        pass  # what is refused must be refused as quickly
    return time.process_time() - begin


def _row(name: str, small: str, large: str) -> str:
    one, four = seconds_to_read(small), seconds_to_read(large)
    speed = len(large.encode()) / four / 1e6
    figures = f"{one * 1e3:.0f} | {four * 1e3:.0f} | {four / one:.1f} | {speed:.1f}"
    return f"| {name} | {len(large.encode()) / 1e6:.2f} | {figures} |"


def rows() -> Iterator[str]:
    """A row for each shape and for each hostile text."""
    hour, four = talk_of(1), talk_of(4)
    for name, write in SHAPES.items():
        yield _row(name, write(hour), write(four))
    for name, piece in HOSTILE.items():
        texts = [f"WEBVTT\n\n00:01.000 --> 00:02.000\nso {piece * (n // len(piece))}\n" for n in (500_000, 2_000_000)]
        yield _row(name, *texts)


def large_rows() -> Iterator[str]:
    """Eight hours and 30 MB of some shapes."""
    talk = talk_of(8)
    for name in ("vtt, rolling", "json3"):
        text = SHAPES[name](talk)
        eight = seconds_to_read(text)
        hours = max(8, round(8 * LARGE / len(text.encode())))
        large = SHAPES[name](talk_of(hours))
        megabytes = len(large.encode()) / 1e6
        yield f"| {name} | {len(text.encode()) / 1e6:.2f} | {eight:.2f} | {megabytes:.1f} | {_once(large):.1f} |"


def report() -> str:
    """The results as Markdown."""
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    lines = [
        "# Reading",
        f"`python -m benchmarks.reading`, {machine}. Seconds of one core, from text to segments in order.",
        "## Every shape, one hour (n) and four (4n)",
        "A hostile text is half a megabyte (n) and two (4n) of one piece in a single cue.",
        "\n".join(
            ["| shape | MB at 4n | ms at n | ms at 4n | ratio | MB a second |", "|---|---|---|---|---|---|", *rows()]
        ),
        "## Eight hours, and 30 MB",
        "\n".join(["| shape | MB of 8 h | s | MB | s |", "|---|---|---|---|---|", *large_rows()]),
    ]
    return "\n\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "READING.md", help="where the table is written")
    told = report()
    parser.parse_args().out.write_text(told, encoding="utf-8")
    print(told)


if __name__ == "__main__":
    main()
