"""Findings about the times of citations: malformed, impossible, beyond the end, minutes written as hours."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pipeline.vault.lint.codes import CODES, Finding, finding
from pipeline.vault.reading import PageCitation, PageText, clock

HOUR_MS = 3_600_000
PLAUSIBLE_MS = 4 * HOUR_MS
"""Few videos are longer; a time over it needs a known length to be believed."""
POSSIBLE_MS = 12 * HOUR_MS
"""No site takes longer videos."""
_FEWEST = 4
"""Citations from which a habit can be seen."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What lint needs to know of a transcript."""

    end_ms: int
    starts_s: AbstractSet[int]
    """Starts of all cues in whole seconds, rounded down."""


def well_timed(page: PageText) -> list[PageCitation]:
    """The citations whose time is well formed."""
    return [c for c in page.citations if c.mark.stamp.fault is None]


def writes_minutes_as_hours(page: PageText, end_ms: int | None = None) -> bool:
    """Whether the note as a whole writes MM:SS as HH:MM:00, or as HH:MM:MM.

    Such a note has no seconds of its own (chance would leave one in thirty of its times without), most of its times
    are an hour or later, and they are not round minutes. Where the length of the video is known, many of the times
    must lie beyond it as they stand, and nearly all of them before it when read as MM:SS.
    """
    times = [c.mark.stamp.time_ms or 0 for c in well_timed(page)]
    if len(times) < _FEWEST or len(set(times)) < _FEWEST:
        return False
    whole = [time for time in times if _is_padded(time)]
    if len(whole) < 0.8 * len(times):
        return False
    if end_ms is not None:
        beyond = sum(time > end_ms for time in times)
        fitting = sum(as_minutes(time) <= end_ms for time in whole)
        return beyond >= 0.3 * len(times) and fitting >= 0.9 * len(whole)
    late = sum(time >= HOUR_MS for time in whole)
    uneven = sum(time // 60_000 % 5 != 0 for time in whole)
    return late >= 0.5 * len(times) and uneven >= 0.4 * len(whole)


def _is_padded(time_ms: int) -> bool:
    """Whether the third field adds nothing: it is 00, or says the second one again."""
    minutes, seconds = divmod(time_ms // 1000, 60)
    return seconds == 0 or seconds == minutes % 60


def as_minutes(time_ms: int) -> int:
    """What HH:MM means when it was written for MM:SS; the third field is dropped."""
    return time_ms // 60_000 * 1000


def meant_in_minutes(time_ms: int, end_ms: int) -> int | None:
    """The time within the video that HH:MM:00 or HH:MM:MM was written for, MM:SS; None when it cannot be one."""
    return as_minutes(time_ms) if _is_padded(time_ms) and as_minutes(time_ms) <= end_ms else None


def find_times(page: PageText, timeline: Timeline | None) -> Iterator[Finding]:
    """All findings about the times of a page; without a timeline the video's length is not known."""
    shifted = writes_minutes_as_hours(page, timeline.end_ms if timeline else None)
    if shifted:
        yield _shifted(page, timeline)
    for citation in page.citations:
        mark = citation.mark
        if mark.form != "anchor" or mark.stamp.fault is not None or (mark.label or "")[1:-1] != mark.stamp.raw:
            yield from _form(page, citation)
        if mark.stamp.fault is None and (timeline is not None or (mark.stamp.time_ms or 0) > PLAUSIBLE_MS):
            yield from _place(page, citation, timeline, shifted=shifted)


def _shifted(page: PageText, timeline: Timeline | None) -> Finding:
    timed = well_timed(page)
    first = next(c for c in timed if (c.mark.stamp.time_ms or 0) >= HOUR_MS)
    time_ms = first.mark.stamp.time_ms or 0
    length = f"; the video ends at {clock(timeline.end_ms)}" if timeline else ""
    return finding(
        page.path,
        first.line,
        "minutes-as-hours",
        f"MM:SS written as HH:MM through the note ({len(timed)} citations): {clock(time_ms)} means "
        f"{clock(as_minutes(time_ms))}{length}",
    )


def _form(page: PageText, citation: PageCitation) -> Iterator[Finding]:
    mark, where = citation.mark, (page.path, citation.line)
    if mark.form in {"bare", "link"}:
        yield finding(*where, "bare-timestamp", f"[{mark.stamp.raw}] is no citation: no anchor around it")
    if mark.stamp.fault is not None:
        yield finding(*where, f"malformed-{mark.stamp.fault}", _said(mark.stamp.raw, f"malformed-{mark.stamp.fault}"))
    elif (
        mark.label is not None
        and mark.label[1:-1] != mark.stamp.raw
        and mark.label.strip().strip("[]").strip() != mark.stamp.raw
    ):
        yield finding(*where, "label-mismatch", f"shows {mark.label.strip()[:40] or 'nothing'} for {mark.stamp.raw}")


def _said(raw: str, code: str) -> str:
    shown = raw.strip()[:60]
    meaning = CODES[code].meaning.partition(": ")[0]
    return f"{shown}: {meaning}" if shown else meaning


def _place(page: PageText, citation: PageCitation, timeline: Timeline | None, *, shifted: bool) -> Iterator[Finding]:
    time_ms = citation.mark.stamp.time_ms or 0
    where, shown = (page.path, citation.line), clock(time_ms)
    if timeline is None:
        if time_ms > POSSIBLE_MS or (shifted and time_ms > PLAUSIBLE_MS):
            hint = f", probably {clock(as_minutes(time_ms))}" if shifted else ""
            yield finding(*where, "citation-impossible", f"{shown} is in no video{hint}")
        elif time_ms > PLAUSIBLE_MS:
            yield finding(*where, "citation-implausible", f"{shown} is over 4 h; the video's length is not known")
    elif time_ms > timeline.end_ms:
        meant_ms = meant_in_minutes(time_ms, timeline.end_ms)
        hint = f"; read as MM:SS it is {clock(meant_ms)}" if meant_ms is not None else ""
        yield finding(*where, "citation-beyond-end", f"{shown} is after the end, {clock(timeline.end_ms)}{hint}")
    elif time_ms // 1000 not in timeline.starts_s:
        yield finding(*where, "not-a-cue-start", f"no cue begins at {shown}")


def exact_seconds(starts_ms: Sequence[int]) -> frozenset[int]:
    """Cue starts in whole seconds, rounded down."""
    return frozenset(start // 1000 for start in starts_ms)
