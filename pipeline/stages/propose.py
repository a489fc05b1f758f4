"""The arrangement of a video's claims into notes, proposed by a model: the question, and the reading of the answer.

The model gets numbered claims that were already proved and answers with their numbers, titles and headings. It never
sees the transcript and writes no fact. Whether every number exists and none is lost is checked where plans are made.
"""

from typing import Any

from pipeline.settings import ModelSettings, NotesPolicy
from pipeline.stages.draft import Header
from pipeline.stages.exchanging import (
    NotJson,
    Prompts,
    Truncated,
    WrongShape,
    fenced,
    objection,
    read_object,
    read_pieces,
    request,
)
from pipeline.stages.salvaging import whole_items
from pipeline.stages.soundness import broken_off
from pipeline.values.draft import DraftEntity, DraftNote, DraftUnused, PlanDraft
from pipeline.values.exchange import Reply, Request
from pipeline.values.forms import PlanForm, listed
from pipeline.values.outline import Claim, Outline

_TOKENS_A_CLAIM = 16  # of the answer
_THINKING = 5_000  # tokens of headings and thoughts


def plan_request(
    outline: Outline, header: Header, prompts: Prompts, settings: ModelSettings, policy: NotesPolicy
) -> Request:
    """The question how to arrange the kept claims of an outline."""
    claims = plannable(outline, policy)
    least = min(policy.max_notes, max(1, -(-len(claims) // 40)))
    values = header._asdict() | {
        "claims": _grouped(claims),
        "quotes": [{"number": q.id, "text": fenced(q.text)} for q in outline.quotes if q.check.good],
        "least_notes": least,
        "most_notes": min(policy.max_notes, max(least, len(claims) // 10)),
        "least_claims": policy.min_claims,
    }
    return request(
        prompts.messages("plan", values), PlanForm, settings, _TOKENS_A_CLAIM * len(claims) + 1_000 + _THINKING
    )


def plannable(outline: Outline, policy: NotesPolicy) -> tuple[Claim, ...]:
    """The claims that may stand on a page."""
    return outline.kept(doubtful=policy.doubtful == "mark")


def _grouped(claims: tuple[Claim, ...]) -> list[dict[str, Any]]:
    """Claims as data, in stretches of time: one a chunk."""
    groups: dict[int, list[dict[str, Any]]] = {}
    for claim in claims:
        item = {"number": claim.id, "text": fenced(claim.text), "voice": claim.voice}
        groups.setdefault(claim.chunk, []).append(item)
    return [{"part": part, "claims": items} for part, (_, items) in enumerate(sorted(groups.items()), 1)]


def read_plan(reply: Reply, claims: tuple[Claim, ...]) -> PlanDraft:
    """The good notes of an answer. An answer that leaves most of the claims unmentioned is bad as a whole.

    Raises:
        BadReply: Refused or Filtered; Truncated, NotJson, Repeating or WrongShape, which keep the good notes there are.
    """
    try:
        data = read_object(reply)
    except (NotJson, Truncated) as error:
        whole = {"notes": whole_items(reply.text, "notes")}
        raise broken_off(error, reply.text, PlanDraft(entities=(), notes=_titled(whole)[0], unused=())) from None
    titled, objections = _titled(data)
    entities, _ = read_pieces(data, "entities", DraftEntity)
    unused, _ = read_pieces({"unused": listed(data.get("unused"))}, "unused", DraftUnused)
    numbers = {claim.id for claim in claims}
    placed = {number for note in titled for number in numbers_of(note)} & numbers
    if not placed:
        raise WrongShape(objection((*objections, "no note has a title and claim numbers from the list")))
    plan = PlanDraft(entities=entities, notes=titled, unused=unused)
    missing = len(numbers - placed - {u.claim for u in unused})
    if missing * 2 > len(numbers):
        raise WrongShape(objection((*objections, f"{missing} of {len(numbers)} claims stand nowhere")), kept=plan)
    return plan


def _titled(data: dict[str, Any]) -> tuple[tuple[DraftNote, ...], tuple[str, ...]]:
    """The notes of an answer that have a title and are of the right form, and the objections to the others."""
    notes, objections = read_pieces(data, "notes", DraftNote)
    return tuple(note for note in notes if note.title and numbers_of(note)), objections


def numbers_of(note: DraftNote) -> tuple[int, ...]:
    """The claims of a note in reading order."""
    paragraphs = [paragraph for section in note.sections for paragraph in section.paragraphs]
    return tuple(step.claim for steps in (note.lead, *paragraphs) for step in steps)
