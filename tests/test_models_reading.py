"""Reading a model's answers: what is wrong with them, by class, and what good there is in bad ones."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadReply
from pipeline.stages.draft import claim_limit, halves, read_outline
from pipeline.stages.exchanging import Filtered, NotJson, Refused, Truncated, WrongShape
from pipeline.stages.propose import read_plan
from pipeline.stages.soundness import Repeating
from pipeline.values.draft import OutlineDraft, PlanDraft
from pipeline.values.exchange import Reply, Usage
from pipeline.values.script import Chunk
from tests.building import script
from tests.test_prompts_texts import outline_of

CHUNK = Chunk(number=1, context_first=1, first=5, last=20, tokens=500)


def reply(text: str, **fields: Any) -> Reply:
    return Reply(**{"text": text, "finish": "stop", "model": "m", "usage": Usage(), **fields})


def claim(line: Any = 7, **fields: Any) -> dict[str, Any]:
    evidence = [{"line": line, "quote": "they lit it in 1854"}]
    return {"evidence": evidence, "subject": "it", "text": "It was lit in 1854.", "voice": "told", **fields}


def answer(*claims: Any, callouts: Any = ()) -> str:
    return json.dumps({"claims": claims, "callouts": callouts})


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (reply("", refusal="no\u202e way"), Refused),
        (reply(answer(claim()), finish="content_filter"), Filtered),
        (reply(answer(claim()), finish="length"), Truncated),
        (reply(""), NotJson),
        (reply("Sure! Here you go"), NotJson),
        (reply(answer(claim())[:-9]), NotJson),
        (reply('{"a":' * 100_000), Repeating),
        (reply('{"claims":[' + "9" * 5_000 + "]}"), NotJson),
        (reply("[]"), NotJson),
        (reply("{}"), WrongShape),
        (reply('{"claims": "many", "callouts": []}'), WrongShape),
        (reply(answer("It was lit.", 5, None)), WrongShape),
        (reply(answer(claim(99))), WrongShape),
    ],
)
def test_bad_answers_by_class(bad: Reply, kind: type[BadReply]) -> None:
    with pytest.raises(BadReply) as caught:
        read_outline(bad, CHUNK)
    assert type(caught.value) is kind
    assert caught.value.message.isprintable()


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_outline(reply(text), CHUNK)
    except BadReply:
        return
    assert json.loads(text) is not None


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=4)
            | st.dictionaries(
                st.sampled_from(["claims", "callouts", "evidence", "line", "quote", "text", "voice"]), x, max_size=4
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        draft = read_outline(reply(json.dumps({"claims": value})), CHUNK)
    except BadReply:
        return
    assert OutlineDraft.model_validate(draft.model_dump()) == draft


def test_wrappings_around_json_are_passed_over() -> None:
    plain = answer(claim())
    for text in (f"```json\n{plain}\n```", f"Here it is:\n{plain}\nBye", f"<think>maybe {{}}?</think>\n{plain}"):
        assert len(read_outline(reply(text), CHUNK).claims) == 1


def test_no_claims_is_an_answer_too() -> None:
    assert read_outline(reply(answer()), CHUNK) == OutlineDraft(claims=(), callouts=())


def test_good_claims_of_a_partly_good_answer_are_kept() -> None:
    good = [claim(7), claim(8), claim(9)]
    bad = [claim(voice="shout"), claim(evidence=[])]
    draft = read_outline(reply(answer(*good, *bad, callouts=[{"line": 5}])), CHUNK)
    assert [c.evidence[0].line for c in draft.claims] == [7, 8, 9]
    assert draft.callouts == ()


def test_mostly_bad_claims_are_objected_to_and_the_good_ones_not_forgotten() -> None:
    bad = [claim(voice="shout"), claim(text=" "), claim(evidence="5"), claim(evidence=[{"line": 5, "quote": ""}])]
    with pytest.raises(WrongShape) as caught:
        read_outline(reply(answer(claim(), *bad)), CHUNK)
    assert isinstance(caught.value.kept, OutlineDraft)
    assert len(caught.value.kept.claims) == 1
    assert "claims.1.voice: Input should be 'told' or 'view'" in caught.value.message


def test_only_foreign_lines_are_objected_to_but_kept_for_verification() -> None:
    with pytest.raises(WrongShape, match="only lines 5 to 20") as caught:
        read_outline(reply(answer(claim(4), claim(21, text="Other."))), CHUNK)
    assert isinstance(caught.value.kept, OutlineDraft)
    assert len(caught.value.kept.claims) == 2
    assert len(read_outline(reply(answer(claim(4), claim(7, text="Other."))), CHUNK).claims) == 2


def test_unknown_fields_extra_evidence_and_repetitions_do_no_harm() -> None:
    four = [{"line": i, "quote": "q", "page": 3} for i in range(5, 9)]
    noisy = claim(evidence=four, confidence=0.9)
    draft = read_outline(reply(answer(*[noisy] * 5, claim("7"))), CHUNK)
    assert [len(c.evidence) for c in draft.claims] == [3, 1]
    assert draft.claims[1].evidence[0].line == 7


def test_a_flood_is_cut() -> None:
    flood = [claim(text=f"It was lit {i} times.") for i in range(500)]
    quotes = [{"line": 7, "quote": f"q{i}", "speaker": "", "title": "t"} for i in range(9)]
    draft = read_outline(reply(answer(*flood, callouts=quotes)), CHUNK)
    assert (len(draft.claims), len(draft.callouts)) == (60, 2)


def test_what_cannot_be_shown_or_encoded_is_removed() -> None:
    draft = read_outline(
        reply('{"claims":[' + json.dumps(claim(text="It \ud800was\u202e\n lit.")) + '],"callouts":[]}'), CHUNK
    )
    assert draft.claims[0].text == "It was lit."


def test_halves_partition_a_chunk() -> None:
    spoken = script(*(f"Line number {i} tells about the tower at length." for i in range(11)))
    whole = spoken.chunks[0]
    both = halves(spoken, whole)
    assert both is not None
    first, second = both
    assert (first.first, second.last) == (whole.first, whole.last)
    assert second.first == first.last + 1
    assert (first.context_first, second.context_first) == (whole.context_first, max(1, second.first - 6))
    assert abs((first.last - first.first) - (second.last - second.first)) <= 1
    assert claim_limit(first) <= claim_limit(whole)
    single = halves(spoken, whole.model_copy(update={"last": whole.first}))
    assert single is None


CLAIMS = outline_of(*(f"Fact {i}." for i in range(1, 7))).claims


def note(*numbers: int, **fields: Any) -> dict[str, Any]:
    steps = [{"join": "", "claim": n} for n in numbers]
    return {
        "title": "Tower",
        "aliases": [],
        "lead": steps[:1],
        "callout": 0,
        "sections": [{"heading": "H", "paragraphs": [steps[1:]], "callout": 0}],
        **fields,
    }


def plan_text(*notes: Any, unused: Any = ()) -> str:
    return json.dumps({"entities": [{"name": "x"}], "notes": notes, "unused": unused})


def test_a_plan_keeps_its_good_notes() -> None:
    bad = note(5, 6, sections=[{"heading": "H", "paragraphs": [[{"join": "so", "claim": 5}]], "callout": 0}])
    plan = read_plan(reply(plan_text(note(1, 2, 3), bad)), CLAIMS)
    assert [s.claim for s in plan.notes[0].sections[0].paragraphs[0]] == [2, 3]
    assert (len(plan.notes), plan.entities) == (1, ())


@pytest.mark.parametrize(
    ("text", "told", "kept"),
    [
        ("{}", '"notes" is missing', False),
        (plan_text(), "no note has a title", False),
        (plan_text(note(70, 80)), "no note has a title", False),
        (plan_text(note(1, 2, 3, title="")), "no note has a title", False),
        (plan_text(note(1, 2)), "4 of 6 claims stand nowhere", True),
    ],
)
def test_a_plan_of_no_use(text: str, told: str, kept: bool) -> None:
    with pytest.raises(WrongShape) as caught:
        read_plan(reply(text), CLAIMS)
    assert told in caught.value.message
    assert isinstance(caught.value.kept, PlanDraft) is kept


def test_claims_left_out_with_a_reason_are_not_missing() -> None:
    unused = [{"claim": n, "reason": "repeats"} for n in (3, 4, 5, 6)]
    assert len(read_plan(reply(plan_text(note(1, 2), unused=unused)), CLAIMS).unused) == 4
