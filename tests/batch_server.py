"""A loopback server with files and batches, which fails where a test says so and counts what it would have billed.

A batch is answered when it is created; what a client sees of it goes from state to state with each look. Answers are
those of `tests.scripted_server`, for the same questions the same.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from tests.scripted_server import Asked, Behaviour, completion

Call = Literal["upload", "create", "retrieve", "list", "content", "cancel"]
Trouble = Literal["500", "429", "401", "404", "400", "no_credit", "drop", "drop_after", "garbage", "cut"]
"""What goes wrong with a call. "drop_after" does what was asked, and drops the connection instead of answering;
"cut" breaks a file off in its middle."""

LineTrouble = Literal[
    "missing",  # no line at all
    "bad_json",
    "bad_utf8",
    "no_completion",  # a body of status 200 that is none
    "twice",  # the same line two times
    "stranger",  # a line beside it that nobody asked for
    "429",
    "500",
    "400",
    "no_credit",
    "expired",
]
_LINE_STATUSES: dict[str, tuple[int, str]] = {
    "429": (429, "rate_limit_exceeded"),
    "500": (500, "server_error"),
    "400": (400, "invalid_request_error"),
    "no_credit": (429, "insufficient_quota"),
}


@dataclass
class Batch:
    id: str
    input_file: str
    metadata: dict[str, str]
    lines: list[dict[str, Any]]
    created: float
    ending: str = "completed"
    looks: int = 0
    output_file: str | None = None
    error_file: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class BatchServer:
    """Begin with `with BatchServer(…) as server`, then ask `server.url`.

    Args:
        answers: the behaviour of the model for a question.
        troubles: what goes wrong with the n-th call of a kind, n from 0.
        line: what goes wrong with a line, told the n-th time that the question is asked, n from 0.
        ending: the state in which the n-th batch ends, and what is wrong with it, n from 0.
        looks: how often a batch is looked at before it is over.
        heard: called with each call and "before" or "after" what it does.
        hidden: so many listings do not show the newest batch yet.
    """

    answers: Callable[[Asked], Behaviour] = lambda _: "good"
    troubles: Callable[[Call, int], Trouble | None] = lambda _, __: None
    line: Callable[[Asked, int], LineTrouble | None] = lambda _, __: None
    ending: Callable[[int, list[dict[str, Any]]], tuple[str, list[dict[str, Any]]]] = lambda _, __: ("completed", [])
    looks: int = 1
    heard: Callable[[Call, str], None] = lambda _, __: None
    hidden: int = 0
    page: int = 100
    files: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    paid: Counter[str] = field(default_factory=Counter)
    """How often each question was answered, by its name."""
    asked: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Iterator[int] = field(default_factory=count)

    def __enter__(self) -> Self:
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.scripted = self
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

    @property
    def received(self) -> str:
        """All that was ever uploaded, as text."""
        return "\n".join(content.decode() for name, content in self.files.items() if name.startswith("file-in"))

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        file_id = f"file-in{len(self.files)}"
        self.files[file_id], self.names[file_id] = content, name
        return {"id": file_id, "object": "file", "bytes": len(content), "filename": name, "purpose": "batch"}

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body["endpoint"] == "/v1/chat/completions"
        lines = [json.loads(line) for line in self.files[body["input_file_id"]].splitlines()]
        number = len(self.batches)
        batch = Batch(f"batch_{number}", body["input_file_id"], body.get("metadata") or {}, lines, time.time())
        batch.ending, batch.errors = self.ending(number, lines)
        self.batches.append(batch)
        if batch.ending != "failed":
            self._answer(batch)
        return self.shown(batch)

    def _answer(self, batch: Batch) -> None:
        output, errors = [], []
        for line in batch.lines:
            good, bad = self._lines(line)
            output += good
            errors += bad
        for name, kept in (("output", output), ("error", errors)):
            if kept:
                file_id = f"file-{name}{len(self.files)}"
                self.files[file_id] = b"\n".join(kept) + b"\n"
                setattr(batch, f"{name}_file", file_id)

    def _lines(self, line: dict[str, Any]) -> tuple[list[bytes], list[bytes]]:
        name = line["custom_id"]
        asked = Asked(next(self._numbers), line["body"], {})
        trouble = self.line(asked, self.asked[name])
        self.asked[name] += 1
        if trouble in _LINE_STATUSES:
            status, code = _LINE_STATUSES[trouble]
            error = {"error": {"message": f"scripted: {trouble}", "code": code, "type": code}}
            return [], [_line(name, {"status_code": status, "body": error})]
        if trouble == "expired":
            return [], [_line(name, None, {"code": "batch_expired", "message": "not in time"})]
        self.paid[name] += 1
        self.kinds[asked.kind] += 1
        good = _line(name, {"status_code": 200, "body": completion(asked, self.answers(asked))})
        return _spoilt(name, good, trouble), []

    def shown(self, batch: Batch) -> dict[str, Any]:
        over = batch.looks >= self.looks
        status = batch.ending if over else ("validating", "in_progress", "finalizing")[min(batch.looks, 2)]
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "status": status,
            "created_at": int(batch.created),
            "input_file_id": batch.input_file,
            "metadata": batch.metadata,
            "output_file_id": batch.output_file if over else None,
            "error_file_id": batch.error_file if over else None,
            "errors": {"object": "list", "data": batch.errors} if over and batch.errors else None,
            "request_counts": {"total": len(batch.lines), "completed": len(batch.lines) if over else 0, "failed": 0},
        }

    def retrieve(self, batch_id: str) -> dict[str, Any] | None:
        batch = next((b for b in self.batches if b.id == batch_id), None)
        if batch is None:
            return None
        shown = self.shown(batch)
        batch.looks += 1
        return shown

    def cancel(self, batch_id: str) -> dict[str, Any]:
        batch = next(b for b in self.batches if b.id == batch_id)
        batch.ending, batch.looks = "cancelled", self.looks
        return self.shown(batch)

    def listed(self, after: str | None) -> dict[str, Any]:
        newest = self.batches[::-1]
        if self.hidden:
            self.hidden -= 1
            newest = newest[1:]
        ids = [b.id for b in newest]
        start = ids.index(after) + 1 if after in ids else 0
        shown = newest[start : start + self.page]
        more = start + self.page < len(newest)
        return {"object": "list", "data": [self.shown(b) for b in shown], "has_more": more}


def _spoilt(name: str, good: bytes, trouble: LineTrouble | None) -> list[bytes]:
    """The lines of output for a question that was answered."""
    bad: dict[LineTrouble | None, list[bytes]] = {
        "missing": [],
        "bad_json": [good[:-10]],
        "bad_utf8": [good.replace(b'"choices"', b'"\xff\xfe"')],
        "no_completion": [_line(name, {"status_code": 200, "body": {"choices": []}})],
        "twice": [good, good],
        "stranger": [_line("0" * 64, {"status_code": 200, "body": {}}), good],
    }
    return bad.get(trouble, [good])


def _line(name: str, response: dict[str, Any] | None, error: dict[str, Any] | None = None) -> bytes:
    return json.dumps({"id": "r", "custom_id": name, "response": response, "error": error}).encode()


class _Server(ThreadingHTTPServer):
    scripted: BatchServer
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        parts = url.path.split("/")[2:]
        if parts[0] == "files":
            self._call("content", lambda s: s.files.get(parts[1]))
        elif len(parts) == 2:
            self._call("retrieve", lambda s: s.retrieve(parts[1]))
        else:
            self._call("list", lambda s: s.listed(parse_qs(url.query).get("after", [None])[0]))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        parts = urlsplit(self.path).path.split("/")[2:]
        if parts == ["files"]:
            self._call("upload", lambda s: s.upload(*self._uploaded(body)))
        elif parts == ["batches"]:
            self._call("create", lambda s: s.create(json.loads(body)))
        elif parts[-1] == "cancel":
            self._call("cancel", lambda s: s.cancel(parts[1]))
        else:
            self._send(404, b"{}")

    def _uploaded(self, body: bytes) -> tuple[str, bytes]:
        form = message_from_bytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body)
        parts: dict[Any, Any] = {p.get_param("name", header="content-disposition"): p for p in form.get_payload()}  # type: ignore[union-attr]  # typed for mails of any shape
        assert parts["purpose"].get_payload() == "batch"
        return parts["file"].get_filename(), parts["file"].get_payload(decode=True)

    def _call(self, call: Call, act: Callable[[BatchServer], dict[str, Any] | bytes | None]) -> None:
        server = self.server.scripted
        with server.lock:
            number = server.calls[call]
            server.calls[call] += 1
            server.headers.append({k.lower(): v for k, v in self.headers.items()})
        server.heard(call, "before")
        trouble = server.troubles(call, number)
        if trouble in _STATUSES:
            status, code = _STATUSES[trouble]
            said = {"message": f"scripted: {trouble} {self.headers.get('Authorization')}", "code": code, "type": code}
            self._send(status, json.dumps({"error": said}).encode(), {"Retry-After": "0.01"} if status == 429 else {})
            return
        if trouble == "drop":
            self.close_connection = True
            return
        with server.lock:
            found = act(server)
        server.heard(call, "after")
        if trouble == "drop_after":
            self.close_connection = True
        elif found is None:
            self._send(404, b'{"error": {"message": "no such thing", "code": null}}')
        elif trouble == "garbage":
            self._send(200, b"<html>a proxy's page</html>")
        else:
            content = found if isinstance(found, bytes) else json.dumps(found).encode()
            self._send(200, content, cut=trouble == "cut")

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True


_STATUSES: dict[str | None, tuple[int, str | None]] = {
    "500": (500, None),
    "429": (429, "rate_limit_exceeded"),
    "401": (401, "invalid_api_key"),
    "404": (404, None),
    "400": (400, "invalid_request_error"),
    "no_credit": (429, "insufficient_quota"),
}
