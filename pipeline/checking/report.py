"""What a check found, as values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.vault.lint import Finding
from pipeline.vault.reading import clock

FAILING_VERDICTS = frozenset({"unsupported", "contradicted"})
"""Verdicts on a citation that make a check fail; a malformed citation fails by its finding."""


@dataclass(frozen=True, slots=True)
class CitationReport:
    """The verdict on one citation as it stands on its page."""

    path: str
    line: int
    time_ms: int | None
    """The cited time; of a malformed one the likeliest reading, None if there is none."""
    claim: str
    verdict: str
    """A verdict of `pipeline.values.outline`, or "unjudged" (no transcript), or "malformed" (no time)."""
    tier: str = ""
    reason: str = ""
    score: float = 0.0
    best_time_ms: int | None = None
    """A better place for the claim, where one was found."""
    evidence: str = ""
    """What is said at the cited time; at the best time where the cited one does not exist."""

    def as_json(self) -> dict[str, Any]:
        """The public form; times are `HH:MM:SS`."""
        return {
            "path": self.path,
            "line": self.line,
            "time": None if self.time_ms is None else clock(self.time_ms),
            "claim": self.claim,
            "verdict": self.verdict,
            "tier": self.tier,
            "reason": self.reason,
            "score": round(self.score, 4),
            "best_time": None if self.best_time_ms is None else clock(self.best_time_ms),
            "evidence": self.evidence,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """How much was checked and what came out."""

    pages: int
    notes: int
    """Pages that claim something; indexes and other pages are not counted."""
    citations: int
    verdicts: Mapping[str, int]
    codes: Mapping[str, int]
    errors: int
    warnings: int
    videos_with_transcript: int
    videos_without_transcript: int


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything a check found, in the order of pages and lines."""

    citations: tuple[CitationReport, ...]
    findings: tuple[Finding, ...]
    summary: Summary

    def as_json(self) -> dict[str, Any]:
        """One object with the keys citations, findings and summary."""
        return {
            "citations": [citation.as_json() for citation in self.citations],
            "findings": [
                {"path": f.path, "line": f.line, "code": f.code, "severity": f.severity, "message": f.message}
                for f in self.findings
            ],
            "summary": {
                "pages": self.summary.pages,
                "notes": self.summary.notes,
                "citations": self.summary.citations,
                "verdicts": dict(self.summary.verdicts),
                "codes": dict(self.summary.codes),
                "errors": self.summary.errors,
                "warnings": self.summary.warnings,
                "videos_with_transcript": self.summary.videos_with_transcript,
                "videos_without_transcript": self.summary.videos_without_transcript,
            },
        }


def summarise(
    citations: Sequence[CitationReport], findings: Sequence[Finding], *, pages: int, notes: int, videos: tuple[int, int]
) -> Summary:
    """The counts; `videos` are those with and those without a transcript."""
    severities = Counter(f.severity for f in findings)
    return Summary(
        pages=pages,
        notes=notes,
        citations=len(citations),
        verdicts=dict(sorted(Counter(c.verdict for c in citations).items())),
        codes=dict(sorted(Counter(f.code for f in findings).items())),
        errors=severities["error"],
        warnings=severities["warning"],
        videos_with_transcript=videos[0],
        videos_without_transcript=videos[1],
    )


def fails(report: CheckReport) -> bool:
    """Whether anything is an error, or a citation does not support its claim; warnings alone do not fail."""
    return bool(report.summary.errors) or any(c.verdict in FAILING_VERDICTS for c in report.citations)
