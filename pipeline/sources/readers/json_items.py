"""Timed items in JSON: youtube-transcript-api and its many relatives, Whisper, speech services, timed words."""

from collections import Counter
from collections.abc import Mapping
from statistics import median
from typing import Any

from pipeline.sources.readers import json_fields as fields
from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.facts import facts_of
from pipeline.sources.readers.json_fields import Item, first, speaker_of, text_of
from pipeline.sources.readers.json_lists import ItemList, choose_list
from pipeline.sources.readers.reading import Broken, Facts, Reading, repairs_of
from pipeline.sources.readers.timed_words import Word, join_words
from pipeline.values.transcript import Cue

_LEAST_MS_PER_CHARACTER = 2.0
"""Speech takes 0.03 to 0.3 seconds a character: numbers that are a hundred times as large are milliseconds."""
_LEAST_MICROSECONDS_PER_CHARACTER = 2_000.0
_LEAST_TICKS_PER_CHARACTER = 200_000.0
_TICK_MS = 0.0001
_LONGEST = 1e15
"""More than a year, in ticks: no duration, and perhaps too large to reckon with."""
_FEW = 3
_FACTS_IN = ("video", "metadata", "result", "results", "snippet", "videoDetails", "info")


def read_items(value: Any) -> Reading | None:
    """The cues of the list of timed items that holds most words; None if there is none."""
    chosen = choose_list(value)
    return None if chosen is None else read_list(chosen.found, _facts(value), left_out=chosen.left_out)


def read_list(found: ItemList, facts: Facts, *, left_out: int = 0) -> Reading:
    """The cues of a list of timed items.

    Raises:
        Broken: not one of the times makes sense.
    """
    counts = Counter({"item of another list left out": left_out})
    pieces = _pieces(found, counts)
    if len(pieces) > _FEW and counts["missing time taken from the cue before"] == len(pieces):
        raise Broken("it has texts, but none of their times can be read")
    if found.is_of_words:
        cues = join_words(Word(cue.text, cue.start_ms, cue.end_ms, cue.speaker) for cue in pieces)
        shape = "JSON of timed words"
    else:
        cues, shape = pieces, "JSON of timed texts"
    if all("translatedText" in item for item in found.items):
        facts = facts.model_copy(update={"trust": facts.trust or "translated"})
    if any(name in item for item in found.items for name in fields.MACHINE):
        facts = facts.model_copy(update={"trust": facts.trust or "automatic"})
    return Reading(cues=tuple(cues), facts=facts, repairs=repairs_of(counts), shape=shape)


def _pieces(found: ItemList, counts: Counter[str]) -> list[Cue]:
    """A cue an item, in file order; punctuation that has no time of its own belongs to the word before."""
    units = {name: _unit(found.items, name) for name in (*fields.START, "offset")}
    cues: list[Cue] = []
    clock = 0
    for item in found.items:
        text = text_of(item)
        if text is None or not text.strip():
            counts["cue without words left out"] += item.get("type") != "spacing" and text != " "
            continue
        start, end = _times(item, units)
        if start is None and cues and item.get("type") in ("punctuation", "punct"):
            last = cues[-1]
            cues[-1] = Cue(start_ms=last.start_ms, end_ms=last.end_ms, text=last.text + text, speaker=last.speaker)
            continue
        counts["missing time taken from the cue before"] += start is None
        clock = start if start is not None else clock
        cues.append(Cue(start_ms=clock, end_ms=end, text=text, speaker=speaker_of(item)))
        clock = max(clock, end or 0)
    return cues


def _facts(value: Any) -> Facts:
    """What the document says of its video, at its top or one level below."""
    facts = facts_of(value)
    if isinstance(value, Mapping):
        for name in _FACTS_IN:
            facts = facts.over(facts_of(value.get(name)))
    return facts


def _times(item: Item, units: Mapping[str, float]) -> tuple[int | None, int | None]:
    """Start and end in milliseconds, each None if the item has none that makes sense."""
    name = next((n for n in (*fields.START, "offset") if item.get(n) is not None), None)
    unit = units[name] if name else 1
    start = read_number(first(item, fields.START_TICKS), _TICK_MS)
    if start is None:
        start = read_number(first(item, fields.START_MS), 1)
    if start is None and name:
        start = read_number(item[name], unit)
    return start, _end(item, start, unit if name else 1000)


def _end(item: Item, start: int | None, unit: float) -> int | None:
    """The end in milliseconds, or the start and how long it lasts."""
    for names, scale in ((fields.END_MS, 1), (fields.END, unit)):
        end = read_number(first(item, names), scale)
        if end is not None:
            return end
    lengths = ((fields.DURATION_TICKS, _TICK_MS), (fields.DURATION_MS, 1), (fields.DURATION, unit))
    shown = next((s for names, scale in lengths if (s := read_number(first(item, names), scale)) is not None), None)
    return None if shown is None or start is None else start + shown


def _unit(items: list[Item], name: str) -> float:
    """Milliseconds in one unit of this field, told by how long a character takes."""
    paces = [pace for item in items if item.get(name) is not None and (pace := _pace(item, name)) is not None]
    pace = median(paces) if paces else 0.0
    if pace >= _LEAST_TICKS_PER_CHARACTER:
        return _TICK_MS
    if pace >= _LEAST_MICROSECONDS_PER_CHARACTER:
        return 0.001
    return 1 if pace >= _LEAST_MS_PER_CHARACTER else 1000


def _pace(item: Item, name: str) -> float | None:
    text, start = text_of(item), item[name]
    shown = first(item, fields.DURATION)
    if shown is None and isinstance(end := first(item, fields.END), int | float) and isinstance(start, int | float):
        shown = end - start
    if isinstance(shown, int | float) and abs(shown) > _LONGEST:
        return None
    whole = name == "offset" or (isinstance(start, int) and isinstance(shown, int) and shown >= 100)
    if not whole or not isinstance(shown, int | float) or text is None or not shown > 0:
        return 0.0 if isinstance(shown, int | float) and shown > 0 else None
    return shown / max(5, len(text))
