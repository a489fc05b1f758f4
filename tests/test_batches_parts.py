"""The small parts of batches: files of questions, lines of results, what servers say, and the patience of flex."""

import json
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadReply, SettingsError, StopRun, TransientError, Waiting
from pipeline.models.batches.deferring import AtOnce
from pipeline.models.batches.forms import Form
from pipeline.models.batches.packing import Limits, custom_id, packs
from pipeline.models.batches.remotes import read_page, read_remote
from pipeline.models.batches.results import Line, lines, read_line
from pipeline.models.capabilities import Learning
from pipeline.models.faults import Unable, Way
from pipeline.models.keys import Key
from pipeline.settings import ModelSettings, load_settings
from pipeline.values.exchange import Request
from pipeline.values.posted import Deferred
from tests.batch_rounds import SETTINGS, request
from tests.commands import written

KEY = "sk-planted-9b1d20"
ANSWERED = {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}}


def form(*ways: Way, settings: ModelSettings = SETTINGS) -> Form:
    return Form(settings, Learning(ways or ("json_schema",), None, lambda _: None), "the server", Key(KEY))


def line(status: int | None, body: object, error: object = None) -> Line:
    response = None if status is None else {"status_code": status, "body": body}
    read = read_line(json.dumps({"custom_id": "c", "response": response, "error": error}).encode())
    assert read is not None
    return read


def deferred(count: int, tokens: int = 10) -> list[Deferred]:
    return [Deferred(request=request(f"question {n}"), video="v", tokens=tokens) for n in range(count)]


def body(asked: Request) -> dict[str, object]:
    return {"messages": [m.content for m in asked.messages]}


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=6))
def test_lines_do_not_depend_on_how_the_stream_is_cut(content: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(content)]
    parts = [content[a:b] for a, b in pairwise(places)]
    assert list(lines(parts)) == [piece for piece in content.split(b"\n") if piece.strip()]


def test_a_line_longer_than_an_answer_can_be_is_not_kept_and_the_next_one_is() -> None:
    parts = [b"x" * 1_000_000] * 20 + [b"\n" + b'{"custom_id":"a"}' + b"\n"]
    long, good = lines(parts)
    assert len(long) < 10_000_000
    assert read_line(long) is None
    assert read_line(good) == Line(custom_id="a")


@given(
    st.integers(1, 12),
    st.integers(1, 6),
    st.integers(200, 3_000),
    st.one_of(st.none(), st.integers(5, 80)),
)
def test_packs_hold_every_question_once_and_keep_the_limits(
    count: int, most: int, content: int, tokens: int | None
) -> None:
    questions = deferred(count)
    found = list(packs(questions, body, Limits(most, content, tokens)))
    assert sorted(q.request.key for pack in found for q in pack.questions) == sorted(q.request.key for q in questions)
    for pack in found:
        alone = len(pack.questions) == 1
        assert len(pack.questions) <= most
        assert alone or len(pack.content) <= content
        assert alone or pack.tokens <= (tokens or pack.tokens)
        assert pack.content.count(b"\n") == len(pack.questions)


def test_the_same_questions_in_another_order_are_the_same_file() -> None:
    questions = deferred(5)
    (first,), (second,) = packs(questions, body, Limits()), packs(questions[::-1], body, Limits())
    assert first.digest == second.digest
    names = [json.loads(text)["custom_id"] for text in first.content.splitlines()]
    assert names == [custom_id(q.request.key) for q in first.questions]
    assert {len(name) for name in names} == {64}


