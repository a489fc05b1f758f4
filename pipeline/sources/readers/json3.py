"""YouTube's json3: events of segments, the line ends of the rolling window among them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.reading import Facts, Reading, repairs_of
from pipeline.values.transcript import Cue


def read_json3(value: Any) -> Reading | None:
    """The cues of json3; None if the value is something else."""
    events = value.get("events") if isinstance(value, Mapping) else None
    if not isinstance(events, list) or not any(isinstance(e, Mapping) and "tStartMs" in e for e in events):
        return None
    cues: list[Cue] = []
    counts: Counter[str] = Counter()
    spoken = False
    clock = 0
    for event in events:
        segments = event.get("segs") if isinstance(event, Mapping) else None
        words = [s for s in segments if isinstance(s, Mapping)] if isinstance(segments, list) else []
        spoken = spoken or any("acAsrConf" in s or "tOffsetMs" in s for s in words)
        text = "".join(s["utf8"] for s in words if isinstance(s.get("utf8"), str))
        if not text.strip():
            continue
        start = read_number(event.get("tStartMs", 0), 1)
        counts["missing time taken from the cue before"] += start is None
        clock = clock if start is None else start
        shown = read_number(event.get("dDurationMs"), 1)
        cues.append(Cue(start_ms=clock, end_ms=None if shown is None else clock + shown, text=text))
    facts = Facts(trust="automatic" if spoken else None)
    return Reading(cues=tuple(cues), facts=facts, repairs=repairs_of(counts), shape="YouTube json3")
