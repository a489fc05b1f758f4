"""Questions as the lines of files, within what a server takes at once."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pipeline.values.exchange import Request
from pipeline.values.posted import Deferred

ENDPOINT: Final = "/v1/chat/completions"


Body = Callable[[Request], dict[str, Any]]
"""What is sent for a question."""


@dataclass(frozen=True)
class Limits:
    """What one batch may hold. The defaults are within those of OpenAI (50,000 lines, 200 MB) and of Azure."""

    requests: int = 50_000
    content: int = 90_000_000
    """Bytes; a file is held in memory while it is sent."""
    tokens: int | None = None
    """Of the questions of all batches of a model that are under way; None where it is not known."""


@dataclass(frozen=True)
class Pack:
    """The content of one file."""

    questions: tuple[Deferred, ...]
    content: bytes
    tokens: int

    @property
    def digest(self) -> str:
        """A hash of the content."""
        return hashlib.sha256(self.content).hexdigest()


def packs(questions: Iterable[Deferred], body: Body, limits: Limits) -> Iterator[Pack]:
    """The questions in as few files as the limits allow, ordered by their keys so that equal sets give equal files.

    A question that is beyond the limits by itself gets a file of its own: the server may say so.
    """
    lines: list[bytes] = []
    held: list[Deferred] = []
    size = tokens = 0
    for question in sorted(questions, key=lambda q: q.request.key):
        line, weight = line_of(question.request, body), question.tokens
        full = len(held) == limits.requests or size + len(line) > limits.content
        if held and (full or tokens + weight > (limits.tokens or float("inf"))):
            yield Pack(tuple(held), b"".join(lines), tokens)
            lines, held, size, tokens = [], [], 0, 0
        lines.append(line)
        held.append(question)
        size, tokens = size + len(line), tokens + weight
    if held:
        yield Pack(tuple(held), b"".join(lines), tokens)


def line_of(request: Request, body: Body) -> bytes:
    """The line of a question, named by its key."""
    line = {"custom_id": custom_id(request.key), "method": "POST", "url": ENDPOINT, "body": body(request)}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def custom_id(key: str) -> str:
    """The name of a question within a batch: letters and digits alone, 64 of them, as the strictest server wants."""
    return key.removeprefix("k1:")
