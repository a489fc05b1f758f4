"""Bodies of other servers than OpenAI's: what is read of them, and what ends them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from pipeline.errors import BadReply, CitenoteError, SettingsError, StopRun, TransientError
from pipeline.models.answers import read_answer
from pipeline.models.deadlines import Bounded
from pipeline.models.faults import fault_within
from pipeline.models.keys import Key
from pipeline.models.openai import OpenAIModel
from pipeline.settings import ModelSettings
from pipeline.values.exchange import Message, Request

ASKED = Request(
    model="m",
    base_url=None,
    messages=(Message(role="user", content="q"),),
    schema_name="s",
    schema_text='{"type":"object","properties":{}}',
    max_tokens=9,
)


def completion(message: dict[str, Any], finish: str | None = "stop") -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": finish}]}).encode()


def called(arguments: Any) -> dict[str, Any]:
    return {"content": None, "tool_calls": [{"function": {"name": "s", "arguments": arguments}}]}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "{}"}, "{}"),
        ({"content": None}, ""),
        ({}, ""),
        ({"content": [{"type": "text", "text": "{"}, {"type": "text", "text": "}"}, {"type": "image"}]}, "{}"),
        (called('{"a":1}'), '{"a":1}'),
        (called({"a": "ä"}), '{"a": "ä"}'),
        ({"content": "{}", "tool_calls": []}, "{}"),
        ({"content": "{}", "tool_calls": None}, "{}"),
        ({"content": "{}", "tool_calls": [{"function": None}, {}]}, "{}"),
    ],
)
def test_where_servers_put_their_answers(message: dict[str, Any], text: str) -> None:
    assert read_answer(completion(message), ASKED, Key(None)).text == text


@pytest.mark.parametrize(
    ("finish", "told"),
    [
        ("length", "length"),
        ("max_tokens", "length"),
        ("content_filter", "content_filter"),
        ("tool_calls", "stop"),
        (None, "stop"),
    ],
)
def test_why_an_answer_ended(finish: str | None, told: str) -> None:
    assert read_answer(completion({"content": "{}"}, finish), ASKED, Key(None)).finish == told


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{}]}', b"\xff", b"[" * 5_000])
def test_what_is_no_completion(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"completion|Answer|JSON"):
        read_answer(body, ASKED, Key(None))
    assert fault_within(body) is None


@contextmanager
def saying(status: int, parts: Iterator[bytes] | list[bytes], length: int | None = None) -> Iterator[str]:
    """A server that says this to everything; its address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(sum(map(len, parts)) if isinstance(parts, list) else length))
            self.end_headers()
            for part in parts:
                try:
                    self.wfile.write(part)
                except OSError:
                    return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    http = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}/v1"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def ask(url: str, timeout_s: float = 5) -> CitenoteError:
    model = OpenAIModel(ModelSettings(base_url=url, model="small", timeout_s=timeout_s), "sk-planted-123")
    try:
        with pytest.raises(CitenoteError) as caught:
            model.answer(ASKED)
    finally:
        model.close()
    return caught.value


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 429, "message": "slow down"}, TransientError),
        ({"code": 402, "message": "no credit"}, StopRun),
        ({"code": 400, "message": "no sk-planted-123"}, BadReply),
        ({"code": 404, "message": "no such model"}, SettingsError),
        ({"code": "server_error", "message": "upstream"}, TransientError),
        ("upstream broke", TransientError),
    ],
)
def test_errors_that_come_with_a_status_of_success(error: Any, kind: type[CitenoteError]) -> None:
    with saying(200, [json.dumps({"error": error}).encode()]) as url:
        told = ask(url)
    assert type(told) is kind
    assert "sk-planted" not in str(told)


def test_a_refusal_that_drips_ends_in_time() -> None:
    ended = threading.Event()

    def dripping() -> Iterator[bytes]:
        while not ended.wait(0.05):
            yield b" "

    with saying(500, dripping(), 1_000_000) as url:
        told = ask(url, timeout_s=0.4)
        ended.set()
    assert isinstance(told, TransientError)
    assert "within 0.4 s" in str(told)


def test_of_a_refusal_that_is_too_long_only_the_status_counts() -> None:
    with saying(401, [b'{"error": "' + b"x" * 400_000] + [b"x" * 400_000] * 40) as url:
        assert isinstance(ask(url), StopRun)


def test_a_bounded_stream() -> None:
    class Parts(httpx2.SyncByteStream):
        closed = False

        def __iter__(self) -> Iterator[bytes]:
            yield from [b"a"] * 5

        def close(self) -> None:
            self.closed = True

    inside, times = Parts(), iter(range(10))
    stream = Bounded(inside, 2, lambda: next(times))
    with pytest.raises(httpx2.ReadTimeout):
        list(stream)
    assert list(Bounded(inside, 99, lambda: 0.0)) == [b"a"] * 5
    stream.close()
    assert inside.closed
