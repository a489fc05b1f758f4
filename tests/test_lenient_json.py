"""Answers that are almost JSON: what is read of them, and that nothing cut is ever taken for whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadReply
from pipeline.stages.draft import read_outline
from pipeline.stages.exchanging import NotJson, read_object
from pipeline.stages.lenient import object_in
from pipeline.values.draft import OutlineDraft
from pipeline.values.exchange import Reply, Usage
from tests.building import script

SPOKEN = script(
    "The first tower was cast iron and they lit it in 1854.",
    "It was not the waves that worried the keepers there.",
    "The shaking broke the lamp glass every single winter.",
)
CLAIMS = [
    {
        "evidence": [{"line": number, "quote": quote}],
        "subject": "The tower",
        "text": f"The tower, so they said, was number {number}.",
        "voice": "told",
    }
    for number, quote in ((1, "they lit it in 1854"), (2, "not the waves"), (3, "broke the lamp glass"))
]
ANSWER = {"claims": CLAIMS, "callouts": []}
TEXT = json.dumps(ANSWER)


def reply(text: str) -> Reply:
    return Reply(text=text, finish="stop", model="m", usage=Usage(calls=1))


def with_trailing_commas(text: str) -> str:
    return text.replace("}]", "},]").replace("]}", "],}")


def with_single_quotes(text: str) -> str:
    return text.replace('"', "'")


def with_comments(text: str) -> str:
    return text.replace('{"line"', '{ // a "line" {of the\n "line"').replace("[", "[ /* ] */ ")


def with_bare_names(text: str) -> str:
    return text.replace('"claims"', "claims").replace('"voice"', "voice")


WAYS = [str, with_trailing_commas, with_single_quotes, with_comments, with_bare_names]


@pytest.mark.parametrize("written", WAYS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "```\n{}\n```\nI hope this helps!",
        "Here it is, as asked:\n{}",
        "In the form {{claims}}, as asked:\n```json\n{}\n```",
        '<think>{{"claims": []}} would not do</think>{}',
        '{}\n\nLet\'s go on; "more" in {{this}}.',
    ],
)
def test_what_models_write_around_and_within(written: Any, around: str) -> None:
    assert object_in(around.format(written(TEXT))) == ANSWER


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": "he said "no" to it", "b": 1}', {"a": 'he said "no" to it', "b": 1}),
        ("{'a': 'the keeper's lamp', 'b': 1}", {"a": "the keeper's lamp", "b": 1}),
        ('{"a": "one\nof two lines"}', {"a": "one\nof two lines"}),
        ('{"a": True, "b": None}', {"a": True, "b": None}),
        ('{"a": "ends with a backslash \\\\", "b": 1,}', {"a": "ends with a backslash \\", "b": 1}),
        ('{"a": "{ no [ brackets", "b": [1,],}', {"a": "{ no [ brackets", "b": [1]}),
    ],
)
def test_slips_within(text: str, found: dict[str, Any]) -> None:
    assert object_in(text) == found


@pytest.mark.parametrize("written", WAYS)
def test_an_answer_that_breaks_off_anywhere_is_never_closed_for_the_model(written: Any) -> None:
    text = written(TEXT)
    for end in range(len(text)):
        for tail in ("", "\n```", "..."):
            with pytest.raises(NotJson):
                read_object(reply(text[:end] + tail))


@given(st.integers(0, len(TEXT) - 1), st.sampled_from(WAYS))
def test_no_claim_whose_text_or_quote_was_cut_is_kept(end: int, written: Any) -> None:
    whole = {claim["text"] for claim in CLAIMS}
    quotes = {claim["evidence"][0]["quote"] for claim in CLAIMS}  # type: ignore[index]
    try:
        draft = read_outline(reply(written(TEXT)[:end]), SPOKEN.chunks[0])
    except BadReply as error:
        kept = getattr(error, "kept", None)
        draft = kept if isinstance(kept, OutlineDraft) else OutlineDraft(claims=(), callouts=())
    assert {claim.text for claim in draft.claims} <= whole
    assert {piece.quote for claim in draft.claims for piece in claim.evidence} <= quotes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON at all",
        "[1, 2]",
        '{"a": ' + "[" * 100 + "]" * 100 + ",}",
        '{"a": [1}, "b": 2,}',
        '{"a": "never closed, }',
        "{'a': /* never closed }",
        "{never ends // }",
        "{,}",
    ],
)
def test_what_is_no_object_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="answer"):
        object_in(text)


@pytest.mark.parametrize(
    "pattern", ['["', '"x" y ', "/*", "//", "{'a':", '\\\\"', '["x"y', "'", '"', '": "', "[{", "},{"]
)
@pytest.mark.parametrize("end", ["", "}", '"}', "]}"])
def test_hostile_texts_are_refused_at_once(pattern: str, end: str) -> None:
    text = '{"a":"' + pattern * (2_000_000 // len(pattern)) + end
    try:
        assert isinstance(object_in(text), dict)
    except ValueError as error:
        assert "answer" in str(error)  # noqa: PT017 - either outcome will do; what must not happen is that it takes minutes
