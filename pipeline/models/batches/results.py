"""The files of results: lines out of a stream of bytes, and what each of them says."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, JsonValue, ValidationError

_LONGEST_LINE = 8_000_000


class Response(BaseModel):
    """What a question was answered with."""

    status_code: int | None = None
    body: JsonValue = None


class Line(BaseModel):
    """One line of results. The vendor's own types are not checked: servers send what they like."""

    custom_id: str
    response: Response | None = None
    error: JsonValue = None


def lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream, without those that are blank; of one longer than an answer can be only the beginning."""
    rest = bytearray()
    dropping = False
    for part in parts:
        *ended, last = part.split(b"\n")
        for piece in ended:
            if not dropping:
                rest += piece
            if rest.strip():
                yield bytes(rest)
            rest.clear()
            dropping = False
        if not dropping:
            rest += last
        if len(rest) > _LONGEST_LINE:
            del rest[1_000:]
            dropping = True
    if rest.strip():
        yield bytes(rest)


def read_line(raw: bytes) -> Line | None:
    """What a line says; None if it is no JSON, no UTF-8, or says nothing of any question."""
    try:
        return Line.model_validate_json(raw)
    except ValidationError:
        return None
