"""Lists of timed items in JSON: youtube-transcript-api and its many relatives, Whisper, timed words.

The shapes differ in the names of four things (text, start, end or duration, speaker), in the unit of time, and in what
is wrapped around the list. One table of names reads them all.
"""

from collections.abc import Mapping
from statistics import median
from typing import Any

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.facts import facts_of
from pipeline.sources.readers.reading import Reading
from pipeline.sources.readers.timed_words import Word, join_words
from pipeline.values.transcript import Cue, Repair

Item = Mapping[str, Any]

_TEXT = ("text", "content", "snippet", "line", "caption", "sentence", "transcript", "body", "word")
_START = ("start", "startTime", "start_time", "begin", "from", "time", "timestamp", "t")
_START_MS = ("startMs", "start_ms", "startTimeMs", "tStartMs", "offsetMs", "offset_ms", "start_time_ms", "startMillis")
_END = ("end", "endTime", "end_time", "to", "stop")
_END_MS = ("endMs", "end_ms", "endTimeMs", "end_time_ms")
_DURATION = ("duration", "dur", "length")
_DURATION_MS = ("durationMs", "duration_ms", "dDurationMs")
_SPEAKER = ("speaker", "speaker_label", "speakerName", "voice")
_DEPTH = 8
_LEAST_MS_PER_CHARACTER = 2.0
"""Speech takes 0.03 to 0.3 seconds a character: numbers that are a hundred times as large are milliseconds."""


def find_items(value: Any, depth: int = 0) -> list[Item] | None:
    """The first list, outermost first, with items that have a text and a time."""
    if isinstance(value, list):
        items = [_flat(item) for item in value if isinstance(item, dict)]
        if any(_first(i, _TEXT) is not None and _has_time(i) for i in items):
            return items
    if depth < _DEPTH:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for child in list(inner)[:50]:
            if isinstance(child, dict | list) and (found := find_items(child, depth + 1)) is not None:
                return found
    return None


def read_items(value: Any) -> Reading | None:
    """The cues of the first list of timed items; None if there is none."""
    items = find_items(value) or (find_items([value]) if isinstance(value, dict) else None)
    if items is None:
        return None
    units = {name: _unit(items, name) for name in (*_START, "offset")}
    cues: list[Cue] = []
    untimed = 0
    clock = 0
    for item in items:
        text = _first(item, _TEXT)
        if not isinstance(text, str) or not text.strip():
            continue
        start, end = _times(item, units)
        untimed += start is None
        clock = start if start is not None else clock
        cues.append(Cue(start_ms=clock, end_ms=end, text=text, speaker=_speaker(item)))
        clock = max(clock, end or 0)
    if all("word" in item and _first(item, _TEXT) is item["word"] for item in items):
        cues = join_words(Word(cue.text, cue.start_ms, cue.end_ms) for cue in cues)
    repairs = (Repair(kind="missing time taken from the cue before", count=untimed),) if untimed else ()
    facts = facts_of(value)
    if any("avg_logprob" in item or "no_speech_prob" in item for item in items):  # Whisper's own fields
        facts = facts.model_copy(update={"trust": "automatic"})
    return Reading(cues=tuple(cues), facts=facts, repairs=repairs)


def _flat(item: dict[str, Any]) -> Item:
    """The item with the pairs that Whisper's relatives use for times as plain fields."""
    pair = item.get("timestamp")
    if isinstance(pair, list) and len(pair) == 2:
        return item | {"timestamp": None, "start": pair[0], "end": pair[1]}
    inner = item.get("offsets")
    if isinstance(inner, dict):
        return item | {"start_ms": inner.get("from"), "end_ms": inner.get("to")}
    return item


def _has_time(item: Item) -> bool:
    return any(name in item for name in (*_START, *_START_MS, "offset"))


def _first(item: Item, names: tuple[str, ...]) -> Any:
    return next((item[name] for name in names if item.get(name) is not None), None)


def _speaker(item: Item) -> str | None:
    found = _first(item, _SPEAKER)
    return found if isinstance(found, str) and found.strip() else None


def _times(item: Item, units: Mapping[str, int]) -> tuple[int | None, int | None]:
    """Start and end in milliseconds, each None if the item has none that makes sense."""
    name = next((n for n in (*_START, "offset") if item.get(n) is not None), None)
    unit = units[name] if name else 1
    start = read_number(item[name], unit) if name else read_number(_first(item, _START_MS), 1)
    end = read_number(_first(item, _END), unit if name else 1000)
    if end is None:
        end = read_number(_first(item, _END_MS), 1)
    if end is None and start is not None:
        duration = read_number(_first(item, _DURATION), unit if name else 1000)
        if duration is None:
            duration = read_number(_first(item, _DURATION_MS), 1)
        end = None if duration is None else start + duration
    return start, end


def _unit(items: list[Item], name: str) -> int:
    """1 if the items with this field count in milliseconds, else 1000: told by how long a character takes."""
    paces = [pace for item in items if item.get(name) is not None and (pace := _pace(item, name)) is not None]
    return 1 if paces and median(paces) >= _LEAST_MS_PER_CHARACTER else 1000


def _pace(item: Item, name: str) -> float | None:
    text, start = _first(item, _TEXT), item[name]
    shown = _first(item, _DURATION)
    if shown is None and isinstance(end := _first(item, _END), int | float) and isinstance(start, int | float):
        shown = end - start
    whole = name == "offset" or (isinstance(start, int) and isinstance(shown, int) and shown >= 100)
    if not whole or not isinstance(shown, int | float) or not isinstance(text, str) or not shown > 0:
        return 0.0 if isinstance(shown, int | float) and shown > 0 else None
    return shown / max(5, len(text))
