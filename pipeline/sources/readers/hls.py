"""WebVTT files put together from the parts of a stream, each with a header and perhaps a clock of its own.

`X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000` says which tick of the stream, of 90,000 a second, a time of the part
is. The first part's clock is the clock of all.
"""

import re
from typing import NamedTuple

from pipeline.sources.readers.clock import STAMP, read_stamp

_HEADER = re.compile(r"^WEBVTT(?:[ \t][^\n]{0,500})?\n(?=[ \t]*\n|[A-Z][A-Za-z-]{1,30}[=:]|$)", re.MULTILINE)
_MAP = re.compile(
    rf"X-TIMESTAMP-MAP=(?:LOCAL:({STAMP}),[ \t]?MPEGTS:([0-9]{{1,12}})|MPEGTS:([0-9]{{1,12}}),[ \t]?LOCAL:({STAMP}))"
)
_TICKS_A_MS = 90
_WRAP_MS = 2**33 // _TICKS_A_MS
_HEAD = 2_000


class Part(NamedTuple):
    """The text of a part and how far its times are from those of the first."""

    text: str
    later_ms: int


def parts_of(text: str) -> list[Part]:
    """The parts of a WebVTT text; a file that is in one piece is its only part."""
    starts = [found.start() for found in _HEADER.finditer(text) if _is_apart(text, found)]
    texts = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)] if len(starts) > 1 else [text]
    zeros = [_zero(part) for part in texts]
    first = next((zero for zero in zeros if zero is not None), 0)
    return [Part(part, _later(zero, first)) for part, zero in zip(texts, zeros, strict=True)]


def _is_apart(text: str, found: re.Match[str]) -> bool:
    """Whether a blank line or a map says that this is a header and no word that is spoken."""
    at = found.start()
    return at == 0 or text[at - 2 : at] == "\n\n" or bool(_MAP.match(text, found.end()))


def _zero(part: str) -> int | None:
    """Where the zero of a part is on the clock of the stream, in milliseconds."""
    found = _MAP.search(part[:_HEAD])
    local = read_stamp(found[1] or found[4]) if found else None
    return int(found[2] or found[3]) // _TICKS_A_MS - local if found and local is not None else None


def _later(zero: int | None, first: int) -> int:
    if zero is None:
        return 0
    later = zero - first
    return later + _WRAP_MS if later < -_WRAP_MS // 2 else later
