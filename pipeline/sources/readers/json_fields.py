"""The names that programs give to the fields of a timed item, and items brought to plain fields.

JSON transcripts differ in the names of four things (text, start, end or duration, speaker), in the unit of time, and in
what is wrapped around them. These tables name them all.
"""

from collections.abc import Callable, Mapping
from typing import Any

Item = Mapping[str, Any]

TEXT = (
    *("text", "content", "snippet", "line", "caption", "sentence", "transcript", "body", "punctuated_word", "word"),
    *("display", "displayText", "page_content", "utterance", "value", "subtitle", "lines", "lexical"),
    *("translatedText", "translated_text", "translation", "input", "original", "message"),
)
START = (
    *("start", "startTime", "start_time", "begin", "from", "time", "timestamp", "t", "startOffset", "ts"),
    *("start_seconds", "startSeconds", "start_sec", "startSec", "start_timestamp", "begin_time", "startTimeText"),
)
START_MS = (
    *("startMs", "start_ms", "startTimeMs", "tStartMs", "offsetMs", "offset_ms", "start_time_ms", "startMillis"),
    *("startOffsetMs", "start_offset_ms", "offsetMillis", "startTimeMillis", "begin_ms"),
)
START_TICKS = ("offsetInTicks", "startTicks")
END = (
    *("end", "endTime", "end_time", "to", "stop", "endOffset", "end_ts", "end_seconds", "endSeconds", "end_sec"),
    *("endSec", "end_timestamp", "end_at"),
)
END_MS = ("endMs", "end_ms", "endTimeMs", "end_time_ms", "endMillis", "endOffsetMs", "endTimeMillis")
DURATION = ("duration", "dur", "length")
DURATION_MS = ("durationMs", "duration_ms", "dDurationMs", "durationMillis")
DURATION_TICKS = ("durationInTicks",)
SPEAKER = ("speaker", "speaker_label", "speakerName", "speaker_name", "voice", "speakerId", "speaker_id", "speakerTag")
WORD_KINDS = ("word", "pronunciation", "punctuation", "punct", "spacing", "text", "entity")
MACHINE = ("avg_logprob", "no_speech_prob", "confidence", "probability", "acAsrConf", "logprob", "conf")


def first(item: Item, names: tuple[str, ...]) -> Any:
    """The value of the first of these fields that is there and not null."""
    return next((item[name] for name in names if item.get(name) is not None), None)


def text_of(item: Item) -> str | None:
    """The words of an item; None if no field holds any."""
    for name in TEXT:
        found = item.get(name)
        if isinstance(found, str):
            return found
        if isinstance(found, list) and found and all(isinstance(part, str) for part in found):
            return "\n".join(found)
    return None


def has_time(item: Item) -> bool:
    """Whether a field is there that should hold a start."""
    return any(name in item for name in (*START, *START_MS, *START_TICKS, "offset"))


def speaker_of(item: Item) -> str | None:
    """Who speaks; a number or a single letter is given a noun."""
    found = first(item, SPEAKER)
    if isinstance(found, Mapping):
        found = first(found, ("name", "label", "id"))
    if isinstance(found, bool) or not isinstance(found, str | int) or not str(found).strip():
        return None
    name = str(found).strip()
    is_number = name.isascii() and (len(name) == 1 or name.isdigit()) and name.isalnum()
    return f"Speaker {name}" if is_number else name


def flat(item: dict[str, Any]) -> Item:
    """The item with wrappers taken off and pairs of times as plain fields."""
    while len(item) == 1 and isinstance(inner := next(iter(item.values())), dict):
        item = inner
    if item and all(name[:1].isupper() for name in item):
        item = {name[:1].lower() + name[1:]: value for name, value in item.items()}
    for name, flatten in _FLATTEN.items():
        if name in item:
            item = item | flatten(item[name])
    return {name: _seconds(value) if isinstance(value, dict) else value for name, value in item.items()}


def _pair(value: Any) -> dict[str, Any]:
    """Times from `[0.0, 1.5]` or `0:01 --> 0:03`."""
    if isinstance(value, list) and len(value) == 2:
        return {"timestamp": None, "start": value[0], "end": value[1]}
    if isinstance(value, str):
        for sign in ("-->", "→", " - ", " – "):
            start, found, end = value.partition(sign)
            if found:
                return {"timestamp": None, "time": None, "start": start.strip(), "end": end.strip()}
    return {}


def _from_to(value: Any) -> dict[str, Any]:
    return {"start_ms": value.get("from"), "end_ms": value.get("to")} if isinstance(value, dict) else {}


def _inner(value: Any) -> dict[str, Any]:
    """The fields of a mapping, or of the first mapping in a list."""
    head = value[0] if isinstance(value, list) and value else value
    return {name: v for name, v in head.items() if name not in _KEPT} if isinstance(head, dict) else {}


def _best(value: Any) -> dict[str, Any]:
    """The words of the likeliest of several readings, and whose they are."""
    head = value[0] if isinstance(value, list) and value else None
    if not isinstance(head, dict):
        return {}
    head = {name[:1].lower() + name[1:]: v for name, v in head.items()}
    words = first(head, ("content", "display", "transcript", "lexical", "text"))
    speaker = {"speaker": head["speaker"]} if "speaker" in head else {}
    return ({"text": words} if isinstance(words, str) else {}) | speaker


def _runs(value: Any) -> dict[str, Any]:
    """The text of YouTube's `{"runs": [{"text": …}]}` and `{"simpleText": …}`."""
    if not isinstance(value, dict):
        return {}
    runs = value.get("runs")
    parts = [run.get("text") for run in runs if isinstance(run, dict)] if isinstance(runs, list) else []
    text = "".join(part for part in parts if isinstance(part, str)) or value.get("simpleText")
    return {"text": text} if isinstance(text, str) else {}


_KEPT = ("text", "title", "language")
_FLATTEN: dict[str, Callable[[Any], dict[str, Any]]] = {
    "timestamp": _pair,
    "time": _pair,
    "offsets": _from_to,
    "instances": _inner,
    "metadata": _inner,
    "alternatives": _best,
    "nBest": _best,
    "cue": _runs,
    "snippet": _runs,
}


def _seconds(value: dict[str, Any]) -> Any:
    """Seconds from Google's `{"seconds": 1, "nanos": 500000000}`; the mapping itself if it is something else."""
    if not value or not value.keys() <= {"seconds", "nanos"}:
        return value
    try:
        return float(value.get("seconds") or 0) + float(value.get("nanos") or 0) / 1e9
    except (TypeError, ValueError, OverflowError):
        return None
