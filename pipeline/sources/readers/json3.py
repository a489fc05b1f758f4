"""YouTube's json3: events of segments, the line ends of the rolling window among them."""

from collections.abc import Mapping
from typing import Any

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.reading import Facts, Reading
from pipeline.values.transcript import Cue


def read_json3(value: Any) -> Reading | None:
    """The cues of json3; None if the value is something else."""
    events = value.get("events") if isinstance(value, Mapping) else None
    if not isinstance(events, list) or not any(isinstance(e, Mapping) and "tStartMs" in e for e in events):
        return None
    cues: list[Cue] = []
    spoken = False
    for event in events:
        segments = event.get("segs") if isinstance(event, Mapping) else None
        start = read_number(event.get("tStartMs", 0), 1) if isinstance(event, Mapping) else None
        if not isinstance(segments, list) or start is None:
            continue
        words = [s for s in segments if isinstance(s, Mapping) and isinstance(s.get("utf8"), str)]
        text = "".join(s["utf8"] for s in words)
        spoken = spoken or any("acAsrConf" in s or "tOffsetMs" in s for s in words)
        if text.strip():
            shown = read_number(event.get("dDurationMs"), 1)
            cues.append(Cue(start_ms=start, end_ms=None if shown is None else start + shown, text=text))
    return Reading(cues=tuple(cues), facts=Facts(trust="automatic" if spoken else None))
