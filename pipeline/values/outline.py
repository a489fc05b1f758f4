"""What was checked. Only `pipeline.stages.verify` builds these; everything after it reads nothing else."""

from typing import Literal

from pipeline.values.base import Value
from pipeline.values.draft import DraftEvidence
from pipeline.values.forms import Voice

Grade = Literal["exact", "normalised", "near", "chunk", "elsewhere", "missing"]
"""How a quote was found: letter for letter or normalised in the cited line; in a neighbouring line; elsewhere in the
chunk; elsewhere in the transcript; not at all."""

Verdict = Literal[
    "verified", "quoted", "supported", "reanchored", "partial", "contradicted", "unsupported", "malformed"
]
"""A judge agreed; the claim is its own quote; the words carry it; so they do, at another time than it cited; part of it
lacks proof, which makes it doubtful; the words say otherwise; they do not say it; it cites nothing readable."""

GOOD: frozenset[Verdict] = frozenset({"verified", "quoted", "supported", "reanchored"})
"""Verdicts of claims that are proved."""

Repair = Literal["", "moved", "restored", "trimmed", "extended", "split", "rewritten"]
"""How a citation or a claim was mended: cited where it is said; given the transcript's own words for its quote; without
a quote that nobody said; grown over a number beside the quote; cited twice, once a half; told anew by the model."""


class Citation(Value):
    """A place in the transcript. `quote` is the transcript's own words, never the model's."""

    line: int
    segment: int
    """The segment of the quote's first word: its start is the cited time."""
    last_segment: int
    """The segment of the quote's last word."""
    time_ms: int
    """`segments[segment].start_ms`."""
    quote: str
    grade: Grade
    asked_line: int
    """The line that the model named; differs from `line` when the citation was repaired."""


class Check(Value):
    """A verdict that explains itself."""

    verdict: Verdict
    tier: str
    """The check that decided: "existence", "quote", "number", "negation", "support", …"""
    reason: str
    """For people: one sentence."""
    score: float
    """0 to 1, higher is better supported."""
    words: tuple[str, ...] = ()
    """The words that decided."""
    best_time_ms: int | None = None
    """The best other place, when there is a better one."""
    repair: Repair = ""

    @property
    def good(self) -> bool:
        """Whether the claim is proved."""
        return self.verdict in GOOD

    @property
    def doubtful(self) -> bool:
        """Whether the claim is proved in part, or not beyond doubt."""
        return self.verdict == "partial"


class Claim(Value):
    """One checked claim. Ids count from 1 in the order of the transcript."""

    id: int
    text: str
    subject: str
    voice: Voice
    citations: tuple[Citation, ...]
    """At least one if the check is good or doubtful."""
    check: Check
    chunk: int
    evidence: tuple[DraftEvidence, ...] = ()
    """What the claim was drafted from, as the model gave it; kept while the claim is not proved."""


class Quote(Value):
    """The speaker's own words, for a callout. Ids count from 1; `text` is the transcript's own characters."""

    id: int
    text: str
    title: str
    speaker: str
    """Empty when not known."""
    citation: Citation
    check: Check


class Gap(Value):
    """A stretch that was not outlined, and why."""

    start_ms: int
    end_ms: int
    reason: str


class Outline(Value):
    """Every claim that was proposed, with its verdict. Those without proof stay for the record, never for a page."""

    claims: tuple[Claim, ...]
    quotes: tuple[Quote, ...]
    gaps: tuple[Gap, ...] = ()

    def claim(self, number: int) -> Claim:
        """The claim of this id (from 1)."""
        return self.claims[number - 1]

    def kept(self, *, doubtful: bool) -> tuple[Claim, ...]:
        """Claims that may stand on a page: proved and, if asked for, doubtful ones."""
        return tuple(c for c in self.claims if c.check.good or (doubtful and c.check.doubtful))
