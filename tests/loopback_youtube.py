"""A YouTube on the loopback interface: the recorded answers that ship with youtube-transcript-api, over real HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from pipeline.sources.youtube_client import TimedSession
from pipeline.values.sourcing import YouTubeSettings

RECORDED_ID = "GJLlxj_dtq8"
CAPTIONS = b'<transcript><text start="0" dur="1.54">Hey, this is just a test</text></transcript>'


def recorded(name: str) -> bytes:
    """A recorded answer from the installed client."""
    return (files("youtube_transcript_api") / "test" / "assets" / name).read_bytes()


@dataclass
class Answer:
    """What the server says to one request."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    """Close the connection in the middle of the body."""
    hang_s: float = 0


@dataclass
class Script:
    """The answers by part of the path; the last of several stays."""

    answers: dict[str, list[Answer]]
    seen: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def next(self, path: str) -> Answer:
        """The answer to a request."""
        self.seen.append(path)
        for part, answers in self.answers.items():
            if part in path:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return Answer(b"", status=404)


def script(**changed: Answer | list[Answer]) -> Script:
    """A YouTube on which all is well, but for what is changed: `watch`, `player`, `timedtext`."""
    usual: dict[str, Answer | list[Answer]] = {
        "watch": Answer(recorded("youtube.html.static")),
        "player": Answer(recorded("youtube.innertube.json.static")),
        "timedtext": Answer(recorded("transcript.xml.static"), headers={"Content-Type": "text/xml; charset=UTF-8"}),
    }
    chosen = usual | changed
    return Script({part: a if isinstance(a, list) else [a] for part, a in chosen.items()})


def player(**changed: Any) -> Answer:
    """The recorded player answer with top-level fields changed."""
    return Answer(json.dumps(json.loads(recorded("youtube.innertube.json.static")) | changed).encode())


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def do_GET(self) -> None:
        self._say(self.script.next(self.path))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._say(self.script.next(self.path))

    def _say(self, answer: Answer) -> None:
        if answer.hang_s:
            self.script.released.wait(answer.hang_s)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + (1000 if answer.drop else 0)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


class _ToLoopback(HTTPAdapter):
    """Sends what is meant for YouTube to a port of this machine."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        parts = urlsplit(request.url or "")
        request.url = f"http://127.0.0.1:{self.port}{parts.path}?{parts.query}"
        kwargs["proxies"] = {}
        return super().send(request, *args, **kwargs)


@contextmanager
def youtube(said: Script, settings: YouTubeSettings | None = None) -> Iterator[TimedSession]:
    """A session that talks to a loopback YouTube with these answers."""
    handler = type("Handler", (_Handler,), {"script": said})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    with TimedSession(settings or YouTubeSettings(timeout_s=5)) as session:
        session.trust_env = False
        session.mount("https://www.youtube.com", _ToLoopback(server.server_port))
        try:
            yield session
        finally:
            said.released.set()
            server.shutdown()
            server.server_close()
            thread.join()
