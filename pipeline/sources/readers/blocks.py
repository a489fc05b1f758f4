r"""Blocks of the form `start --> end`, text below: the frame that WebVTT and SRT share.

The text of a block is everything up to the next timing line, less the identifier above that line. Files in the wild
have blank lines inside cues, none between them, or a header that is missing; reading from timing line to timing line
loses no word in any of these, where the libraries for SRT and WebVTT refuse the file or drop the text.
"""

import re
from typing import NamedTuple

from pipeline.sources.readers.clock import STAMP, read_stamp

_ARROW = r"(?:--?>|[–—]>|→|--&gt;)"
_TIMING = re.compile(rf"[ \t]*({STAMP})[ \t]*{_ARROW}[ \t]*({STAMP})?(?:[ \t][^\n]*)?")
_BROKEN_TIMING = re.compile(rf"[ \t]*([^ \t\n]{{0,20}})[ \t]*{_ARROW}[ \t]*([^ \t\n]{{0,20}})[ \t]*")
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
    untimed: int = 0
    """Blocks whose start cannot be read; they have that of the block before."""


def has_timing_line(text: str) -> bool:
    """Whether some line is a timing line."""
    return any(_TIMING.fullmatch(line) for line in text.split("\n") if _may_be_timing(line))


def cut_blocks(text: str, *, asides: bool) -> Blocks:
    """The blocks of a text with plain line ends; with `asides`, NOTE, STYLE and REGION paragraphs are left out."""
    lines = text.split("\n")
    timings = [(i, m) for i, line in enumerate(lines) if _may_be_timing(line) and (m := _timing(line))]
    ends = [*(i for i, _ in timings), len(lines)][1:]
    blocks: list[Block] = []
    header = lines[: timings[0][0]] if timings else lines
    last_id = _number(next((line for line in reversed(header) if line.strip()), ""))
    untimed = 0
    clock = 0
    for (at, match), end in zip(timings, ends, strict=True):
        body = lines[at + 1 : end]
        if end < len(lines):
            body, last_id = _without_id(body, last_id, any_id=asides)
        start = read_stamp(match[1])
        until = read_stamp(match[2]) if match[2] else None
        said = _text_lines(body, asides=asides)
        untimed += start is None and bool(said)
        clock = start if start is not None else clock
        blocks.append(Block(clock, until, said))
    return Blocks(tuple(header), tuple(blocks), untimed)


def _may_be_timing(line: str) -> bool:
    # spelled out, because every line of every file comes here
    return "->" in line or "→" in line or "-&gt;" in line or "–>" in line or "—>" in line


def _timing(line: str) -> re.Match[str] | None:
    """The times of a timing line, also where one of them is broken; None for a line of text."""
    found = _TIMING.fullmatch(line)
    if found is not None:
        return found
    broken = _BROKEN_TIMING.fullmatch(line)
    return broken if broken and any(_looks_like_stamp(broken[n]) for n in (1, 2)) else None


def _looks_like_stamp(text: str) -> bool:
    return ":" in text and sum(c.isdigit() for c in text) * 2 > len(text)


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
    set_apart = len(body) > 1 and not body[-2].strip() and (any_id or number is not None)
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


def unread_lines(header: tuple[str, ...], *, asides: bool) -> int:
    """The lines of words above the first cue that no reader uses: neither its identifier nor what a header holds."""
    lines = list(header)
    if lines and lines[-1].strip() and (len(lines) < 2 or not lines[-2].strip()):
        lines.pop()
    if asides:
        blank = next((i for i, line in enumerate(lines) if not line.strip()), len(lines))
        lines = ["", *_text_lines(["", "", *lines[blank:]], asides=True)]
    return sum(any(c.isalpha() for c in line) for line in lines)
