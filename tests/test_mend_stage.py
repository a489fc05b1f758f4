"""The question about failed claims, the reading of its answer, and what the check makes of it."""

import ast
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadReply
from pipeline.models.prompts import PromptFolder
from pipeline.settings import CitationPolicy, ModelSettings
from pipeline.stages import verify as room
from pipeline.stages.draft import header_of
from pipeline.stages.exchanging import NotJson, Refused, Truncated, WrongShape, schema_text
from pipeline.stages.mend import (
    CAUSE_OF,
    CAUSES,
    MOST_MENDED,
    MOST_PARTS,
    Failing,
    cause,
    failing,
    mend_request,
    most_tokens,
    read_mend,
)
from pipeline.stages.split import estimate_tokens
from pipeline.stages.verify import Verifier
from pipeline.values.draft import ChunkDraft, DraftClaim, DraftEvidence, MendDraft, OutlineDraft
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.forms import MendForm
from pipeline.values.outline import Outline
from tests.building import script
from tests.test_prompts_texts import matches_snapshot, shown

SAID = (
    "The harbour of Varn was built in 1912 by two hundred prisoners.",
    "Um it did not freeze in winter, because a warm current passes the coast.",
    "The pilots might leave for the bigger port in the south next year.",
    "My grandfather Tomas kept the lighthouse there for thirty years.",
    "He wrote down every ship that entered the harbour in a green book.",
    "The book lists nine thousand ships, and the last one is the Aurora.",
    "After the war nobody repaired the cranes, and the merchants went away.",
    "Today a small museum shows the green book and the old lamp.",
    "School classes come in summer, and they climb the lighthouse.",
    "I think the town should rebuild the northern pier before it falls.",
    "The fishermen sold their boats to a company from Oslo.",
    "Every autumn the storms take away a piece of the beach.",
    "The mayor promised a new ferry, but the ferry never came.",
    "A baker called Ida Holm opened her shop in the old customs house.",
    "She bakes rye bread for the whole coast.",
)
SPOKEN = script(*SAID)
PROMPTS = PromptFolder()
SETTINGS = ModelSettings(model="small", base_url="http://127.0.0.1:1/v1")


def claim(text: str, *evidence: int | str) -> DraftClaim:
    pairs = zip(evidence[::2], evidence[1::2], strict=True)
    pieces = tuple(DraftEvidence(line=int(line), quote=str(quote)) for line, quote in pairs)
    return DraftClaim(evidence=pieces, subject="it", text=text, voice="told")


GOOD = claim(SAID[7], 8, SAID[7])
WRONG_YEAR = claim("The harbour of Varn was built in 1913 by two hundred prisoners.", 1, SAID[0])
DENIED = claim("The harbour did freeze in winter, because a warm current passes the coast.", 2, SAID[1])
UNSAID = claim("Dragons guarded the treasure vault of Varn.", 5, "dragons guarded the treasure vault at night")
NEAR = claim("Ida Holm sells bread on Mars.", 5, "a baker named Ida Holm opened a shop on planet Mars in spring")
TWO = claim(
    "Tomas kept the lighthouse there for forty years, and the fishermen sold their boats to a company from Oslo.",
    4,
    "kept the lighthouse there for thirty years",
)
FAILED = (WRONG_YEAR, DENIED, UNSAID, TWO)


def outlined(*claims: DraftClaim, chunk: int = 1, verifier: Verifier | None = None) -> Outline:
    draft = ChunkDraft(chunk=chunk, outline=OutlineDraft(claims=claims, callouts=()))
    return (verifier or Verifier(SPOKEN, CitationPolicy())).outline([draft])


def asked_about(*claims: DraftClaim) -> Failing:
    (asked,) = failing(SPOKEN, outlined(*claims))
    return asked


def question(asked: Failing) -> Request:
    return mend_request(SPOKEN, asked, header_of(SPOKEN), PROMPTS, SETTINGS)


