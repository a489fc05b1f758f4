"""A loopback server that knows some ways of asking for a form, and refuses the others as real servers do."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.scripted_server import Asked, answer_text

KINDS = {"claims": "outline_draft", "repairs": "mend_draft", "items": "judge_draft", "notes": "plan_draft"}
Refusal = Callable[[str], tuple[int, Any]]


def by_param(way: str) -> tuple[int, Any]:
    """As OpenAI refuses: the parameter is named."""
    param = "tools" if way == "tool" else "response_format"
    error = {"message": "Invalid parameter.", "type": "invalid_request_error", "param": param, "code": None}
    return 400, {"error": error}


def by_location(way: str) -> tuple[int, Any]:
    """As servers built on pydantic refuse."""
    where = ["body", "tools", 0] if way == "tool" else ["body", "response_format", "type"]
    return 422, {"detail": [{"type": "literal_error", "loc": where, "msg": "Input should be 'text'"}]}


def by_words(way: str) -> tuple[int, Any]:
    """As servers at home refuse: in words only."""
    if way == "tool":
        return 404, {"error": {"message": "No endpoints found that support tool use.", "code": 404}}
    if way == "json_object":
        return 400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}
    return 400, [{"error": {"code": 400, "message": "Unknown name json_schema", "status": "INVALID_ARGUMENT"}}]


@dataclass
class CapableServer:
    """Begin with `with CapableServer(…) as server`, then ask `server.url`.

    Args:
        knows: the ways that it knows.
        refusal: how it refuses the others, by status and body.
        ignores: ways that it takes and answers with prose.
        headers: of every response.
        said: words put into every text of an answer: `error`, `model`, `refusal`, `text`.
        status: instead of 200, with an error of these words.
    """

    knows: Iterable[str] = ("json_schema", "json_object", "tool", "plain")
    refusal: Refusal = by_param
    ignores: Iterable[str] = ()
    headers: dict[str, str] = field(default_factory=dict)
    said: str = ""
    status: Callable[[int], int] = lambda _: 200
    dressed: Callable[[str], str] = str
    ways: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.capable = self
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def respond(self, body: dict[str, Any]) -> tuple[int, Any]:
        way = _way(body)
        with self.lock:
            self.ways.append(way)
            self.bodies.append(body)
            number = len(self.ways)
        status = self.status(number)
        if status != 200:
            return status, {"error": {"message": f"no: {self.said}", "type": self.said, "code": self.said}}
        if way not in self.knows:
            return self.refusal(way)
        text = "It was lit in 1854." if way in self.ignores else self.dressed(self._text(body, way))
        return 200, _completion(text + self.said, way, body["model"] + self.said)

    def _text(self, body: dict[str, Any], way: str) -> str:
        name, schema = _form(body, way)
        if "year" in schema["properties"]:
            return json.dumps({"year": 1854, "lit": "the lamp"})
        strict = {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}
        return answer_text(Asked(0, {**body, "response_format": strict}, {}), "good")


class _Server(ThreadingHTTPServer):
    capable: CapableServer
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.capable.keys.add(self.headers["Authorization"])
        status, answer = self.server.capable.respond(body)
        sent = json.dumps(answer).encode()
        self.send_response(status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(sent)), **self.server.capable.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)


def _way(body: dict[str, Any]) -> str:
    if "tools" in body:
        return "tool"
    return str(body.get("response_format", {}).get("type", "plain"))


def _form(body: dict[str, Any], way: str) -> tuple[str, dict[str, Any]]:
    """The name and the schema of what is asked for; in words the schema is the last line of the first message."""
    if way == "tool":
        function = body["tools"][0]["function"]
        return function["name"], function["parameters"]
    if way == "json_schema":
        asked = body["response_format"]["json_schema"]
        return asked["name"], asked["schema"]
    schema = json.loads(body["messages"][0]["content"].splitlines()[-1])
    return next((KINDS[name] for name in schema["properties"] if name in KINDS), "probe_answer"), schema


def _completion(text: str, way: str, model: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if way == "tool":
        call = {"id": "1", "type": "function", "function": {"name": "answer", "arguments": text}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "tool_calls" if way == "tool" else "stop", "message": message}],
        "usage": {"prompt_tokens": 90, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 64}},
    }
