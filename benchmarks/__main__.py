"""Measures citenote and writes benchmarks/RESULTS.md: `python -m benchmarks`, or `make bench`.

Without `--transcript FILE` the talk is the bundled lecture, said again and again for five hours. Machines differ and
are noisy: read the ratios, which are measured side by side in one run.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks import checking
from benchmarks.talks import long_talk
from pipeline.models.extractive import Extractive
from pipeline.settings import CitationPolicy, NotesPolicy, SplitPolicy
from pipeline.sources.files import read_transcript_file
from pipeline.stages.plan import settle
from pipeline.stages.split import split
from pipeline.stages.verify import verify
from pipeline.values.proof import Made as MadeNotes
from pipeline.vault.publishing import publish

HERE = Path(__file__).parent

Made = TypeVar("Made")
Row = tuple[str, float, float]
"""A stage, its seconds and its peak memory in MB."""


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """What the work made, and its seconds."""
    begin = time.perf_counter()
    made = work()
    return made, time.perf_counter() - begin


def measured(name: str, work: Callable[[], Made], rows: list[Row]) -> Made:
    """What the work made; its time is that of a run without, its memory that of a run with tracing."""
    made, seconds = timed(work)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    rows.append((name, seconds, peak / 1e6))
    return made


def stages(path: Path | None, vault: Path) -> tuple[list[Row], str]:
    """Every stage on one long talk, and a description of the talk."""
    rows: list[Row] = []
    source = (lambda: read_transcript_file(path)) if path else long_talk
    transcript = measured("read", source, rows)
    script = measured("split", lambda: split(transcript, SplitPolicy()), rows)
    drafts = measured("outline (extractive)", lambda: Extractive(script, NotesPolicy()).draft(lambda _: None), rows)
    outline = measured("verify", lambda: verify(script, drafts, CitationPolicy()), rows)
    # An outliner that has drafted has read the script; its plan is what comes on top.
    outliner = Extractive(script, NotesPolicy())
    outliner.draft(lambda _: None)
    draft = measured("plan (extractive)", lambda: outliner.plan(outline), rows)
    plan = settle(draft, outline, NotesPolicy(), "extractive")
    made = MadeNotes(script=script, outline=outline, plan=plan, model="extractive")
    measured("compose, link, render, write", lambda: publish(vault, [made], NotesPolicy()), rows)
    claims = len(outline.claims)
    verifying = next(seconds for name, seconds, _ in rows if name == "verify")
    words = sum(len(line.text.split()) for line in script.lines)
    size = f"{words:,} words, {len(script.lines):,} lines, {len(script.chunks)} chunks, {claims} claims"
    speed = f"{claims / verifying:,.0f} claims verified a second, the index included"
    about = f"{transcript.end_ms / 3_600_000:.1f} h, {size}; {speed}"
    return rows, about


def startup(*words: str) -> float:
    """Median seconds of a fresh process over seven runs."""
    run = [sys.executable, *words]
    return statistics.median(timed(lambda: subprocess.run(run, check=True, capture_output=True))[1] for _ in range(7))


def report(path: Path | None) -> str:
    """The results as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        rows, about = stages(path, Path(folder))
    total = sum(seconds for _, seconds, _ in rows)
    bare, helping = startup("-c", "pass"), startup("-m", "pipeline", "--help")
    everything = startup("-c", "import pipeline.running, openai")
    stage_rows = [f"| {name} | {s:.2f} | {s / total:.0%} | {mb:.0f} |" for name, s, mb in rows]
    starts = {"`python -c pass`": bare, "`citenote --help`": helping, "everything imported, openai too": everything}
    start_rows = [f"| {name} | {s:.3f} | {s / bare:.1f} |" for name, s in starts.items()]
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    lines = [
        "# Results",
        f"`python -m benchmarks{' --transcript FILE' if path else ''}`, {machine}.",
        f"## Stages\n\nOne talk: {about}. Each stage in its own time and at its own peak of Python memory.",
        "\n".join(["| stage | s | share | peak MB |", "|---|---|---|---|", *stage_rows, f"| all | {total:.2f} | | |"]),
        f"## Check\n\n{checking.ABOUT}",
        checking.table(checking.rows()),
        "## Start\n\nMedian of seven fresh processes.",
        "\n".join(["| process | s | × bare Python |", "|---|---|---|", *start_rows]),
    ]
    return "\n\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--transcript", type=Path, help="a transcript file to use instead of the repeated lecture")
    text = report(parser.parse_args().transcript)
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
