"""What every fault of a server or a model does to a video: `python -m benchmarks.faults` writes docs/faults.md.

Each cell is the real command, in a process of its own, over a real loopback server of whose answers every second piece
is a lie. A fault hits the first question of a stage: once in one run; whenever it is asked in another, after which the
server is well again and the command is run once more.
"""

import argparse
import copy
import json
import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.fault_page import BEGIN, END, Cell, Ran, tables
from benchmarks.marked import between
from tests.scripted_server import FALSE, Asked, Behaviour, ScriptedServer

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/faults.md"
TALK = ROOT / "examples/gps-time.en.vtt"

FAULTS: dict[str, Behaviour] = {
    "429": "rate_limited",
    "429, out of credit": "no_credit",
    "500": "error",
    "503 with a wait": "overloaded",
    "dropped connection": "drop",
    "hang": "hang",
    "slow drip": "drip",
    "malformed": "bad_json",
    "wrong schema": "wrong_shape",
    "empty": "empty",
    "truncated": "truncated",
    "refusal": "refusal",
    "content filter": "filter",
    "other language": "other_language",
    "loop": "loop",
    "10 MB reply": "flood",
    "bad UTF-8": "bad_utf8",
}
STAGES = ("outline", "plan", "mend")
CELLS = tuple((fault, stage) for stage in STAGES for fault in FAULTS)

_LIES = 2  # one of so many claims, repairs, titles and headings
_AT_ONCE = 8
_LONGEST_S = 90.0  # of one command
_FOR_EVER = 1_000  # times
_SETTINGS: dict[str, Any] = {
    "split": {"chunk_tokens": 450},
    "citations": {"max_unsupported": 1},  # lies are to be found here, not to fail the run
    "models": {"scripted": {"model": "m", "timeout_s": 2, "concurrency": 1, "attempts": 3, "give_up_after_s": 10}},
}
_PRELOADED = ["__main__", "pipeline.cli", "pipeline.running", "openai", "httpx2", "genai_prices"]


@dataclass
class _Failing:
    """A script that fails at one question of a stage, and at the parts it is divided into, for so many times."""

    behaviour: Behaviour
    kind: str
    times: int
    _first: tuple[int, int] = (0, 0)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, asked: Asked) -> Behaviour:
        with self._lock:
            if asked.kind != self.kind or self.times < 1 or not self._is_hit(asked):
                return "good"
            self.times -= 1
            return self.behaviour

    def _is_hit(self, asked: Asked) -> bool:
        if asked.kind == "plan_draft":
            return True
        about = [n for n, _ in asked.core] if asked.kind == "outline_draft" else [n for _, n, _ in asked.failed]
        self._first = self._first if any(self._first) else (min(about), max(about))
        return self._first[0] <= min(about) and max(about) <= self._first[1]


def measured(cells: Sequence[tuple[str, str]] = CELLS) -> tuple[Ran, list[Cell]]:
    """A run without faults, and the cells in their order."""
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        calm = pool.submit(_calm)
        return calm.result(), list(pool.map(lambda cell: _cell(*cell), cells))


def _calm() -> Ran:
    with tempfile.TemporaryDirectory() as folder, ScriptedServer(lies_every=_LIES) as server:
        return _ran(Path(folder), server)


def _cell(fault: str, stage: str) -> Cell:
    def failing(times: int) -> _Failing:
        return _Failing(FAULTS[fault], f"{stage}_draft", times)

    with tempfile.TemporaryDirectory() as folder, ScriptedServer(failing(1), lies_every=_LIES) as server:
        passes = _ran(Path(folder), server)
    with tempfile.TemporaryDirectory() as folder, ScriptedServer(failing(_FOR_EVER), lies_every=_LIES) as server:
        stays = _ran(Path(folder), server)
        server.script = ()
        return Cell(fault, stage, passes, stays, _ran(Path(folder), server))


def _ran(folder: Path, server: ScriptedServer) -> Ran:
    """The command in a process of its own, and what it left behind."""
    settings = copy.deepcopy(_SETTINGS)
    settings["models"]["scripted"]["base_url"] = server.url
    (folder / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    before = server.calls
    process = get_context("forkserver").Process(target=_command, args=(folder,))
    process.start()
    process.join(_LONGEST_S)
    if process.is_alive():
        process.kill()
        process.join()
    return _left(folder, -1 if process.exitcode is None else process.exitcode, server.calls - before)


def _command(folder: Path) -> None:
    """`citenote run`, as a person would type it; its modules were loaded before the process was forked."""
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        del os.environ[name]
    for place, name in ((1, "stdout"), (2, "stderr")):
        with Path(name).open("wb") as file:
            os.dup2(file.fileno(), place)
    from pipeline.cli import main  # noqa: PLC0415 - the parent has no use for it

    main(["run", str(TALK), "--model", "scripted", "--json"], prog_name="citenote")


def _left(folder: Path, code: int, calls: int) -> Ran:
    rows = [json.loads(line) for line in (folder / "stdout").read_text(encoding="utf-8").splitlines()]
    proofs = [json.loads(p.read_text(encoding="utf-8")) for p in folder.glob("outputs/.citenote/proofs/*.json")]
    pages = [p.read_text(encoding="utf-8").casefold() for p in folder.glob("outputs/**/*.md")]
    words = [word for word in FALSE.casefold().rstrip(".").split() if len(word) > 6]
    gaps = proofs[0]["gaps"] if proofs else []
    return Ran(
        exit=code,
        row=rows[0] if rows else {},
        told=(folder / "stderr").read_text(encoding="utf-8"),
        calls=calls,
        origin=proofs[0]["plan"]["origin"] if proofs else "",
        reasons=tuple(dict.fromkeys(gap["reason"] for gap in gaps)),
        unread_s=sum(gap["end_ms"] - gap["start_ms"] for gap in gaps) // 1_000,
        false_words=sum(page.count(word) for page in pages for word in words),
    )


def main() -> None:
    """Measures all cells and writes them between the marks of the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--page", type=Path, default=PAGE, help="the page that holds the tables")
    page: Path = parser.parse_args().page
    calm, cells = measured()
    between(page, BEGIN, END, tables(calm, cells))
    wrong = [f"{c.fault}, {c.stage}" for c in cells if c.passes.false_words + c.stays.false_words + c.after.false_words]
    sys.exit(f"false words on pages: {'; '.join(wrong)}" if wrong else 0)


if __name__ == "__main__":
    main()