def tiers_emitted() -> Iterator[str]:
    """The tiers that the source of the check names."""
    for path in sorted(Path(room.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for named in _tiers(node):
                if isinstance(named, ast.Constant):
                    yield str(named.value)


def _tiers(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Objection", "_Mended"}:
        return node.args[:1]
    if isinstance(node, ast.Call):
        return [k.value for k in node.keywords if k.arg == "tier"]
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
        names = [getattr(t, "id", "") for t in node.targets[0].elts]
        return [t for value in _choices(node.value) for t in value.elts[:1]] if names[:1] == ["tier"] else []
    return []


def _choices(value: ast.expr) -> list[ast.Tuple]:
    if isinstance(value, ast.IfExp):
        return [*_choices(value.body), *_choices(value.orelse)]
    return [value] if isinstance(value, ast.Tuple) else []


def test_every_tier_of_the_check_has_a_cause_and_every_cause_stands_in_the_prompt() -> None:
    found = set(tiers_emitted())
    assert {"existence", "quote", "number", "name", "support", "parts", "hedge", "speaker"} <= found, "the scan works"
    assert found - {"quoted"} <= set(CAUSE_OF), "a new tier needs a cause, so that a model is told what failed"
    system = PROMPTS.messages("mend", _values())[0].content
    assert [name for name in CAUSES if f"\n- {name}: " not in system] == []
    assert set(CAUSE_OF.values()) <= set(CAUSES)


def _values() -> dict[str, Any]:
    return header_of(SPOKEN)._asdict() | {"lines": [], "claims": []}


def test_the_question() -> None:
    found = asked_about(GOOD, *FAILED)
    told = [c.check.model_copy(update={"reason": f"This is reason {c.id}."}) for c in found.claims]
    claims = tuple(c.model_copy(update={"check": check}) for c, check in zip(found.claims, told, strict=True))
    asked = replace(found, claims=claims)
    matches_snapshot("mend.txt", shown(question(asked)))
    matches_snapshot("mend-schema.json", json.dumps(json.loads(schema_text(MendForm)), indent=1) + "\n")


def test_only_what_is_not_proved_is_asked_about_each_line_shown_once() -> None:
    assert failing(SPOKEN, outlined(GOOD)) == ()
    asked = asked_about(GOOD, WRONG_YEAR, DENIED)
    assert [c.text for c in asked.claims] == [WRONG_YEAR.text, DENIED.text]
    assert [line.number for line in asked.lines] == [1, 2, 3, 4, 5]
    text = question(asked).messages[1].content
    assert all(text.count(f"\n{n}: ") == 1 for n in range(1, 6))
    assert "…" not in text


def test_windows_that_lie_apart_are_parted() -> None:
    asked = asked_about(WRONG_YEAR, claim("Ida Holm opened 40 shops in the old customs house.", 14, SAID[13]))
    assert [line.number for line in asked.lines] == [1, 2, 3, 4, 11, 12, 13, 14, 15]
    assert "\n…\n11: " in question(asked).messages[1].content


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (WRONG_YEAR, "NUMBER_NOT_IN_EVIDENCE"),
        (DENIED, "NEGATION"),
        (UNSAID, "QUOTE_NOT_FOUND"),
        (claim("Dragons guarded Varn.", 5, "dragons there"), "QUOTE_TOO_SHORT"),
        (claim("Dragons guarded Varn.", 5, "dragons " * 30), "QUOTE_TOO_LONG"),
        (claim("The pilots will leave for the bigger port in the south next year.", 3, SAID[2]), "HEDGE_LOST"),
        (claim("My grandfather Boris kept the lighthouse there for thirty years.", 4, SAID[3]), "NAME_NOT_IN_WINDOW"),
    ],
)
def test_the_cause_follows_from_what_the_check_found(failed: DraftClaim, expected: str) -> None:
    (checked,) = outlined(failed).claims
    assert cause(checked) == expected
    assert f"id 1: {expected}. " in question(asked_about(failed)).messages[1].content


def test_a_tier_without_a_cause_loses_no_video() -> None:
    (checked,) = outlined(WRONG_YEAR).claims
    unknown = checked.model_copy(update={"check": checked.check.model_copy(update={"tier": "phase of the moon"})})
    assert cause(unknown) == "HALF_UNQUOTED"


def test_the_line_most_like_a_quote_that_nobody_said_is_named_and_shown() -> None:
    asked = asked_about(NEAR)
    assert {11, 14, 15} <= {line.number for line in asked.lines}
    assert "Nearest: line 14." in question(asked).messages[1].content
    assert "Nearest" not in question(asked_about(UNSAID)).messages[1].content


def test_the_line_that_says_the_other_half_is_named_and_shown() -> None:
    asked = asked_about(TWO)
    assert "Also: line 11." in question(asked).messages[1].content
    assert {4, 11} <= {line.number for line in asked.lines}


def test_a_claim_that_no_line_can_be_shown_for_is_not_asked_about() -> None:
    outline = outlined(claim("Dragons guarded the vault of Varn.", 400, "dragons guarded the vault of gold"))
    assert not outline.claims[0].check.good
    assert failing(SPOKEN, outline) == ()


def test_the_question_is_bounded_and_lost_claims_come_first() -> None:
    wrong = [
        claim(f"The harbour of Varn was built in {1913 + i} by two hundred prisoners.", 1, SAID[0]) for i in range(40)
    ]
    doubtful = claim("The pilots will leave for the bigger port in the south next year.", 3, SAID[2])
    asked = asked_about(doubtful, *wrong)
    assert len(asked.claims) == MOST_MENDED
    assert not any(c.check.doubtful for c in asked.claims)
    assert [c.id for c in asked.claims] == sorted(c.id for c in asked.claims)
    spent = sum(estimate_tokens(m.content) for m in question(asked).messages)
    assert spent <= most_tokens(SPOKEN, SPOKEN.chunks[0], header_of(SPOKEN), PROMPTS, SETTINGS)


hostile = st.text(st.sampled_from("ab<>/ \n\r\u2028\u202e\ud800[]1CLAIMS＜\x00:."), max_size=40)


@settings(deadline=None, max_examples=40)
@given(hostile, hostile)
def test_hostile_claims_stay_inside_the_fence(text: str, quote: str) -> None:
    outline = outlined(UNSAID)
    check = outline.claims[0].check.model_copy(update={"reason": quote, "tier": "support", "words": (text,)})
    evil = outline.claims[0].model_copy(
        update={"text": text, "evidence": (DraftEvidence(line=5, quote=quote),), "check": check}
    )
    (asked,) = failing(SPOKEN, outline.model_copy(update={"claims": (evil,)}))
    body = question(asked).messages[1].content
    assert body.count("<") == 2
    lines = body.splitlines()
    assert [line for line in lines if line.startswith("id ")] == [lines[lines.index("CLAIMS") + 1]]
    assert question(asked).key.startswith("k1:")


def reply(*repairs: Any, **more: Any) -> Reply:
    return Reply(
        text=json.dumps({"repairs": repairs}), finish=more.pop("finish", "stop"), model="m", usage=Usage(), **more
    )


def repair(number: Any, *claims: DraftClaim, action: str = "rewrite") -> dict[str, Any]:
    return {"id": number, "action": action, "claims": [c.model_dump(mode="json") for c in claims]}


RIGHT_YEAR = claim("The harbour of Varn was built in 1912 by two hundred prisoners.", 1, SAID[0])
ASKED = asked_about(WRONG_YEAR, DENIED, UNSAID)


def test_a_good_answer() -> None:
    draft = read_mend(reply(repair(3, action="drop"), repair(1, RIGHT_YEAR)), ASKED)
    assert [(r.id, r.action, len(r.claims)) for r in draft.repairs] == [(1, "rewrite", 1), (3, "drop", 0)]


@pytest.mark.parametrize(
    ("repairs", "objection"),
    [
        ((repair(99, RIGHT_YEAR),), "id 99 was not asked about"),
        ((repair(1),), "id 1: no claim"),
        ((repair(1, claim(" ", 1, SAID[0])),), "id 1: no claim"),
        ((repair(1, claim("Out of sight.", 15, SAID[14])),), "id 1: no claim"),
        ((repair(1, RIGHT_YEAR, action="bless"),), "action"),
        (({"id": 1},), "action"),
        ((), "no item"),
        (("text", 4, None), "repairs.0"),
    ],
)
def test_a_bad_answer_is_told_what_is_wrong(repairs: Sequence[Any], objection: str) -> None:
    with pytest.raises(WrongShape, match=objection):
        read_mend(reply(*repairs), ASKED)


def test_what_is_good_in_a_bad_answer_is_kept() -> None:
    strangers = [repair(n, RIGHT_YEAR) for n in range(50, 60)]
    with pytest.raises(WrongShape) as caught:
        read_mend(reply(*strangers, repair(1, RIGHT_YEAR)), ASKED)
    assert isinstance(caught.value.kept, MendDraft)
    assert [r.id for r in caught.value.kept.repairs] == [1]


def test_huge_lists_are_cut_and_the_first_repair_of_an_id_counts() -> None:
    parts = [claim(f"{SAID[0]} {i}", 1, SAID[0]) for i in range(300)]
    draft = read_mend(reply(repair(1, *parts, action="split"), *[repair(1, RIGHT_YEAR)] * 500), ASKED)
    assert [len(r.claims) for r in draft.repairs] == [MOST_PARTS]


def test_of_a_split_the_parts_of_good_form_are_kept_and_evidence_is_cut() -> None:
    many = RIGHT_YEAR.model_dump(mode="json") | {"evidence": [{"line": 1, "quote": SAID[0]}] * 9}
    split = {"id": 1, "action": "split", "claims": [many, {"text": "?"}]}
    draft = read_mend(reply(split, repair(2, action="drop")), ASKED)
    assert [len(r.claims) for r in draft.repairs] == [1, 0]
    assert len(draft.repairs[0].claims[0].evidence) == 3


def test_a_drop_needs_no_claims_and_keeps_none() -> None:
    draft = read_mend(reply({"id": 1, "action": "drop"}, repair(2, RIGHT_YEAR, action="drop")), ASKED)
    assert [(r.id, r.claims) for r in draft.repairs] == [(1, ()), (2, ())]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(refusal="no"), Refused),
        (reply(finish="length"), Truncated),
        (Reply(text="Sure!", finish="stop", model="m", usage=Usage()), NotJson),
    ],
)
def test_no_answer(answer: Reply, kind: type[BadReply]) -> None:
    with pytest.raises(kind):
        read_mend(answer, ASKED)
