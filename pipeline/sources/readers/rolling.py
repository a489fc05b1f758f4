"""Rolling captions: what automatic captions become in WebVTT and SRT, where each line is shown two or three times.

YouTube shows a window of two lines. A cue holds the line before and the new line; a cue of ten milliseconds then
repeats the new line alone, as it moves up. A first line that is blank says that the window was empty. The blocks of
such a file are thinned to the lines that are new; the time of a new line is that of the first block that shows it.
"""

from itertools import pairwise

from pipeline.sources.readers.blocks import Block

_ECHO_MS = 50
"""No speech is this short: a block that only repeats and lasts no longer is an echo."""


def is_rolling(plain: list[Block]) -> bool:
    """Whether the file repeats its lines as a rolling window does, seen over the whole of it."""
    pairs = list(pairwise(plain))
    echoes = sum(_is_echo(before, block) for before, block in pairs)
    carried = sum(_carries(before, block) for before, block in pairs)
    return len(pairs) > 0 and (echoes * 5 >= len(pairs) or carried * 2 >= len(pairs))


def thin(plain: list[Block], fresh: list[bool]) -> list[Block]:
    """The blocks with their new lines only, empty ones left out; `fresh[i]` if block i is known to hold a new line."""
    thinned: list[Block] = []
    window: tuple[str, ...] = ()
    before: Block | None = None
    for block, known in zip(plain, fresh, strict=True):
        lines = tuple(line for line in block.lines if line)
        new = lines if before is None else lines[_carried_lines(before, block, window, known=known) :]
        if new:
            thinned.append(block._replace(lines=new))
        window, before = lines, block
    return thinned


def _carried_lines(before: Block, block: Block, window: tuple[str, ...], *, known: bool) -> int:
    """How many of the first lines of a block were on the screen already."""
    lines = tuple(line for line in block.lines if line)
    if not lines or block.lines[0] == "":
        return 0
    moves = known or (len(lines) > 1 and not _is_short(block)) or _gap(before, block) > _ECHO_MS
    most = len(lines) - 1 if moves else len(lines)
    return next((n for n in range(min(most, len(window)), 0, -1) if window[-n:] == lines[:n]), 0)


def _gap(before: Block, block: Block) -> int:
    return block.start_ms - (before.end_ms if before.end_ms is not None else block.start_ms)


def _is_short(block: Block) -> bool:
    return block.end_ms is not None and block.end_ms - block.start_ms <= _ECHO_MS


def _is_echo(before: Block, block: Block) -> bool:
    lines = tuple(line for line in block.lines if line)
    return _is_short(block) and (not lines or lines == before.lines[-len(lines) :])


def _carries(before: Block, block: Block) -> bool:
    shown = [line for line in before.lines if line]
    return len(block.lines) > 1 and bool(shown) and block.lines[0] == shown[-1]
