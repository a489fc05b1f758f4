"""MicroDVD, `{25}{75}text|second line`, which counts frames, and MPL2, `[10][30]text`, which counts tenths."""

import re
from collections import Counter

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.reading import Reading, repairs_of
from pipeline.values.transcript import Cue

_LINE = re.compile(
    r"[ \t]*(?:\{[ ]?([0-9]{1,9})[ ]?\}\{[ ]?([0-9]{0,9})[ ]?\}|\[([0-9]{1,9})\]\[([0-9]{0,9})\])([^\n]*)"
)
_RATE = re.compile(r"[ \t]*([0-9]{2,3}(?:\.[0-9]{1,6})?)[ \t]*")
_STYLE = re.compile(r"\{[A-Za-z]:[^{}\n]{0,200}\}")
_USUAL_RATE = 25.0
_LEAST_RATE = 1.0


def looks_like_frame_lines(head: str) -> bool:
    """Whether the first lines are of MicroDVD or MPL2."""
    lines = [line for line in head.split("\n")[:20] if line.strip()]
    return len(lines) > 0 and sum(_LINE.match(line) is not None for line in lines) * 2 > len(lines)


def read_frame_lines(text: str) -> Reading:
    """The cues of the lines; the rate of frames is what the first line states, else 25 a second."""
    counts: Counter[str] = Counter()
    cues: list[Cue] = []
    frame_ms: float | None = None
    in_frames = False
    for line in text.split("\n"):
        found = _LINE.match(line)
        if found is None:
            if line.strip() and cues:
                last = cues[-1]
                cues[-1] = Cue(start_ms=last.start_ms, end_ms=last.end_ms, text=f"{last.text}\n{line}")
            continue
        in_frames = found[1] is not None
        if in_frames and frame_ms is None:
            stated = _RATE.fullmatch(found[5])
            is_rate = stated is not None and float(stated[1]) >= _LEAST_RATE
            frame_ms = 1000 / (float(stated[1]) if stated and is_rate else _USUAL_RATE)
            counts["rate of frames not stated, 25 a second taken"] = not is_rate
            if is_rate:
                continue
        unit = frame_ms if in_frames and frame_ms else 100.0
        start, end = (read_number(float(n), unit) if n else None for n in (found[1] or found[3], found[2] or found[4]))
        words = "\n".join(part.lstrip("/ ") for part in _STYLE.sub("", found[5]).split("|"))
        cues.append(Cue(start_ms=start or 0, end_ms=end, text=words))
    return Reading(cues=tuple(cues), repairs=repairs_of(counts), shape="MicroDVD" if in_frames else "MPL2")
