"""Answers that a model might give, for estimates: of the usual form and length, in the words of the transcript.

A chunk's answer holds as many claims as the chunk may give, each quoting up to fourteen words of a line and saying
about as many; one claim in a dozen notes' length begins a note, and every claim has its place in the plan.
"""

from collections.abc import Sequence

from pipeline.stages.draft import claim_limit
from pipeline.stages.judge import FORWARD
from pipeline.stages.mend import Failing
from pipeline.values.forms import (
    CalloutForm,
    ClaimForm,
    MendForm,
    NoteForm,
    OutlineForm,
    PlanForm,
    RepairForm,
    SectionForm,
    UnusedForm,
)
from pipeline.values.judgement import DraftJudgement, JudgeDraft, Question
from pipeline.values.outline import Claim
from pipeline.values.script import Chunk, Line, Script

_LEAST_WORDS = 4  # of a line that a claim is made of
_QUOTED = 14  # words of a quote
_SOLID = 30  # characters of a quote where there are no spaces
_NOTE = 12  # claims
_LEAD = 2
_SECTION = 5
_PARAGRAPH = 3


def outline_specimen(script: Script, chunk: Chunk) -> str:
    """An answer about a chunk: claims from the whole of it, and one quote for a callout."""
    lines = [line for line in script.core(chunk) if _long_enough(line)]
    most = min(claim_limit(chunk), len(lines))
    chosen = [lines[place * len(lines) // most] for place in range(most)]
    callouts = [
        CalloutForm(line=line.number, quote=line.text, speaker="", title=_begun(line, 3)) for line in lines[-1:]
    ]
    return OutlineForm(claims=tuple(map(_claim, chosen)), callouts=tuple(callouts)).model_dump_json()


def _long_enough(line: Line) -> bool:
    return len(line.text.split()) >= _LEAST_WORDS or len(line.text) >= _SOLID


def _begun(line: Line, words: int) -> str:
    """The first words of a line; as many characters as are as long where it has no spaces."""
    split = line.text.split()
    return " ".join(split[:words]) if len(split) >= _LEAST_WORDS else line.text[: words * _SOLID // _QUOTED]


def _claim(line: Line) -> ClaimForm:
    quote = _begun(line, _QUOTED)
    subject = _begun(line, 2)
    return ClaimForm(
        evidence=(f"{line.number}: {quote}",),
        subject=subject,
        predicate=quote[len(subject) :].strip(" ,;:.") + ".",
        voice="told",
    )


def mend_specimen(asked: Failing) -> str:
    """An answer about failed claims: each is told anew."""
    nearest = {
        claim.id: min(asked.lines, key=lambda line: abs(line.number - _cited(claim)))
        for claim in asked.claims
        if asked.lines
    }
    repairs = tuple(RepairForm(id=i, action="rewrite", claims=(_claim(line),)) for i, line in nearest.items())
    return MendForm(repairs=repairs).model_dump_json()


def _cited(claim: Claim) -> int:
    return claim.citations[0].line if claim.citations else claim.evidence[0].line if claim.evidence else 0


def plan_specimen(claims: Sequence[Claim]) -> str:
    """An arrangement of claims in the order of their numbers."""
    groups = [claims[start : start + _NOTE] for start in range(0, len(claims), _NOTE)]
    unused = UnusedForm(repeats=(), off_topic=(), too_thin=(), unclear=())
    return PlanForm(entities=(), notes=tuple(map(_note, groups)), unused=unused).model_dump_json()


def _note(group: Sequence[Claim]) -> NoteForm:
    numbers = [str(claim.id) for claim in group]
    rest = numbers[_LEAD:]
    sections = [rest[start : start + _SECTION] for start in range(0, len(rest), _SECTION)]
    return NoteForm(
        title=" ".join(group[0].text.split()[:4]),
        aliases=(),
        lead=" ".join(numbers[:_LEAD]),
        sections=tuple(
            SectionForm(
                heading=" ".join(group[0].text.split()[:2]),
                paragraphs=tuple(" ".join(part) for part in (s[:_PARAGRAPH], s[_PARAGRAPH:]) if part),
            )
            for s in sections
        ),
    )


def judge_specimen(asked: Sequence[Question]) -> str:
    """An answer that finds every claim said."""
    items = [
        DraftJudgement(item=number, words=(" ".join(question.claim.split()[:_QUOTED]),), lacking="", verdict=FORWARD[0])
        for number, question in enumerate(asked, 1)
    ]
    return JudgeDraft(items=tuple(items)).model_dump_json()
