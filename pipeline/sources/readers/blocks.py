r"""Blocks of the form `start --> end`, text below: the frame that WebVTT and SRT share.

The text of a block is everything up to the next timing line, less the identifier above that line. Files in the wild
have blank lines inside cues, none between them, or a header that is missing; reading from timing line to timing line
loses no word in any of these, where the libraries for SRT and WebVTT refuse the file or drop the text.
"""

import re
from typing import NamedTuple

from pipeline.sources.readers.clock import STAMP, read_stamp

_TIMING = re.compile(rf"[ \t]*({STAMP})[ \t]*--?>[ \t]*({STAMP})?(?:[ \t][^\n]*)?")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)")


class Block(NamedTuple):
    """Lines of one cue, stripped; a first line that is blank stays, because rolling captions mean something by it."""

    start_ms: int
    end_ms: int | None
    lines: tuple[str, ...]


class Blocks(NamedTuple):
    """A file cut at its timing lines; `header` is what stands above the first."""

    header: tuple[str, ...]
    blocks: tuple[Block, ...]


def has_timing_line(text: str) -> bool:
    """Whether some line is a timing line."""
    return any(_TIMING.fullmatch(line) for line in text.split("\n"))


def cut_blocks(text: str, *, asides: bool) -> Blocks:
    """The blocks of a text with plain line ends; with `asides`, NOTE, STYLE and REGION paragraphs are left out."""
    lines = text.split("\n")
    timings = [(i, m) for i, line in enumerate(lines) if "->" in line and (m := _TIMING.fullmatch(line))]
    ends = [*(i for i, _ in timings), len(lines)][1:]
    blocks: list[Block] = []
    header = lines[: timings[0][0]] if timings else lines
    last_id = _number(next((line for line in reversed(header) if line.strip()), ""))
    for (at, match), end in zip(timings, ends, strict=True):
        body = lines[at + 1 : end]
        if end < len(lines):
            body, last_id = _without_id(body, last_id, any_id=asides)
        start = read_stamp(match[1])
        if start is not None:
            found = read_stamp(match[2]) if match[2] else None
            blocks.append(Block(start, found, _text_lines(body, asides=asides)))
    return Blocks(tuple(header), tuple(blocks))


def _number(line: str) -> int | None:
    line = line.strip()
    return int(line) if line.isascii() and line.isdigit() and len(line) < 10 else None


def _without_id(body: list[str], last_id: int | None, *, any_id: bool) -> tuple[list[str], int | None]:
    """The body without the identifier of the next cue, and that identifier if it is a number."""
    while body and not any_id and not body[-1].strip() and len(body) > 1 and _number(body[-2]) == (last_id or 0) + 1:
        body = body[:-1]  # a blank line between number and time
    if not body or not body[-1].strip():
        return body, last_id
    number = _number(body[-1])
    follows = number is not None and number == (last_id or 0) + 1
    set_apart = len(body) > 1 and not body[-2] and (any_id or number is not None)
    return (body[:-1], number if number is not None else last_id) if follows or set_apart else (body, last_id)


def _text_lines(body: list[str], *, asides: bool) -> tuple[str, ...]:
    kept: list[str] = []
    aside = False
    for i, line in enumerate(body):
        if not line:
            aside = False
        elif asides and i and not body[i - 1] and _ASIDE.match(line):
            aside = True
        if not aside and (line.strip() or not i):
            kept.append(line.strip())
    return tuple(kept) if any(kept) else ()
