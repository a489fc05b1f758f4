"""The line: a transcript in, everything that its notes are made of out.

Read it from top to bottom: split, outline, verify, mend, judge, plan. Writing comes after the whole run is gathered
(see `pipeline.vault`), because links are checked against all notes there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.errors import BadReply
from pipeline.models.extractive import Extractive
from pipeline.models.judging import Judged
from pipeline.models.outlining import Outliner, Outlining
from pipeline.settings import Settings
from pipeline.stages.judge import judged, questions
from pipeline.stages.plan import settle
from pipeline.stages.split import split
from pipeline.stages.verify import Verifier
from pipeline.values.base import Value
from pipeline.values.draft import ChunkDraft
from pipeline.values.exchange import Usage
from pipeline.values.judgement import Question
from pipeline.values.outline import Outline
from pipeline.values.plan import Plan
from pipeline.values.proof import Made, PromptDigest
from pipeline.values.script import Script
from pipeline.values.transcript import Transcript


class Step(Value):
    """Progress of one video: `done` of `total` parts of a stage."""

    stage: str
    done: int
    total: int


Tell = Callable[[Step], None]


class Judge(Protocol):
    """Gives second opinions."""

    @property
    def name(self) -> str:
        """For the proof and for people."""
        ...

    def __call__(self, asked: Sequence[Question], told: Callable[[int, int], None]) -> Judged:
        """The judgement of each claim; raises only what concerns the whole run."""
        ...


@dataclass(frozen=True)
class Author:
    """Who outlines, and what the proof says of it."""

    outliner: Outliner
    model: str
    prompts: tuple[PromptDigest, ...] = ()
    judge: Callable[[str], Judge] | None = None
    """Who is asked about what words leave open, by the id of the video that pays."""


def make_notes(transcript: Transcript, author: Author, settings: Settings, tell: Tell) -> tuple[Made, Usage]:
    """The checked outline and the plan of one video, and what they cost.

    Raises:
        VideoError: when nothing of the video could be outlined or verified.
    """
    tell(Step(stage="split", done=0, total=1))
    script = split(transcript, settings.split)
    outlining = author.outliner(script)
    drafts = _outlined(outlining, script, tell)
    tell(Step(stage="verify", done=0, total=1))
    verifier = Verifier(script, settings.citations)
    outline = verifier.outline(drafts)
    if settings.citations.repair:
        outline = _mended(outlining, verifier, outline, tell)
    judge = author.judge(transcript.video.id) if author.judge else None
    opinions = _judged(judge, script, outline, settings, tell)
    outline = opinions.outline
    _check_anything(outline, settings)
    tell(Step(stage="plan", done=0, total=1))
    plan = _planned(outlining, outline, script, settings)
    tell(Step(stage="plan", done=1, total=1))
    made = Made(
        script=script, outline=outline, plan=plan, model=author.model, prompts=author.prompts, judge=opinions.judge
    )
    return made, outlining.usage + opinions.usage


def _check_anything(outline: Outline, settings: Settings) -> None:
    """A video without one claim to show is told with what stood in the way."""
    if outline.kept(doubtful=settings.notes.doubtful == "mark"):
        return
    reasons = "; ".join(dict.fromkeys(gap.reason for gap in outline.gaps))
    if reasons:
        raise BadReply(
            f"nothing of this video could be outlined: {reasons}",
            remedy="The answers are remembered: use --fresh to ask again, or --model with another one.",
        )
    raise BadReply(
        f"none of the {len(outline.claims)} claims proposed for this video could be proved",
        remedy="Look at its transcript: is it speech, in one language? Or try another --model.",
    )


def _outlined(outlining: Outlining, script: Script, tell: Tell) -> tuple[ChunkDraft, ...]:
    total, done = len(script.chunks), 0
    tell(Step(stage="outline", done=0, total=total))

    def arrived(_: ChunkDraft) -> None:
        nonlocal done
        done += 1
        tell(Step(stage="outline", done=done, total=total))

    return outlining.draft(arrived)


def _mended(outlining: Outlining, verifier: Verifier, outline: Outline, tell: Tell) -> Outline:
    """The outline after one more look, by whoever drafted it, at what could not be proved."""
    repairs = outlining.mend(outline, lambda done, total: tell(Step(stage="mend", done=done, total=total)))
    return verifier.mended(outline, repairs) if repairs else outline


@dataclass(frozen=True)
class _Opinions:
    outline: Outline
    judge: str = ""
    """Who judged; empty when nobody did."""
    usage: Usage = field(default_factory=Usage)


def _judged(judge: Judge | None, script: Script, outline: Outline, settings: Settings, tell: Tell) -> _Opinions:
    """The outline after a second opinion on what words leave open."""
    asked = questions(script, outline, settings.citations.judge) if judge else {}
    if not judge or not asked:
        return _Opinions(outline)
    found = judge(tuple(asked.values()), lambda done, total: tell(Step(stage="judge", done=done, total=total)))
    agreed = {claim: said for claim, said in zip(asked, found.judgements, strict=True) if said}
    return _Opinions(judged(outline, agreed), judge.name if found.answered else "", found.usage)


def _planned(outlining: Outlining, outline: Outline, script: Script, settings: Settings) -> Plan:
    """The model's arrangement, or the extractive one where the model's cannot be used: proven claims are never lost."""
    embedded = isinstance(outlining, Extractive)
    try:
        return settle(outlining.plan(outline), outline, settings.notes, "extractive" if embedded else "model")
    except BadReply:
        if embedded:
            raise
        arranged = Extractive(script, settings.notes).plan(outline)
        return settle(arranged, outline, settings.notes, "fallback")
