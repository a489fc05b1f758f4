"""Cues put in order: numbered segments that ascend, do not overlap and hold words. Every repair is counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.sources.cleaning import clean, clean_line
from pipeline.sources.prefixes import names_in_front, without_name
from pipeline.sources.restarts import in_one_clock
from pipeline.values.transcript import Cue, Repair, Segment

_LEAST_SHOWN_MS = 1_000
_MS_PER_CHARACTER = 70
_LONGEST_NAME = 80
_LONG_MS = 6 * 3_600_000
_SLOWEST_MS_PER_CHARACTER = 1_000


class Ordered(NamedTuple):
    """Segments as `Segment` promises them, and what was mended on the way."""

    segments: tuple[Segment, ...]
    repairs: tuple[Repair, ...]
    sounds: int
    """Cues that held only a sound such as `[Music]`."""


def put_in_order(cues: Iterable[Cue], earlier: Sequence[Repair] = (), *, one_clock: bool = True) -> Ordered:
    """Segments from cues in any order, with any dirt.

    Cues whose file gave them the same start follow each other by a millisecond, in their order. Where the times fall
    back to zero as if the clock was started again, the later cues are moved behind the earlier ones; not so with
    `one_clock` false, for files that keep several tracks one after the other.
    """
    counts: Counter[str] = Counter()
    placed = in_one_clock(cues, counts) if one_clock else list(cues)
    spoken = _apart(_without_repeats(_with_words(_in_time(placed, counts), counts), counts), counts)
    segments = tuple(
        Segment(
            number=i,
            start_ms=cue.start_ms,
            end_ms=_end(cue, spoken[i + 1].start_ms if i + 1 < len(spoken) else None, counts),
            text=cue.text,
            speaker=cue.speaker,
        )
        for i, cue in enumerate(spoken)
    )
    return Ordered(segments, merged(earlier, counts), counts["cue of sound only left out"])


def merged(earlier: Sequence[Repair], counts: Counter[str]) -> tuple[Repair, ...]:
    """Repairs with these counts added: each kind once, those that came earlier first."""
    whole = Counter[str]()
    for repair in (*earlier, *(Repair(kind=kind, count=count) for kind, count in sorted(counts.items()) if count)):
        whole[repair.kind] += repair.count
    return tuple(Repair(kind=kind, count=count) for kind, count in whole.items())


def _with_words(cues: Iterable[Cue], counts: Counter[str]) -> list[Cue]:
    """Cues with clean text and the speaker that the marks name; a named speaker goes on until the next mark."""
    kept: list[Cue] = []
    speaker: str | None = None
    for cue in cues:
        found = clean(cue.text)
        counts["speaker mark taken out of the text"] += found.changes
        counts["entity decoded"] += found.escaped
        counts["invisible character removed"] += found.hidden
        counts["cue of sound only left out"] += found.only_sound
        counts["cue without words left out"] += not found.text and not found.only_sound
        if found.changes:
            speaker = found.name
        if found.text:
            named = clean_line(cue.speaker)[:_LONGEST_NAME] if cue.speaker else speaker
            kept.append(_cue(cue.start_ms, cue.end_ms, found.text, named or None))
    return _with_names(kept, counts)


def _with_names(cues: list[Cue], counts: Counter[str]) -> list[Cue]:
    """Where nearly every cue begins with `Name:`, as meetings are written down, the names become the speakers."""
    names = names_in_front([cue.text for cue in cues if cue.speaker is None])
    if not names:
        return cues
    named: list[Cue] = []
    for cue in cues:
        name, text = without_name(cue.text, names) if cue.speaker is None else (None, cue.text)
        counts["speaker mark taken out of the text"] += name is not None
        named.append(cue if name is None else _cue(cue.start_ms, cue.end_ms, text, name[:_LONGEST_NAME]))
    return named


def _cue(start_ms: int, end_ms: int | None, text: str, speaker: str | None) -> Cue:
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text, speaker=speaker)


def _in_time(cues: Sequence[Cue], counts: Counter[str]) -> list[Cue]:
    """Cues by start, none before zero."""
    latest = 0
    placed: list[Cue] = []
    for cue in cues:
        start = max(0, cue.start_ms)
        counts["negative time"] += cue.start_ms < 0
        counts["out of order"] += start < latest
        latest = max(latest, start)
        placed.append(cue if start == cue.start_ms else _cue(start, cue.end_ms, cue.text, cue.speaker))
    return sorted(placed, key=lambda cue: cue.start_ms)


def _without_repeats(cues: list[Cue], counts: Counter[str]) -> list[Cue]:
    """Nobody says the same words twice at one time: such a cue is there twice."""
    kept: list[Cue] = []
    seen: set[tuple[str, str | None]] = set()
    at = -1
    for cue in cues:
        if cue.start_ms != at:
            at, seen = cue.start_ms, set()
        if (cue.text, cue.speaker) in seen:
            counts["cue given twice"] += 1
            continue
        seen.add((cue.text, cue.speaker))
        kept.append(cue)
    return kept


def _apart(cues: list[Cue], counts: Counter[str]) -> list[Cue]:
    """Cues with starts that ascend: one that shares its start with the cue before comes a millisecond after it."""
    apart: list[Cue] = []
    latest = -1
    for cue in cues:
        start = max(cue.start_ms, latest + 1)
        counts["same start, moved on by a millisecond"] += start != cue.start_ms
        latest = start
        if start == cue.start_ms:
            apart.append(cue)
            continue
        was_empty = cue.end_ms is not None and cue.end_ms <= cue.start_ms
        end = cue.end_ms if was_empty or cue.end_ms is None else max(cue.end_ms, start + 1)
        apart.append(_cue(start, end, cue.text, cue.speaker))
    return apart


def _end(cue: Cue, later: int | None, counts: Counter[str]) -> int:
    """An end for a cue: after its start, not after the next start, and not so late that nobody speaks so slowly."""
    guess = cue.start_ms + max(_LEAST_SHOWN_MS, _MS_PER_CHARACTER * len(cue.text))
    if cue.end_ms is None:
        counts["missing end"] += 1
        return guess if later is None else later
    if cue.end_ms <= cue.start_ms:
        counts["end not after start"] += 1
        return guess if later is None else min(guess, later)
    if later is not None and cue.end_ms > later:
        counts["overlap clipped"] += later > cue.start_ms + 1
        return later
    if cue.end_ms - cue.start_ms > _LONG_MS + _SLOWEST_MS_PER_CHARACTER * len(cue.text):
        counts["absurdly late end"] += 1
        return guess if later is None else min(guess, later)
    return cue.end_ms
