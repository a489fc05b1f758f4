"""The short forms that a model fills in, and the drafts that are read from them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.stages.draft import read_outline
from pipeline.stages.propose import numbers_of, read_plan
from pipeline.values.draft import DraftClaim, DraftEvidence, DraftNote, PlanDraft
from pipeline.values.exchange import Reply, Usage
from pipeline.values.forms import ClaimForm, NoteForm, cited, sentence, stepped
from pipeline.values.script import Chunk
from tests.test_prompts_texts import outline_of

CHUNK = Chunk(number=1, context_first=1, first=1, last=40, tokens=500)


def reply(answer: object) -> Reply:
    return Reply(text=json.dumps(answer), finish="stop", model="m", usage=Usage())


@pytest.mark.parametrize(
    "written", ["12: lit in 1854", "[12] lit in 1854", "12 lit in 1854", "line 12: lit in 1854", " 12:lit in 1854"]
)
def test_evidence_is_its_line_and_its_words_however_the_number_is_set_off(written: str) -> None:
    assert cited(written) == {"line": 12, "quote": "lit in 1854"}


def test_words_that_begin_with_a_number_stay_whole() -> None:
    assert cited("12: 1917 was the year") == {"line": 12, "quote": "1917 was the year"}
    assert cited("12 1917 was the year") == {"line": 12, "quote": "1917 was the year"}


@pytest.mark.parametrize("written", ["lit in 1854", "12:", "", "  ", "12345678901: too far", ": x"])
def test_evidence_without_a_line_or_without_words_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="line number"):
        cited(written)
    with pytest.raises(ValidationError, match="line number"):
        DraftEvidence.model_validate(written)


@pytest.mark.parametrize(
    ("subject", "predicate", "told"),
    [
        ("The first tower", "was lit in 1854.", "The first tower was lit in 1854."),
        ("first tower", "was lit in 1854.", "First tower was lit in 1854."),
        ("eBay", "was sold.", "eBay was sold."),
        ("Stalin", "'s memory was good.", "Stalin's memory was good."),
        ("The tower", "The tower was lit.", "The tower was lit."),
        ("最初の塔は", "1854年に点灯された。", "最初の塔は1854年に点灯された。"),
        ("灯台", "很高。", "灯台很高。"),
        ("첫 번째 탑은", "1854년에 켜졌다.", "첫 번째 탑은 1854년에 켜졌다."),
        ("", "it was lit.", "It was lit."),
    ],
)
def test_subject_and_predicate_are_one_sentence(subject: str, predicate: str, told: str) -> None:
    assert sentence(subject, predicate) == told


def test_a_claim_of_either_shape_is_the_same_claim() -> None:
    form = ClaimForm(evidence=("3: lit it in 1854",), subject="The tower", predicate="was lit in 1854.", voice="told")
    long = {
        "evidence": [{"line": 3, "quote": "lit it in 1854"}],
        "subject": "tower",
        "text": "The tower was lit in 1854.",
        "voice": "told",
    }
    answers = [{"claims": [claim], "callouts": []} for claim in (form.model_dump(mode="json"), long)]
    short, whole = (read_outline(reply(answer), CHUNK) for answer in answers)
    assert short == whole
    assert short.claims == (DraftClaim.model_validate(long),)


@pytest.mark.parametrize("bad", [{"predicate": " "}, {"predicate": 7}, {"evidence": ["no number"]}, {"voice": "sung"}])
def test_what_is_wrong_with_one_claim_costs_the_others_nothing(bad: dict[str, object]) -> None:
    good = {"evidence": ["3: lit it in 1854"], "subject": "It", "predicate": "was lit.", "voice": "told"}
    read = read_outline(reply({"claims": [good, good | bad, good | {"evidence": ["4: x"]}], "callouts": []}), CHUNK)
    assert [claim.evidence[0].line for claim in read.claims] == [3, 4]


def test_a_paragraph_is_numbers_with_words_between_them() -> None:
    steps, quote = stepped("and 2 and 1, However 7 also 9 Q3")
    assert [(s["join"], s["claim"]) for s in steps] == [("", 2), ("and", 1), ("however", 7), ("also", 9)]
    assert quote == 3
    assert stepped("none") == ([], 0)


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "and", "but", "however", "also"]), st.integers(1, 10**6)), min_size=1, max_size=9
    )
)
def test_every_paragraph_can_be_written_and_read(steps: list[tuple[str, int]]) -> None:
    steps[0] = ("", steps[0][1])
    written = " ".join(f"{join} {claim}".strip() for join, claim in steps)
    assert [(s["join"], s["claim"]) for s in stepped(written)[0]] == steps


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_paragraphs(text: str) -> None:
    steps, quote = stepped(text)
    assert all(step["claim"] < 10**9 for step in steps)
    assert quote < 10**9


def test_a_plan_of_the_short_form() -> None:
    claims = outline_of(*(f"Keeper number {i} lit the lamp." for i in range(1, 9))).claims
    note = NoteForm(
        title="Keepers",
        aliases=("the keepers",),
        lead="2 and 1",
        sections=({"heading": "Lamps", "paragraphs": ["3 4", "5 also 6 Q1"]},),
    )
    answer = {
        "entities": [],
        "notes": [note.model_dump(mode="json")],
        "unused": {"repeats": [7], "off_topic": [], "too_thin": [8], "unclear": []},
    }
    plan = read_plan(reply(answer), claims)
    (read,) = plan.notes
    assert numbers_of(read) == (2, 1, 3, 4, 5, 6)
    assert read.lead[1].join == "and"
    assert (read.callout, read.sections[0].callout) == (0, 1)
    assert [(u.claim, u.reason) for u in plan.unused] == [(7, "repeats"), (8, "too_thin")]
    assert PlanDraft.model_validate(plan.model_dump()) == plan


def test_a_plan_of_the_long_form_is_read_as_before() -> None:
    note = DraftNote.model_validate(
        {
            "title": "Keepers",
            "aliases": [],
            "lead": [{"join": "", "claim": 1}],
            "callout": 2,
            "sections": [{"heading": "A", "paragraphs": [[{"join": "", "claim": 2}]], "callout": 0}],
        }
    )
    assert (numbers_of(note), note.callout) == ((1, 2), 2)
