"""The web on the loopback interface: a proxy that answers for every host itself, over TLS where that is asked for.

A command that is told to use it as its proxy, and to trust its certificates, talks to it as to the real servers: with
the real clients, their addresses and their handshakes, and without any of it leaving this machine.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import trustme

from tests.loopback_youtube import Answer


class Asked(NamedTuple):
    """A request as the server of a host gets it."""

    method: str
    host: str
    path: str
    body: bytes
    login: str
    """What the client told the proxy of itself, as the header has it."""


@dataclass
class World:
    """A running proxy: its address, the file with the certificate to trust, and everything that was asked."""

    proxy: str
    certificates: Path
    seen: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def variables(self) -> dict[str, str]:
        """The environment that makes clients trust the certificates."""
        return {"REQUESTS_CA_BUNDLE": str(self.certificates), "SSL_CERT_FILE": str(self.certificates)}

    def paths(self, part: str) -> list[str]:
        """The paths asked for that hold this part."""
        return [asked.path for asked in self.seen if part in asked.path]


Say = Callable[[Asked], Answer]


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@cache
def _context(host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(host).configure_cert(context)
    return context


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World
    say: Say
    host = ""
    login = ""

    def do_CONNECT(self) -> None:
        self.host = self.path.partition(":")[0]
        self.login = self.headers.get("Proxy-Authorization", "")
        self.send_response(200, "Connection established")
        self.end_headers()
        try:
            self.connection = _context(self.host).wrap_socket(self.connection, server_side=True)
        except OSError:  # a client that does not trust us; it says so itself
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        host = self.host or parts.hostname or ""
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        login = self.login or self.headers.get("Proxy-Authorization", "")
        asked = Asked(self.command, host, path, body, login)
        self.world.seen.append(asked)
        self._send(type(self).say(asked))

    do_POST = do_GET  # noqa: N815 - the names that the parent calls
    do_HEAD = do_GET  # noqa: N815

    def finish(self) -> None:
        super().finish()
        if isinstance(self.connection, ssl.SSLSocket):  # the server closes only the socket that it accepted
            self.connection.close()

    def _send(self, answer: Answer) -> None:
        if answer.hang_s:
            self.world.released.wait(answer.hang_s)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + (1000 if answer.drop else 0)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        if answer.drop:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients hang up when they like."""


@contextmanager
def world(say: Say, folder: Path) -> Iterator[World]:
    """A proxy whose hosts answer with `say`; its certificate is written into a folder."""
    certificates = folder / "certificates.pem"
    _authority().cert_pem.write_to_path(certificates)
    server = _Server(("127.0.0.1", 0), _Handler)
    made = World(proxy=f"http://127.0.0.1:{server.server_port}", certificates=certificates)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"world": made, "say": staticmethod(say)})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def by_path(answers: dict[str, list[Answer]]) -> Say:
    """Answers by part of the path; the last of several stays."""
    lock = threading.Lock()

    def say(asked: Asked) -> Answer:
        with lock:
            for part, said in answers.items():
                if part in asked.path:
                    return said.pop(0) if len(said) > 1 else said[0]
        return Answer(b"", status=404)

    return say
