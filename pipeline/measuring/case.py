"""A case: one claim about a transcript, what it cites, and what a checker should say of it."""

from collections.abc import Mapping
from typing import Any, Literal

from pipeline.values.base import Value

Gold = Literal["ok", "benign", "wrong_time", "nonexistent", "partial", "unsupported"]
"""What is true of a case: said there (`ok`, or within seconds of it: `benign`), said at another time, said but cited at
a time that does not exist, said in part, or said nowhere."""


class Case(Value):
    """One claim with a known answer. Times are in milliseconds."""

    id: str
    video: str
    """The name of the transcript file."""
    language: str
    kind: str
    """The kind of corruption, or of honest claim."""
    gold: Gold
    claim: str
    quote: bool = False
    """Whether the claim is put between quotation marks, so that every word must be the speaker's."""
    speaker: str | None = None
    """Who is said to have said it; None when the claim names nobody."""
    cite: str
    """The cited time as text."""
    cite_ms: int | None
    """The cited time; None when the text is no time."""
    true_ms: int | None = None
    """When the first word is really said; None when it is said nowhere."""
    true_end_ms: int | None = None

    @property
    def honest(self) -> bool:
        """Whether a checker should accept it."""
        return self.gold in {"ok", "benign"}

    @property
    def text(self) -> str:
        """The claim as a note would hold it."""
        return f"“{self.claim}”" if self.quote else self.claim

    def is_where_said(self, time_ms: int | None, *, within_ms: int = 15_000) -> bool:
        """Whether a time is near enough to where the claim is really said for a reader to hear it."""
        if time_ms is None or self.true_ms is None:
            return False
        last = max(self.true_ms, self.true_end_ms or 0)
        return self.true_ms - within_ms <= time_ms <= max(self.true_ms + within_ms, last)

    def row(self) -> dict[str, Any]:
        """The case as a line of JSON, times in seconds."""
        return {
            "id": self.id,
            "vid": self.video,
            "language": self.language,
            "kind": self.kind,
            "gold": self.gold,
            "claim": self.claim,
            "quote": self.quote,
            "speaker": self.speaker,
            "cite": self.cite,
            "cite_s": _seconds(self.cite_ms),
            "true_s": _seconds(self.true_ms),
            "true_e": _seconds(self.true_end_ms),
        }


def case_of_row(row: Mapping[str, Any]) -> Case:
    """The case in a line of JSON, as `Case.row` writes it; the language may be missing."""
    return Case(
        id=row["id"],
        video=row["vid"],
        language=row.get("language", "en"),
        kind=row["kind"],
        gold=row["gold"],
        claim=row["claim"],
        quote=row["quote"],
        speaker=row.get("speaker"),
        cite=row["cite"],
        cite_ms=_milliseconds(row["cite_s"]),
        true_ms=_milliseconds(row["true_s"]),
        true_end_ms=_milliseconds(row["true_e"]),
    )


def clock(time_ms: int) -> str:
    """A time as HH:MM:SS, with a minus sign before a negative one."""
    seconds = abs(time_ms) // 1000
    sign = "-" if time_ms < 0 else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _seconds(time_ms: int | None) -> float | None:
    return None if time_ms is None else time_ms / 1000


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