def test_an_answer_becomes_a_reply_without_the_key() -> None:
    said = {"choices": [{"message": {"content": f"the key is {KEY}"}, "finish_reason": "stop"}]}
    assert form().read(line(200, said), request("q")).text == "the key is ***"


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "rate_limit_exceeded", TransientError),
        (500, None, TransientError),
        (None, "batch_expired", TransientError),
        (400, "invalid_request_error", BadReply),
        (401, "invalid_api_key", StopRun),
        (429, "insufficient_quota", StopRun),
        (404, "model_not_found", SettingsError),
    ],
)
def test_lines_of_errors_become_errors_by_what_to_do(status: int | None, code: str | None, error: type) -> None:
    said = {"message": f"no: {KEY}", "code": code}
    given = line(None, None, said) if status is None else line(status, {"error": said})
    with pytest.raises(error) as caught:
        form().read(given, request("q"))
    assert KEY not in str(caught.value)


def test_a_filter_and_a_question_that_is_too_long_are_replies() -> None:
    filtered = line(400, {"error": {"code": "content_filter", "message": "no"}})
    assert form().read(filtered, request("q")).finish == "content_filter"
    too_long = line(400, {"error": {"code": "context_length_exceeded", "message": "no"}})
    assert form().read(too_long, request("q")).finish == "length"


def test_a_way_that_is_refused_is_followed_by_the_next_for_the_questions_to_come() -> None:
    asked = form("json_schema", "json_object")
    assert asked.body(request("q"))["response_format"]["type"] == "json_schema"
    refusal = line(400, {"error": {"message": "not supported", "param": "response_format"}})
    with pytest.raises(Unable):
        asked.read(refusal, request("q"))
    assert asked.body(request("q"))["response_format"]["type"] == "json_object"


def test_a_body_that_is_no_completion_is_none_and_one_with_an_error_inside_is_that_error() -> None:
    with pytest.raises(ValueError, match="choices"):
        form().read(line(200, {"choices": []}), request("q"))
    with pytest.raises(TransientError):
        form().read(line(200, {"error": {"message": "upstream", "code": 503}}), request("q"))


def test_the_tier_is_not_sent_in_a_batch() -> None:
    flex = SETTINGS.model_copy(update={"service_tier": "flex"})
    assert "service_tier" not in form(settings=flex).body(request("q"))


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'{"custom_id": 7}', b'{"custom_id": "\xff"}', b'{"response": {}}', b"[" * 9_999]
)
def test_lines_that_say_nothing_are_none(raw: bytes) -> None:
    assert read_line(raw) is None


def test_what_a_server_says_of_a_batch_is_read_leniently() -> None:
    bare = read_remote(b'{"id": "b", "status": "completed"}')
    assert (bare.over, bare.total, bare.output_file, bare.faults) == (True, 0, None, ())
    odd = b'{"id": "b", "status": "new", "metadata": {"a": 1}, "errors": {"data": [{"line": 3}]}, "more": [1]}'
    assert read_remote(odd).metadata == {"a": "1"}
    assert [fault.line for fault in read_remote(odd).faults] == [3]
    with pytest.raises(ValueError, match="status"):
        read_remote(b'{"id": "b"}')
    assert read_page(b'{"data": []}') == ((), False)


def test_at_once_has_done_what_was_submitted_and_raises_what_is_not_ours() -> None:
    done: Future[int] = AtOnce().submit(lambda: 7)
    assert done.result() == 7

    def waits() -> int:
        raise Waiting("later")

    assert isinstance(AtOnce().submit(waits).exception(), Waiting)
    with pytest.raises(ZeroDivisionError):
        AtOnce().submit(lambda: 1 // 0)


def test_flex_is_waited_for_longer_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    text = json.dumps(
        {"models": {"a": {"service_tier": "flex"}, "b": {"service_tier": "flex", "timeout_s": 5}, "c": {}}}
    )
    models = load_settings(written(tmp_path, text)).models
    assert [models[name].timeout_s for name in "abc"] == [900, 5, 120]
    assert models["a"].give_up_after_s > models["c"].give_up_after_s
    assert ModelSettings(service_tier="flex").attempts == 10


def test_the_usage_of_an_answer_is_read() -> None:
    assert form().read(line(200, ANSWERED), request("q")).usage.prompt == 3
