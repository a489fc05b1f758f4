"""The verdicts of our verification on cases, and how simpler checks would have scored them."""

import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pipeline.measuring.case import Case
from pipeline.measuring.rivals import RIVALS
from pipeline.measuring.statements import Talk
from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.values.outline import GOOD


class Judged(NamedTuple):
    """A case with the verdict on it."""

    case: Case
    verdict: str
    tier: str
    best_ms: int | None
    score: float
    ms: float
    """How long the check took."""
    rivals: dict[str, float]
    """What each simpler check gives it, 0 to 1."""

    @property
    def accepted(self) -> bool:
        """Whether the claim stands as it is cited."""
        return self.verdict in GOOD and self.verdict != "reanchored"

    @property
    def moved(self) -> bool:
        """Whether it stands at another time."""
        return self.verdict == "reanchored"

    @property
    def moved_right(self) -> bool:
        """Whether it was moved to where it is really said, to fifteen seconds."""
        return self.moved and self.case.is_where_said(self.best_ms)

    def row(self) -> dict[str, Any]:
        """The case and its verdict as a line of JSON, times in seconds."""
        best_s = None if self.best_ms is None else self.best_ms / 1000
        found = {"verdict": self.verdict, "tier": self.tier, "best_s": best_s, "score": self.score}
        return {**self.case.row(), **found}


class Measured(NamedTuple):
    """What was measured on one transcript."""

    name: str
    language: str
    minutes: float
    index_s: float
    judged: tuple[Judged, ...]


def judge(talk: Talk, cases: Sequence[Case], *, rivals: bool = True) -> Measured:
    """Our verdict on every case of a talk, as `citenote check` would give it."""
    begin = time.perf_counter()
    index = TranscriptIndex(talk.transcript)
    check_citation(
        index, talk.statements[0].text if talk.statements else talk.text[:200], 0
    )  # it also builds on first use
    index_s = time.perf_counter() - begin
    video = talk.transcript.video
    header = (video.title, video.channel, *video.speakers)
    judged = tuple(_judged(index, talk, case, (header, rivals)) for case in cases)
    return Measured(talk.name, talk.transcript.language, talk.transcript.end_ms / 60_000, index_s, judged)


def _judged(index: TranscriptIndex, talk: Talk, case: Case, how: tuple[tuple[str, ...], bool]) -> Judged:
    header, rivals = how
    begin = time.perf_counter()
    check = check_citation(index, case.text, case.cite_ms, header)
    ms = 1_000 * (time.perf_counter() - begin)
    scores = {name: rival(talk, case) for name, rival in RIVALS.items()} if rivals else {}
    return Judged(case, check.verdict, check.tier, check.best_time_ms, check.score, ms, scores)


def every(measured: Iterable[Measured]) -> list[Judged]:
    """All verdicts of several transcripts."""
    return [judged for one in measured for judged in one.judged]
