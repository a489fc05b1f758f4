"""What a check found, as values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from pipeline.checking.kinds import MEANINGS, Kind
from pipeline.values.outline import GOOD
from pipeline.vault.lint import Finding
from pipeline.vault.reading import clock

FAILING_VERDICTS = frozenset({"unsupported", "contradicted", "reanchored", "malformed"})
"""Verdicts on a citation that make a check fail."""
PROVED = GOOD - {"reanchored"}
"""Verdicts on a claim that is said at the time it cites."""
_RESTATED = frozenset({"citation-beyond-end", "minutes-as-hours"})


@dataclass(frozen=True, slots=True)
class CitationReport:
    """The verdict on one citation as it stands on its page."""

    path: str
    line: int
    time_ms: int | None
    """The cited time; of a malformed one the likeliest reading, None if there is none."""
    claim: str
    verdict: str
    """A verdict of `pipeline.values.outline`, or "unjudged"."""
    kind: Kind = ""
    tier: str = ""
    reason: str = ""
    score: float = 0.0
    best_time_ms: int | None = None
    """A better place for the claim, where one was found."""
    evidence: str = ""
    """What is said at the cited time; at the best time where the cited one does not exist."""
    words: tuple[str, ...] = ()
    """The words that decided."""
    best_evidence: str = ""
    """What is said at the best time, where the evidence is another; for the readable report."""
    telling: float = 0.0
    """How plainly a person sees that the verdict is right; the report shows the plainest."""

    @property
    def fails(self) -> bool:
        """Whether the citation, as it stands, makes a check fail."""
        return self.verdict in FAILING_VERDICTS

    def __reduce__(self) -> tuple[type["CitationReport"], tuple[Any, ...]]:
        # Reports travel between processes by the hundred thousand: as a row they do so in a third of the time.
        return CitationReport, _row(self)

    def as_json(self) -> dict[str, Any]:
        """The public form; times are `HH:MM:SS`."""
        return {
            "path": self.path,
            "line": self.line,
            "time": None if self.time_ms is None else clock(self.time_ms),
            "claim": self.claim,
            "verdict": self.verdict,
            "kind": self.kind,
            "tier": self.tier,
            "reason": self.reason,
            "score": round(self.score, 4),
            "best_time": None if self.best_time_ms is None else clock(self.best_time_ms),
            "evidence": self.evidence,
        }


_row = attrgetter(*(each.name for each in fields(CitationReport)))


@dataclass(frozen=True, slots=True)
class Opinions:
    """What came of asking a judge."""

    asked: int
    """Citations that the judge was asked about."""
    answered: int
    """Those of which it said something that counts; the others stay as words alone judged them."""
    model: str
    trouble: str = ""
    """Why some questions got no answer that could be used; empty when all did."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How much was checked and what came out."""

    pages: int
    notes: int
    """Pages that claim something; indexes and other pages are not counted."""
    citations: int
    verdicts: Mapping[str, int]
    kinds: Mapping[str, int]
    """Kinds of what is wrong, the worst first; good and unjudged citations are not counted."""
    failing: int
    """Citations that fail."""
    judged: int
    """Citations with a verdict."""
    codes: Mapping[str, int]
    errors: int
    warnings: int
    videos_with_transcript: int
    videos_without_transcript: int
    not_fetched: Mapping[str, str]
    """Why the transcript of a video could not be fetched, by its id."""
    opinions: Opinions | None = None
    """None when no judge was to be asked."""

    @property
    def failing_share(self) -> float:
        """The share of the judged citations that fail, 0 to 1."""
        return self.failing / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything a check found, in the order of pages and lines."""

    citations: Sequence[CitationReport]
    judged: Sequence[CitationReport]
    """Those of the citations that have a verdict; of a vault without transcripts hardly any."""
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
                "kinds": dict(self.summary.kinds),
                "codes": dict(self.summary.codes),
                "errors": self.summary.errors,
                "warnings": self.summary.warnings,
                "videos_with_transcript": self.summary.videos_with_transcript,
                "videos_without_transcript": self.summary.videos_without_transcript,
                "not_fetched": dict(self.summary.not_fetched),
                "judged": _judged(self.summary.opinions),
            },
        }


def _judged(opinions: Opinions | None) -> dict[str, Any] | None:
    if opinions is None:
        return None
    return {"asked": opinions.asked, "answered": opinions.answered, "model": opinions.model}


@dataclass(frozen=True, slots=True)
class Counted:
    """What a check went through."""

    pages: int
    notes: int
    citations: int
    with_transcript: int
    without_transcript: int
    not_fetched: Mapping[str, str]
    opinions: Opinions | None = None


def summarise(judged: Sequence[CitationReport], findings: Sequence[Finding], counted: Counted) -> Summary:
    """The counts of what came out; `judged` are the citations with a verdict."""
    severities = Counter(f.severity for f in findings)
    unjudged = counted.citations - len(judged)
    verdicts = Counter(c.verdict for c in judged) + Counter({"unjudged": unjudged})
    kinds = Counter(c.kind for c in judged)
    return Summary(
        pages=counted.pages,
        notes=counted.notes,
        citations=counted.citations,
        verdicts=dict(sorted(verdicts.items())),
        kinds={kind: kinds[kind] for kind in MEANINGS if kinds[kind]},
        failing=sum(c.fails for c in judged),
        judged=len(judged),
        codes=dict(sorted(Counter(f.code for f in findings).items())),
        errors=severities["error"],
        warnings=severities["warning"],
        videos_with_transcript=counted.with_transcript,
        videos_without_transcript=counted.without_transcript,
        not_fetched=counted.not_fetched,
        opinions=counted.opinions,
    )


def restates(finding: Finding) -> bool:
    """Whether a finding says of a time what the verdict on its citation says too."""
    return finding.code in _RESTATED or finding.code.startswith("malformed-")


def fails(report: CheckReport, *, max_unsupported: float = 0.0) -> bool:
    """Whether anything is an error, or more citations fail than may; warnings alone do not fail.

    Args:
        report: what was found.
        max_unsupported: the share of the judged citations that may fail, 0 to 1. Findings that only say once more that
            a citation fails count by it; every other error fails.
    """
    failing = {c.path for c in report.judged if c.fails} if max_unsupported else frozenset[str]()
    counted = [f for f in report.findings if f.severity == "error" and not (f.path in failing and restates(f))]
    return bool(counted) or report.summary.failing_share > max_unsupported
