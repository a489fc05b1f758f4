"""The verdict on each citation as it stands on its page."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.checking.explaining import Explaining
from pipeline.checking.kinds import kind_of
from pipeline.checking.note_language import speaks_otherwise
from pipeline.checking.report import FAILING_VERDICTS, PROVED, CitationReport
from pipeline.checking.rows import shared
from pipeline.checking.second_opinion import UNREAD, Asked, OpenRow, SecondJudge, open_question
from pipeline.checking.support import Judge, support_judge
from pipeline.checking.surveying import why_malformed
from pipeline.settings import CitationPolicy
from pipeline.stages.judge.questions import Mode
from pipeline.stages.verify.cited_quotes import quotations
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript
from pipeline.vault.lint.times import as_minutes, meant_in_minutes, writes_minutes_as_hours
from pipeline.vault.reading import PageCitation, PageText, clock

_MARKS = re.compile(r"[\"“”„«»「」『』]")
_EVIDENCE_MS = 15_000
"""So much speech is shown as what is said at a time."""
_EVIDENCE_CHARS = 240
_QUOTED_WORDS = 4
"""Quotation marks around fewer words mark a term."""


@dataclass(frozen=True, slots=True)
class Judging:
    """How citations are judged."""

    judge: Judge = support_judge
    policy: CitationPolicy = field(default_factory=CitationPolicy)
    crosses_languages: bool = False
    """Whether the judge understands a note in another language than its transcript."""
    second: SecondJudge | None = None
    """Asked once, in the end and by the process that called, about what the policy says."""
    asks: Mode = "none"
    """Of which citations the questions to the second judge are kept; `check` sets it."""
    processes: int | None = None
    """How many share the work where there is much of it; None for one a core. A judge that cannot be pickled judges in
    the process that called."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of a page while its citations are judged."""

    header: tuple[str, ...]
    """What it is about: names in it need not be said at the cited time."""
    minutes_as_hours: bool
    foreign: bool
    """Whether only its quotations can be judged, because it speaks another language than the transcript."""


