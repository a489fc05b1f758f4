"""The repair of claims that could not be proved: the question about those of one chunk, and the reading of the answer.

The model is shown each claim with the reason why it failed, a code of a closed list, and the lines around the places
that matter. What it answers is a draft like any other: `verify` has the last word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pipeline.settings import ModelSettings
from pipeline.stages.draft import Header, trimmed
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
from pipeline.stages.split import estimate_tokens
from pipeline.stages.telling import also, better, nearest, telling
from pipeline.values.draft import DraftClaim, DraftRepair, MendDraft
from pipeline.values.exchange import Reply, Request
from pipeline.values.forms import MendForm
from pipeline.values.outline import Claim, Outline
from pipeline.values.script import Chunk, Line, Script

MOST_MENDED = 24
"""Claims that one question asks about; of more, those that would stand on no page come first."""

MOST_PARTS = 4
"""Claims that one claim may be split into."""

Cause = Literal[
    "QUOTE_NOT_FOUND",
    "QUOTE_TOO_SHORT",
    "QUOTE_TOO_LONG",
    "WRONG_LINE",
    "NUMBER_NOT_IN_EVIDENCE",
    "NAME_NOT_IN_WINDOW",
    "NEGATION",
    "OPPOSITE",
    "HEDGE_LOST",
    "TWO_FACTS",
    "HALF_UNQUOTED",
    "WRONG_SPEAKER",
    "CAUSE_NOT_SAID",
    "ROLES_TURNED",
]
"""Why a claim failed, in words that the prompt explains one by one."""

CAUSES: tuple[Cause, ...] = get_args(Cause)

CAUSE_OF: Mapping[str, Cause] = {
    "existence": "WRONG_LINE",
    "place": "WRONG_LINE",
    "quote": "QUOTE_NOT_FOUND",
    "number": "NUMBER_NOT_IN_EVIDENCE",
    "name": "NAME_NOT_IN_WINDOW",
    "negation": "NEGATION",
    "opposite": "OPPOSITE",
    "hedge": "HEDGE_LOST",
    "parts": "TWO_FACTS",
    "support": "HALF_UNQUOTED",
    "speaker": "WRONG_SPEAKER",
    "cause": "CAUSE_NOT_SAID",
    "roles": "ROLES_TURNED",
}
"""The cause that each tier of the check means."""

_AROUND = 3  # lines shown beside one that matters
_SHORT, _LONG = 4, 25  # words of a quote
_TOKENS_A_CLAIM = 90  # of a claim in the question, or in the answer
_THINKING = 4_000  # tokens; a reasoning model's thoughts count against the limit of its answer


@dataclass(frozen=True)
class Failing:
    """The claims of one chunk that are asked about, and the lines that are shown and may be cited."""

    chunk: Chunk
    claims: tuple[Claim, ...]
    lines: tuple[Line, ...]


def failing(script: Script, outline: Outline) -> tuple[Failing, ...]:
    """What there is to mend, in the order of the chunks; a chunk whose claims are all proved is not in it.

    A claim that no line can be shown for is not asked about: all that a model could do is invent.
    """
    groups: dict[int, dict[int, set[int]]] = {}
    for claim in outline.claims:
        lines = set() if claim.check.good else telling(script, script.chunks[claim.chunk - 1], claim)
        if lines:
            groups.setdefault(claim.chunk, {})[claim.id] = lines
    return tuple(_failing(script, outline, number, groups[number]) for number in sorted(groups))


def _failing(script: Script, outline: Outline, number: int, matter: Mapping[int, set[int]]) -> Failing:
    lost_first = sorted(matter, key=lambda claim: outline.claim(claim).check.doubtful)[:MOST_MENDED]
    claims = tuple(outline.claim(claim) for claim in sorted(lost_first))
    return _about(script, script.chunks[number - 1], claims)


def halved(script: Script, asked: Failing) -> tuple[Failing, ...]:
    """The same claims in two questions, each with the lines that matter to its own; none where there is one claim."""
    middle = len(asked.claims) // 2
    parts = (asked.claims[:middle], asked.claims[middle:]) if middle else ()
    return tuple(_about(script, asked.chunk, part) for part in parts)


def _about(script: Script, chunk: Chunk, claims: tuple[Claim, ...]) -> Failing:
    lines = {line for claim in claims for line in telling(script, chunk, claim)}
    shown = {n for line in lines for n in _beside(line, len(script.lines))}
    return Failing(chunk, claims, tuple(script.line(n) for n in sorted(shown)))


def _beside(line: int, last: int) -> range:
    return range(max(1, line - _AROUND), min(last, line + _AROUND) + 1)


def mend_request(script: Script, asked: Failing, header: Header, prompts: Prompts, settings: ModelSettings) -> Request:
    """The question how to mend the claims of one chunk."""
    values = header._asdict() | {
        "lines": list(_numbered(asked.lines)),
        # numbered from 1: what became of other chunks changes no question about this one
        "claims": [_told(script, asked.chunk, claim) | {"number": i} for i, claim in enumerate(asked.claims, 1)],
    }
    tokens = 2 * _TOKENS_A_CLAIM * len(asked.claims) + 1_000 + _THINKING
    return request(prompts.messages("mend", values), MendForm, settings, tokens)


def most_tokens(script: Script, chunk: Chunk, header: Header, prompts: Prompts, settings: ModelSettings) -> int:
    """About the most that a question about one chunk holds: all its lines, and as many claims as are asked about."""
    bare = mend_request(script, Failing(chunk, (), script.core(chunk)), header, prompts, settings)
    return sum(estimate_tokens(m.content) for m in bare.messages) + MOST_MENDED * _TOKENS_A_CLAIM


def _numbered(lines: Iterable[Line]) -> Iterable[dict[str, Any]]:
    """Lines as data; `gap` where lines were left out before, the speaker where it changes and after a gap."""
    last: Line | None = None
    for line in lines:
        gap = last is not None and line.number != last.number + 1
        speaker = line.speaker if last is None or gap or line.speaker != last.speaker else None
        yield {"number": line.number, "text": fenced(line.text), "speaker": fenced(speaker or ""), "gap": gap}
        last = line


def _told(script: Script, chunk: Chunk, claim: Claim) -> dict[str, Any]:
    """A claim as data, with all that the check said of it."""
    unsaid = [word for word in claim.check.words if word not in claim.check.reason]
    return {
        "cause": cause(claim),
        "reason": fenced(claim.check.reason),
        # a quote that was not found stands below already
        "words": [] if claim.check.tier in {"quote", "existence"} else [fenced(word) for word in unsaid],
        "text": fenced(claim.text),
        "voice": claim.voice,
        "evidence": [{"line": e.line, "quote": fenced(e.quote)} for e in claim.evidence],
        "nearest": nearest(script, chunk, claim),
        "also": also(script, chunk, claim),
        "better": better(script, claim),
    }


def cause(claim: Claim) -> Cause:
    """Why a claim failed. A tier without a cause of its own means that its words lack proof."""
    found = CAUSE_OF.get(claim.check.tier, "HALF_UNQUOTED")
    if found != "QUOTE_NOT_FOUND":
        return found
    lengths = [len(e.quote.split()) for e in claim.evidence]
    if lengths and max(lengths) < _SHORT:
        return "QUOTE_TOO_SHORT"
    return "QUOTE_TOO_LONG" if lengths and min(lengths) > _LONG else found


def read_mend(reply: Reply, asked: Failing) -> MendDraft:
    """The usable repairs of an answer, one a claim that was asked about, in the order of the claims.

    Of a rewritten or split claim at least one part is left that cites a line that was shown.

    Raises:
        BadReply: Refused or Filtered; Truncated, NotJson, Repeating or WrongShape, which keep the good repairs.
            An answer with more bad repairs than good ones is bad as a whole.
    """
    try:
        data = read_object(reply)
    except (NotJson, Truncated) as error:
        rest, _ = _read({"repairs": whole_items(reply.text, "repairs")}, asked)
        raise broken_off(error, reply.text, rest) from None
    mended, objections = _read(data, asked)
    if len(objections) > len(mended.repairs):
        raise WrongShape(objection(tuple(objections)), kept=mended)
    if not mended.repairs:
        raise WrongShape('"repairs" has no item, and every id needs one', kept=mended)
    return mended


def _read(data: dict[str, Any], asked: Failing) -> tuple[MendDraft, list[str]]:
    """What is good of an answer, and the objections to the rest."""
    objections: list[str] = []
    if isinstance(data.get("repairs"), list):
        data["repairs"] = [_parted(item, objections) for item in data["repairs"]]
    repairs, wrong = read_pieces(data, "repairs", DraftRepair)
    ids, lines = {i: claim.id for i, claim in enumerate(asked.claims, 1)}, {line.number for line in asked.lines}
    first: dict[int, DraftRepair] = {}
    for repair in repairs:
        if repair.id not in ids:
            objections.append(f"id {repair.id} was not asked about")
        elif repair.id not in first:
            told = _citing(repair, lines)
            if told is None:
                objections.append(f"id {repair.id}: no claim with text, subject and a quote from a line that was shown")
            else:
                first[repair.id] = told.model_copy(update={"id": ids[repair.id]})
    return MendDraft(repairs=tuple(first[number] for number in sorted(first))), [*wrong, *objections]


def _parted(item: Any, objections: list[str]) -> Any:
    """A repair with those of its claims that have the right form; a drop has none."""
    if not isinstance(item, dict):
        return item
    if item.get("action") == "drop":
        return {**item, "claims": []}
    data = {"claims": [trimmed(claim) for claim in item["claims"]]} if isinstance(item.get("claims"), list) else {}
    claims, wrong = read_pieces(data, "claims", DraftClaim)
    objections.extend(wrong)
    return {**item, "claims": claims[:MOST_PARTS]}


def _citing(repair: DraftRepair, lines: set[int]) -> DraftRepair | None:
    """The repair with those of its claims that are whole and cite a line that was shown; None when none is left."""
    if repair.action == "drop":
        return repair
    whole = tuple(
        claim
        for claim in repair.claims
        if claim.text
        and claim.subject
        and all(e.quote for e in claim.evidence)
        and any(e.line in lines for e in claim.evidence)
    )
    return repair.model_copy(update={"claims": whole}) if whole else None
