"""The matrix of faults as Markdown: what was seen in each cell, in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BEGIN, END = "<!-- begin of the matrix -->", "<!-- end of the matrix -->"

_SERVER = re.compile(r"http://127\.0\.0\.1:\d+/v1")
_HEAD = """\
| fault | it passes | calls | it stays | calls | exit | claims shown | run again | calls | false words shown |
|---|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Ran:
    """One finished command, and what it left behind."""

    exit: int
    row: dict[str, Any]
    told: str
    calls: int
    origin: str = ""
    """Who arranged the notes."""
    reasons: tuple[str, ...] = ()
    """Why stretches were not outlined."""
    unread_s: int = 0
    false_words: int = 0
    """Words of lies, counted on all pages."""

    @property
    def shown(self) -> int:
        """Claims on pages."""
        return sum(self.row.get(kind, 0) for kind in ("verified", "quoted", "supported", "reanchored", "doubtful"))


@dataclass(frozen=True)
class Cell:
    """A fault in a stage: when it passes, when it stays, and the run after that."""

    fault: str
    stage: str
    passes: Ran
    stays: Ran
    after: Ran


def tables(calm: Ran, cells: Sequence[Cell]) -> str:
    """One table a stage."""
    dropped = f"of {calm.row['claims']} that were proposed, {calm.row['dropped']} were dropped"
    parts = [f"A run without faults makes {calm.calls} calls and shows {calm.shown} claims; {dropped}."]
    for stage in dict.fromkeys(cell.stage for cell in cells):
        rows = [row(cell, calm) for cell in cells if cell.stage == stage]
        parts += [f"### {stage.capitalize()}", "\n".join([_HEAD, *rows])]
    return "\n\n".join(parts) + "\n"


def row(cell: Cell, calm: Ran) -> str:
    """The row of a cell."""
    passes, stays, after = cell.passes, cell.stays, cell.after
    false_words = passes.false_words + stays.false_words + after.false_words
    values = (
        *(cell.fault, outcome(passes, calm), passes.calls),
        *(outcome(stays, calm), stays.calls, stays.exit, stays.shown),
        *(outcome(after, calm), after.calls, false_words),
    )
    return f"| {' | '.join(map(str, values))} |"


def outcome(ran: Ran, calm: Ran) -> str:
    """What became of the video, in words."""
    if ran.row.get("state") != "done":
        message = (ran.row.get("error") or {}).get("message", ran.told) or "nothing was told"
        return f"{ran.row.get('state', 'ended')}: {_SERVER.sub('the server', message.splitlines()[0])}"
    missing = f"{_minutes(ran.unread_s)} not outlined: {'; '.join(ran.reasons)}" if ran.unread_s else ""
    by_rule = "arranged by rule" if ran.origin == "fallback" else ""
    fewer = calm.row["mended"] - ran.row["mended"] if not ran.unread_s else 0
    unmended = f"{fewer} claims not mended" if fewer > 0 else ""
    told = "; ".join(filter(None, (missing, by_rule, unmended)))
    return f"done, {told}" if told else "done, complete"


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02} min"
