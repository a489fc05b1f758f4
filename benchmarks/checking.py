"""How fast `citenote check` is: pages a second without transcripts, citations with them, on one core and on all.

`python -m benchmarks.checking --vault DIR --transcripts DIR` measures a vault of your own instead of the one that is
made here from the notes and transcripts that this project carries.
"""

import argparse
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.checking import check
from pipeline.checking.judging import Judging
from pipeline.checking.report import CheckReport
from pipeline.vault.reading import read_front_matter

ROOT = Path(__file__).parent.parent
NOTES = ROOT / "outputs"
TRANSCRIPTS = ROOT / "examples"
PAGES = 21_189
VIDEOS = 40
LEAST_CHARS, MOST_CHARS = 5_000, 9_000
ABOUT = (
    "A vault made of the notes in `outputs/`, mixed anew for each page, and their transcripts. Without transcripts a "
    "check reads and lints pages; with them it also reads and indexes transcripts and judges. CPU time is that of all "
    "processes together: it tells the cost where others use the machine too."
)
UNJUDGED = {"unjudged", "malformed"}


class Row(NamedTuple):
    """What was checked, by how many processes, and how long it took."""

    what: str
    processes: int
    seconds: float
    cpu_seconds: float
    amount: int
    unit: str
    megabytes: float


class Source(NamedTuple):
    """The notes on one video, in paragraphs, and its transcript."""

    video: str
    paragraphs: list[str]
    transcript: Path


def sources() -> list[Source]:
    """The videos of the project's own vault."""
    paragraphs: dict[str, list[str]] = {}
    for path in sorted(NOTES.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        front = read_front_matter(text)
        if front.text("kind") == "note":
            body = text[front.end :].split("\n\n")
            paragraphs.setdefault(front.text("videoId"), []).extend(p for p in body if "data-t=" in p)
    found = {video: next(TRANSCRIPTS.glob(f"{video}.*t")) for video in paragraphs}
    return [Source(video, paragraphs[video], found[video]) for video in sorted(paragraphs)]


def page(source: Source, number: int, chance: random.Random) -> str:
    """A note of a realistic size: paragraphs of the notes on the video, in any order."""
    head = (
        f'---\ntitle: "Note {number} on {source.video}"\nvideoId: {source.video}-{number % VIDEOS}\nkind: note\n---\n'
    )
    wanted = chance.randint(LEAST_CHARS, MOST_CHARS)
    body: list[str] = []
    while sum(map(len, body)) < wanted:
        body += chance.sample(source.paragraphs, len(source.paragraphs))
        body.append(f"See [[note_{chance.randrange(number + 1)} | an earlier note]].")
    while sum(map(len, body[:-1])) > wanted:
        body.pop()
    return head + "\n" + "\n\n".join(body) + "\n"


def make_vault(vault: Path, pages: int) -> None:
    """A vault of so many pages, the same in every run."""
    chance = random.Random(21)
    known = sources()
    for path in NOTES.glob("*.md"):
        shutil.copy(path, vault)
    for number in range(pages):
        text = page(known[number % len(known)], number, chance)
        (vault / f"note_{number}.md").write_text(text, encoding="utf-8")


def make_transcripts(folder: Path) -> None:
    """The transcripts under the ids of the vault: each is read and indexed for itself."""
    for source in sources():
        for number in range(VIDEOS):
            shutil.copy(source.transcript, folder / f"{source.video}-{number}{source.transcript.suffix}")


def timed(vault: Path, transcripts: Path | None, processes: int) -> tuple[CheckReport, float, float]:
    """The report on a vault, its seconds, and those of all processors."""
    begin, before = time.perf_counter(), sum(os.times()[:4])
    report = check([vault], transcripts=transcripts, judging=Judging(processes=processes))
    return report, time.perf_counter() - begin, sum(os.times()[:4]) - before


def measure(vault: Path, transcripts: Path | None) -> Iterator[Row]:
    """A row for one process, and one for as many as there are cores."""
    megabytes = sum(path.stat().st_size for path in vault.rglob("*.md")) / 1e6
    for processes in sorted({1, os.cpu_count() or 1}):
        report, seconds, cpu = timed(vault, transcripts, processes)
        judged = sum(citation.verdict not in UNJUDGED for citation in report.citations)
        if transcripts is None:
            what = f"structure of {report.summary.pages:,} pages, {report.summary.citations:,} citations"
            yield Row(what, processes, seconds, cpu, report.summary.pages, "pages", megabytes)
        else:
            what = f"{judged:,} citations of {report.summary.videos_with_transcript} videos, read and indexed"
            yield Row(what, processes, seconds, cpu, judged, "citations", megabytes)


def rows(pages: int = PAGES) -> list[Row]:
    """The figures of the vaults made here."""
    with tempfile.TemporaryDirectory() as name:
        large, small, transcripts = (Path(name, part) for part in ("large", "small", "transcripts"))
        for folder in (large, small, transcripts):
            folder.mkdir()
        make_vault(large, pages)
        make_vault(small, VIDEOS * 3)
        make_transcripts(transcripts)
        return [*measure(large, None), *measure(small, transcripts)]


def table(measured: list[Row]) -> str:
    """The figures as Markdown."""
    lines = [
        f"| {r.what} | {r.processes} | {r.seconds:.1f} | {r.amount / r.seconds:,.0f} {r.unit} | "
        f"{r.megabytes / r.seconds:.1f} | {1000 * r.cpu_seconds / r.amount:.2f} |"
        for r in measured
    ]
    return "\n".join(
        ["| `citenote check` | processes | s | a second | MB/s | CPU ms each |", "|---|---|---|---|---|---|", *lines]
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
    parser.add_argument("--vault", type=Path, help="a vault to measure instead of the one made here")
    parser.add_argument("--transcripts", type=Path, help="transcripts of its videos")
    parser.add_argument("--pages", type=int, default=PAGES, help="pages of the vault made here")
    chosen = parser.parse_args()
    if chosen.vault:
        measured = [
            *measure(chosen.vault, None),
            *(measure(chosen.vault, chosen.transcripts) if chosen.transcripts else ()),
        ]
    else:
        measured = rows(chosen.pages)
    print(table(measured))


if __name__ == "__main__":
    main()
