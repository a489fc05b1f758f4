"""Cues put in order: numbered segments that ascend, do not overlap and hold words. Every repair is counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.sources.cleaning import clean, clean_line
from pipeline.values.transcript import Cue, Repair, Segment

_LEAST_SHOWN_MS = 1_000
_MS_PER_CHARACTER = 70
_LONGEST_NAME = 80


class Ordered(NamedTuple):
    """Segments as `Segment` promises them, and what was mended on the way."""

    segments: tuple[Segment, ...]
    repairs: tuple[Repair, ...]
    sounds: int
    """Cues that held only a sound such as `[Music]`."""


def put_in_order(cues: Iterable[Cue], earlier: Sequence[Repair] = ()) -> Ordered:
    """Segments from cues in any order, with any dirt.

    Cues whose file gave them the same start keep that start and their order; each of them ends by the next later start.
    """
    counts: Counter[str] = Counter()
    spoken = _without_repeats(_with_words(_in_time(cues, counts), counts), counts)
    ends = _ends(spoken, counts)
    segments = tuple(
        Segment(number=i, start_ms=cue.start_ms, end_ms=end, text=cue.text, speaker=cue.speaker)
        for i, (cue, end) in enumerate(zip(spoken, ends, strict=True))
    )
    mended = tuple(Repair(kind=kind, count=count) for kind, count in sorted(counts.items()) if count)
    return Ordered(segments, (*earlier, *mended), counts["cue of sound only left out"])


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
            kept.append(cue.model_copy(update={"text": found.text, "speaker": named or None}))
    return kept


def _in_time(cues: Iterable[Cue], counts: Counter[str]) -> list[Cue]:
    """Cues by start, none before zero."""
    latest = 0
    placed: list[Cue] = []
    for cue in cues:
        start = max(0, cue.start_ms)
        counts["negative time"] += cue.start_ms < 0
        counts["out of order"] += start < latest
        latest = max(latest, start)
        placed.append(cue if start == cue.start_ms else cue.model_copy(update={"start_ms": start}))
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


def _ends(cues: list[Cue], counts: Counter[str]) -> list[int]:
    """An end for each cue: after its start, not after the next later start."""
    ends: list[int] = []
    later: int | None = None
    for i in range(len(cues) - 1, -1, -1):
        cue = cues[i]
        if i + 1 < len(cues) and cues[i + 1].start_ms > cue.start_ms:
            later = cues[i + 1].start_ms
        ends.append(_end(cue, later, counts))
    return ends[::-1]


def _end(cue: Cue, later: int | None, counts: Counter[str]) -> int:
    guess = cue.start_ms + max(_LEAST_SHOWN_MS, _MS_PER_CHARACTER * len(cue.text))
    if cue.end_ms is None:
        counts["missing end"] += 1
        return guess if later is None else later
    if cue.end_ms <= cue.start_ms:
        counts["end not after start"] += 1
        return guess if later is None else min(guess, later)
    if later is not None and cue.end_ms > later:
        counts["overlap clipped"] += 1
        return later
    return cue.end_ms