class PageJudge:
    """Judges the citations of the pages of one video."""

    def __init__(self, transcript: Transcript, judging: Judging) -> None:
        """Makes the transcript ready."""
        self._transcript = transcript
        self._judging = judging
        self._ask = judging.judge(transcript, judging.policy)
        self._explaining = Explaining(transcript, judging.policy)
        self._starts = [segment.start_ms for segment in transcript.segments]
        self._known: dict[tuple[str, int, tuple[str, ...]], Check] = {}

    def reports(self, page: PageText) -> Iterator[CitationReport]:
        """One report a citation, in the order of the page."""
        for row in self._rows(page):
            yield from shared(row.reports)

    def opened(self, page: PageText) -> tuple[list[CitationReport], list[OpenRow]]:
        """The reports, and the rows of citations that a second judge is asked about."""
        rows = list(self._rows(page))
        return [report for row in rows for report in shared(row.reports)], [row for row in rows if row.asked]

    def _rows(self, page: PageText) -> Iterator[OpenRow]:
        known, first = self._known_of(page), 0
        for _, group in groupby(page.citations, key=lambda c: (c.block, c.stretch)):
            row = list(group)
            reports = tuple(self._explained(self._report(page, citation, known)) for citation in row)
            asked = (self._open(place, *pair, known) for place, pair in enumerate(zip(reports, row, strict=True)))
            yield OpenRow(first, reports, tuple(one for one in asked if one))
            first += len(row)

    def _open(self, place: int, report: CitationReport, citation: PageCitation, known: _Page) -> Asked | None:
        """What a second judge is asked about a citation whose time exists, by what words alone tell of it."""
        time_ms, tells = report.time_ms, self._judging.asks != "none" and report.tier not in {"", "existence", "schema"}
        if not tells or time_ms is None:
            return None
        if known.foreign:
            check = UNREAD if report.verdict == "unjudged" else None
        else:
            check = self._asked(_text(citation), time_ms, known)
        if check is None:
            return None
        question = open_question(self._transcript, check, citation.claim, time_ms, self._judging.asks)
        return Asked(place, check, question) if question else None

    def _known_of(self, page: PageText) -> _Page:
        transcript = self._transcript
        video = transcript.video
        header = (page.title, video.title, video.channel, *video.speakers)
        return _Page(
            tuple(dict.fromkeys(text for text in header if text)),
            minutes_as_hours=writes_minutes_as_hours(page, transcript.end_ms),
            foreign=not self._judging.crosses_languages and speaks_otherwise(page, transcript),
        )

    def _report(self, page: PageText, citation: PageCitation, known: _Page) -> CitationReport:
        stamp = citation.mark.stamp
        here = (str(page.path), citation.line, stamp.time_ms, citation.claim)
        if (reason := why_malformed(stamp)) or stamp.time_ms is None:
            return CitationReport(*here, verdict="malformed", kind="malformed", tier="schema", reason=reason)
        unknown = CitationReport(*here, verdict="unjudged")
        if stamp.time_ms > self._transcript.end_ms:
            return self._beyond(unknown, citation, known, self._transcript.end_ms)
        if not citation.claim:
            reason = "the citation stands for no words"
            return replace(unknown, reason=reason, evidence=self._said_at(stamp.time_ms))
        if known.foreign:
            return self._foreign(unknown, citation, known)
        report = self._within(unknown, citation, known, self._transcript.end_ms)
        if citation.title and report.verdict not in PROVED and report.kind != "minutes_as_hours":
            reason = "a heading or a label claims nothing"
            return replace(unknown, reason=reason, evidence=self._said_at(stamp.time_ms))
        return report

    def _asked(self, text: str, time_ms: int, known: _Page) -> Check:
        key = (text, time_ms, known.header)
        if key not in self._known:
            self._known[key] = self._ask(*key)
        return self._known[key]

    def _within(self, unknown: CitationReport, citation: PageCitation, known: _Page, end_ms: int) -> CitationReport:
        time_ms, text = unknown.time_ms or 0, _text(citation)
        check = self._asked(text, time_ms, known)
        if known.minutes_as_hours and check.verdict in FAILING_VERDICTS:
            meant_ms = meant_in_minutes(time_ms, end_ms)
            if meant_ms and (meant := self._asked(text, meant_ms, known)).verdict in PROVED:
                return self._in_minutes(unknown, meant, (meant_ms, f"{clock(time_ms)} does not say it"))
        verdict, reason = str(check.verdict), check.reason
        if citation.doubtful and verdict in {"unsupported", "contradicted"}:
            verdict, reason = "partial", f"the page itself says so; {reason}"
        return self._filled(replace(unknown, verdict=verdict, kind=kind_of(verdict), reason=reason), check, time_ms)

    def _beyond(self, unknown: CitationReport, citation: PageCitation, known: _Page, end_ms: int) -> CitationReport:
        """The report on a time that does not exist: what was meant is told where the words are found."""
        time_ms, text = unknown.time_ms or 0, _text(citation)
        after = f"{clock(time_ms)} is after the end, {clock(end_ms)}"
        judged = bool(text) and not known.foreign
        said_ms = as_minutes(time_ms)  # what is said there shows it, whatever the third field is
        if said_ms <= end_ms and judged and (meant := self._asked(text, said_ms, known)).verdict in PROVED:
            return self._in_minutes(unknown, meant, (said_ms, after))
        bad = replace(unknown, verdict="unsupported", kind="beyond_the_end", tier="existence", reason=after)
        meant_ms = meant_in_minutes(time_ms, end_ms)
        if meant_ms is not None and known.minutes_as_hours:
            reason = f"{after}, in a note that writes MM:SS as HH:MM: read so it is {clock(meant_ms)}"
            bad = replace(bad, kind="minutes_as_hours", reason=reason)
        if not judged:
            return bad
        check = self._asked(text, time_ms, known)
        verdict = "reanchored" if check.verdict == "reanchored" else "unsupported"
        shown_ms = check.best_time_ms if check.best_time_ms is not None else time_ms
        return replace(self._filled(replace(bad, verdict=verdict), check, shown_ms), tier="existence")

    def _in_minutes(self, unknown: CitationReport, meant: Check, told: tuple[int, str]) -> CitationReport:
        meant_ms, why = told
        reason = f"{why}; read as MM:SS it is {clock(meant_ms)}, and there it is said"
        moved = replace(unknown, verdict="reanchored", kind="minutes_as_hours", reason=reason)
        check = meant.model_copy(update={"best_time_ms": meant_ms, "score": round(1 - meant.score, 4)})
        return replace(self._filled(moved, check, meant_ms), tier="existence", score=0.02)

    def _foreign(self, unknown: CitationReport, citation: PageCitation, known: _Page) -> CitationReport:
        """The report on a claim in another language: quotations are verbatim in the source language, or translated."""
        time_ms = unknown.time_ms or 0
        quoted = [q for q in quotations(_text(citation)) if len(q.split()) >= _QUOTED_WORDS]
        reason = "the note is in another language than the transcript, and there is no judge for that"
        checks = [self._asked(f"“{quote}”", time_ms, known) for quote in quoted]
        for quote, check in zip(quoted, checks, strict=True):
            alike = self._explaining.is_alike(quote, time_ms)
            if check.verdict not in PROVED and alike:
                verdict = str(check.verdict)
                report = replace(unknown, verdict=verdict, kind=kind_of(verdict), reason=check.reason)
                return self._filled(report, check, time_ms)
        if checks and all(check.verdict in PROVED for check in checks):
            reason = f"its words in quotation marks are said there; {reason}"
        return replace(unknown, tier="language", reason=reason, evidence=self._said_at(time_ms))

    def _filled(self, report: CitationReport, check: Check, shown_ms: int) -> CitationReport:
        best_ms = check.best_time_ms
        return replace(
            report,
            tier=check.tier,
            score=check.score,
            best_time_ms=best_ms,
            words=check.words,
            evidence=self._said_at(shown_ms),
            best_evidence=self._said_at(best_ms) if best_ms is not None and best_ms != shown_ms else "",
        )

    def _explained(self, report: CitationReport) -> CitationReport:
        return self._explaining.explained(report) if report.kind else report

    def _said_at(self, time_ms: int) -> str:
        """The words of the cue that holds this time and of those that follow it for a moment."""
        if time_ms > self._transcript.end_ms:
            return ""
        # A citation is rounded down to the second: the cue it means may begin within that second.
        first = max(0, bisect_right(self._starts, time_ms + 999) - 1)
        after = bisect_right(self._starts, time_ms + _EVIDENCE_MS)
        words = " ".join(segment.text for segment in self._transcript.segments[first : max(after, first + 1)])
        return words if len(words) <= _EVIDENCE_CHARS else words[:_EVIDENCE_CHARS].rsplit(" ", 1)[0] + " …"


def _text(citation: PageCitation) -> str:
    """The claim as it is judged: what a quotation holds must be verbatim even where the page sets no marks."""
    return f"“{citation.claim}”" if citation.quoted and not _MARKS.search(citation.claim) else citation.claim
