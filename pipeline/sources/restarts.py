"""Times that cannot be: a clock that starts again in the middle of a file, and a single time far from its neighbours.

A file that was put together from parts, each with its own clock, falls back to zero where a part begins. Such a part
is moved behind the one before, which is where its words were said; sorting alone would shuffle two parts into each
other. A block of cues that merely stands in the wrong place fills a gap in time and is sorted. Two tracks one after
the other (two languages, two speakers) go on at the same time, and are sorted as well.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pipeline.language.guessing import guess_language
from pipeline.values.transcript import Cue

_NEAR_ZERO_MS = 60_000
_FALL_MS = 10_000
_LEAST_CUES = 3
_MOST_EQUAL = 0.3
_SAMPLE = 60
_FAR_MS = 12 * 3_600_000


def in_one_clock(cues: Iterable[Cue], counts: Counter[str]) -> list[Cue]:
    """The cues in file order, with times of one clock."""
    placed = list(_near_neighbours(list(cues), counts))
    parts = _parts(placed)
    if len(parts) < 2 or not all(_begins_again(one, other) for one, other in pairwise(parts)):
        return placed
    whole = parts[0]
    for part in parts[1:]:
        behind = max(max(cue.start_ms, cue.end_ms or 0) for cue in whole[-_SAMPLE:])
        counts["clock restarted, moved behind the part before"] += len(part)
        whole = whole + [_moved(cue, behind) for cue in part]
    return whole


def _near_neighbours(cues: list[Cue], counts: Counter[str]) -> Iterator[Cue]:
    """The cues; one that is half a day after the cue before and the cue behind it takes its time from the former."""
    before = 0
    for i, cue in enumerate(cues):
        following = cues[i + 1].start_ms if i + 1 < len(cues) else (before if i else cue.start_ms)
        if cue.start_ms > max(before, following) + _FAR_MS:
            counts["absurd time taken from the cue before"] += 1
            yield Cue(start_ms=before, end_ms=None, text=cue.text, speaker=cue.speaker)
        else:
            before = cue.start_ms
            yield cue


def _parts(cues: list[Cue]) -> list[list[Cue]]:
    """The cues cut where the time falls back to near zero."""
    cuts = [
        i
        for i, (one, other) in enumerate(pairwise(cues), 1)
        if other.start_ms < _NEAR_ZERO_MS and other.start_ms < one.start_ms - _FALL_MS
    ]
    return [cues[a:b] for a, b in pairwise([0, *cuts, len(cues)])]


def _begins_again(part: list[Cue], other: list[Cue]) -> bool:
    """Whether `other` is a later part with its own clock, rather than a block in the wrong place or a second track."""
    if min(len(part), len(other)) < _LEAST_CUES or part[0].start_ms > _NEAR_ZERO_MS:
        return False
    if any(not _ascends(cues) for cues in (part, other)):
        return False
    starts = {cue.start_ms for cue in part}
    equal = sum(cue.start_ms in starts for cue in other)
    within = sum(part[0].start_ms <= cue.start_ms <= part[-1].start_ms for cue in other)
    return within >= _LEAST_CUES and equal <= _MOST_EQUAL * len(other) and not _is_track_beside(part, other)


def _ascends(cues: list[Cue]) -> bool:
    return all(one.start_ms <= other.start_ms for one, other in pairwise(cues))


def _is_track_beside(part: list[Cue], other: list[Cue]) -> bool:
    """Other people or another language: said at the same time."""
    speakers = [{cue.speaker for cue in cues if cue.speaker} for cues in (part, other)]
    if all(speakers) and not speakers[0] & speakers[1]:
        return True
    languages = {guess_language(" ".join(cue.text for cue in cues[:_SAMPLE])) for cues in (part, other)}
    return len(languages - {"und"}) > 1


def _moved(cue: Cue, by_ms: int) -> Cue:
    end = None if cue.end_ms is None else cue.end_ms + by_ms
    return Cue(start_ms=cue.start_ms + by_ms, end_ms=end, text=cue.text, speaker=cue.speaker)
