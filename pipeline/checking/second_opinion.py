"""A second opinion on citations: which ones a judge is asked about, and what its word makes of a verdict.

Whoever wrote the notes, a judge can make no citation fail: it reads a passage of a minute, and the claim may rest on
more. It verifies what words leave open, or doubts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from pipeline.checking.kinds import kind_of
from pipeline.checking.report import CitationReport, Opinions
from pipeline.checking.rows import shared
from pipeline.stages.judge import Passage, is_open, question_at, settle_check
from pipeline.stages.judge.questions import RAISABLE, Mode
from pipeline.values.judgement import Judgement, Question
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript

UNREAD = Check(verdict="partial", tier="language", reason="The note is in another language.", score=1.0)
"""What words tell of a claim in another language than its transcript: nothing."""

_DOUBTED = 0.5
"""How much plainer a doubt is for a person that somebody had who read the passage."""


class Asked(NamedTuple):
    """One citation that a judge is asked about."""

    place: int
    """In its row, from 0."""
    check: Check
    """What words alone told."""
    question: Question


class OpenRow(NamedTuple):
    """Citations in a row of which a judge is asked about at least one."""

    first: int
    """The place of the first of them among the citations of its page, from 0."""
    reports: tuple[CitationReport, ...]
    """Each by itself, before the row shares its proof."""
    asked: tuple[Asked, ...]


class Opened(NamedTuple):
    """The citations of a page and what is open among them; `settle` replaces reports in the list."""

    citations: list[CitationReport]
    rows: Sequence[OpenRow]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a judge said."""

    judgements: tuple[Judgement | None, ...]
    """One a question, in order; None where nothing was agreed on."""
    trouble: str = ""
    """Why some questions got no answer that could be used; empty when all did."""


class SecondJudge(Protocol):
    """Somebody who is asked once, about all that is open."""

    @property
    def name(self) -> str:
        """For the report."""
        ...

    def __call__(self, asked: Sequence[Question]) -> Answers:
        """The judgement of each claim."""
        ...


def open_question(transcript: Transcript, check: Check, claim: str, time_ms: int, mode: Mode) -> Question | None:
    """What a judge is asked about a claim with this check at the cited time; None where nothing may come of it.

    A judge is not asked where it knows less than code: about numbers, names and quotes, and about claims that are said
    at another time, for their words may well stand in what it would be shown.
    """
    movable = check.verdict != "reanchored" and (check.good or check.tier in RAISABLE)
    if mode == "none" or not movable:
        return None
    question = question_at(transcript, claim, time_ms)
    return question if is_open(check, Passage(question), mode) else None


def settle(pages: Sequence[Opened], judge: SecondJudge) -> Opinions:
    """Asks about everything that is open, once, and puts the reports that come of it in their places."""
    questions = _questions(pages)
    answers = judge(tuple(questions.values())) if questions else Answers(())
    said = dict(zip(questions, answers.judgements, strict=True))
    asked: list[Judgement | None] = []
    for page in pages:
        for row in page.rows:
            judgements = [said[one.question] for one in row.asked]
            page.citations[row.first : row.first + len(row.reports)] = _settled(row, judgements)
            asked += judgements
    answered = sum(judgement is not None for judgement in asked)
    return Opinions(asked=len(asked), answered=answered, model=judge.name, trouble=answers.trouble)


def _questions(pages: Sequence[Opened]) -> dict[Question, Question]:
    """Each question once, in the group of the first page that raises it: those of a page share their requests."""
    grouped: dict[Question, Question] = {}
    for number, page in enumerate(pages):
        for one in (one for row in page.rows for one in row.asked):
            if one.question not in grouped:
                grouped[one.question] = one.question.model_copy(update={"group": number})
    return grouped


def _settled(row: OpenRow, judgements: Sequence[Judgement | None]) -> list[CitationReport]:
    reports = list(row.reports)
    for one, judgement in zip(row.asked, judgements, strict=True):
        if judgement is not None:
            reports[one.place] = _opined(reports[one.place], opinion_on(one.check, judgement))
    return shared(reports)


def opinion_on(check: Check, judgement: Judgement) -> Check:
    """The check after a judgement: verified, in doubt, or as it was."""
    if check.tier == UNREAD.tier:  # any word of a judge tells more than none
        check = check.model_copy(update={"verdict": "supported"})
    found = settle_check(check, judgement)
    if found.verdict == check.verdict or found.verdict in {"verified", "partial"}:
        return found
    if check.doubtful:
        return check
    doubt = settle_check(check, judgement.model_copy(update={"opinion": "partly"}))
    return doubt.model_copy(update={"reason": found.reason})


def _opined(report: CitationReport, check: Check) -> CitationReport:
    if check.tier != "judge":
        return report
    verified = check.verdict == "verified"
    return replace(
        report,
        verdict=check.verdict,
        kind=kind_of(check.verdict),
        tier=check.tier,
        reason=check.reason,
        score=check.score,
        words=check.words,
        best_time_ms=None if verified else report.best_time_ms,
        best_evidence="" if verified else report.best_evidence,
        telling=0.0 if verified else _DOUBTED + (1 - check.score) / 2,
    )
