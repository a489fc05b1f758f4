"""The verdict on each citation as it stands on its page."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.checking.report import CitationReport
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript
from pipeline.vault.reading import PageCitation, PageText, clock

_MARKS = re.compile(r"[\"“”„«»「」『』]")
_EVIDENCE_MS = 15_000
"""So much speech is shown as what is said at a time."""
_EVIDENCE_CHARS = 240
_GOOD = frozenset({"supported", "quoted", "verified"})


AskCheck = Callable[[str, int, tuple[str, ...]], Check]
"""Whether the words at a time support a claim: of the claim, the time in milliseconds, and the texts that name what
the page is about."""

Judge = Callable[[Transcript], AskCheck]
"""Makes a transcript ready once, and answers once a citation."""


class PageJudge:
    """Judges the citations of the pages of one video."""

    def __init__(self, transcript: Transcript | None, judge: Judge) -> None:
        """Makes the transcript ready, if there is one."""
        self._transcript = transcript
        self._ask = judge(transcript) if transcript else None
        self._starts = [segment.start_ms for segment in transcript.segments] if transcript else []
        self._known: dict[tuple[str, int, tuple[str, ...]], Check] = {}

    def reports(self, page: PageText) -> Iterator[CitationReport]:
        """One report a citation, in the order of the page."""
        header = _header(page, self._transcript)
        for _, row in groupby(page.citations, key=lambda c: (c.block, c.stretch)):
            yield from _shared([self._report(page, citation, header) for citation in row])

    def _report(self, page: PageText, citation: PageCitation, header: tuple[str, ...]) -> CitationReport:
        stamp = citation.mark.stamp
        here = (str(page.path), citation.line, stamp.time_ms, citation.claim)
        if stamp.fault is not None or stamp.time_ms is None:
            reason = f"{stamp.raw[:60] or 'the citation'} is no time of the form HH:MM:SS"
            return CitationReport(*here, verdict="malformed", tier="schema", reason=reason)
        if self._transcript is None or self._ask is None:
            return CitationReport(*here, verdict="unjudged", reason="no transcript of the video was found")
        unknown = CitationReport(*here, verdict="unjudged")
        if not citation.claim:
            return self._wordless(unknown, stamp.time_ms, self._transcript.end_ms)
        key = (_asked(citation), stamp.time_ms, header)
        if key not in self._known:
            self._known[key] = self._ask(*key)
        return self._judged(unknown, citation, self._known[key], self._transcript.end_ms)

    def _wordless(self, unknown: CitationReport, time_ms: int, end_ms: int) -> CitationReport:
        if time_ms > end_ms:
            return replace(unknown, verdict="unsupported", tier="existence", reason=_beyond(time_ms, end_ms))
        return replace(unknown, reason="the citation stands for no words", evidence=self._said_at(time_ms))

    def _judged(self, unknown: CitationReport, citation: PageCitation, check: Check, end_ms: int) -> CitationReport:
        time_ms = unknown.time_ms or 0
        verdict, tier, reason = str(check.verdict), check.tier, check.reason
        if time_ms > end_ms:
            verdict, tier, reason = "unsupported", "existence", _beyond(time_ms, end_ms)
        elif verdict == "repaired":
            # Nothing repairs a page that is only read: the place it cites does not prove the claim.
            verdict, tier = "unsupported", "place"
        if citation.doubtful and verdict == "unsupported":
            verdict, reason = "doubtful", f"the page itself says so; {reason}"
        shown_ms = check.best_time_ms if time_ms > end_ms and check.best_time_ms is not None else time_ms
        return replace(
            unknown,
            verdict=verdict,
            tier=tier,
            reason=reason,
            score=check.score,
            best_time_ms=check.best_time_ms,
            evidence=self._said_at(shown_ms),
        )

    def _said_at(self, time_ms: int) -> str:
        """The words of the cue that holds this time and of those that follow it for a moment."""
        if self._transcript is None or time_ms > self._transcript.end_ms:
            return ""
        # A citation is rounded down to the second: the cue it means may begin within that second.
        first = max(0, bisect_right(self._starts, time_ms + 999) - 1)
        after = bisect_right(self._starts, time_ms + _EVIDENCE_MS)
        words = " ".join(segment.text for segment in self._transcript.segments[first : max(after, first + 1)])
        return words if len(words) <= _EVIDENCE_CHARS else words[:_EVIDENCE_CHARS].rsplit(" ", 1)[0] + " …"


def _beyond(time_ms: int, end_ms: int) -> str:
    return f"{clock(time_ms)} is after the end of the video, {clock(end_ms)}"


def _header(page: PageText, transcript: Transcript | None) -> tuple[str, ...]:
    """What the page is about: names in it need not be said at the cited time."""
    video = transcript.video if transcript else None
    known = (page.title, video.title, video.channel, *video.speakers) if video else (page.title,)
    return tuple(dict.fromkeys(text for text in known if text))


def _asked(citation: PageCitation) -> str:
    """The claim as it is judged: what a quotation holds must be verbatim even where the page sets no marks."""
    return f"“{citation.claim}”" if citation.quoted and not _MARKS.search(citation.claim) else citation.claim


def _shared(row: Sequence[CitationReport]) -> list[CitationReport]:
    """Citations in a row prove a claim together: one that does not prove it alone is no error beside one that does."""
    if len(row) == 1 or not any(report.verdict in _GOOD for report in row):
        return list(row)
    return [
        replace(report, verdict="doubtful", reason=f"proved by the citation beside it; alone: {report.reason}")
        if report.verdict == "unsupported" and report.tier != "existence"
        else report
        for report in row
    ]
