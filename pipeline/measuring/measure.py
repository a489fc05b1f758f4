"""A folder of transcripts measured: read, made into cases, judged, on as many cores as there are."""

import json
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import SettingsError, SourceError
from pipeline.measuring.generating import make_cases, others_of
from pipeline.measuring.judging import Measured, every, judge
from pipeline.measuring.statements import Talk
from pipeline.sources.files import read_transcript_file, transcript_files
from pipeline.values.transcript import Transcript

_CAPTIONS = (".vtt", ".srt", ".sbv", ".json3", ".ttml")  # a file called so is told of, whatever it holds


class Skipped(NamedTuple):
    """A file that could not be measured, and why."""

    path: Path
    reason: str


class Job(NamedTuple):
    """One transcript to measure."""

    name: str
    transcript: Transcript
    other: Transcript | None
    """Another one in the same language."""
    limit: int
    seed: int


def read_folder(folder: Path) -> tuple[list[Talk], list[Skipped]]:
    """The talks of a folder, and the files that hold none.

    Raises:
        SettingsError: there is no transcript in it that can be read.
    """
    if not folder.is_dir():
        raise SettingsError(f"{folder}: no such folder", remedy="Name a folder that holds transcript files.")
    talks, skipped = [], []
    listed = transcript_files(folder)
    broken = [path for path in sorted(folder.iterdir()) if path.suffix in _CAPTIONS and path not in listed]
    for path in [*listed, *broken]:
        try:
            name = path.name.encode(errors="backslashreplace").decode()
            talk = Talk(name, read_transcript_file(path))
        except SourceError as error:
            skipped.append(Skipped(path, error.message))
            continue
        if talk.statements:
            talks.append(talk)
        else:
            skipped.append(Skipped(path, f"{path}: no sentence in it says enough to be checked"))
    if not talks:
        why = "".join(f"\n  {s.reason}" for s in skipped)
        raise SettingsError(f"{folder}: no transcript in it could be measured{why}", remedy="Give captions with times.")
    return talks, skipped


def measure_folder(folder: Path, *, limit: int, seed: int, say: Callable[[str], None]) -> list[Measured]:
    """What was measured on each transcript of a folder.

    Args:
        folder: the transcripts, in any shape we read.
        limit: most cases of a kind from one transcript.
        seed: the same seed makes the same cases.
        say: is told of every file that is left out, and why.

    Raises:
        SettingsError: there is no transcript in it that can be read.
    """
    talks, skipped = read_folder(folder)
    for one in skipped:
        say(f"skipped: {one.reason}")
    return measure(jobs_for(talks, limit=limit, seed=seed))


def write_cases(path: Path, measured: Sequence[Measured]) -> None:
    """Writes the cases and the verdicts on them as JSON, one a line.

    Raises:
        SettingsError: the file cannot be written.
    """
    text = "".join(json.dumps(one.row(), ensure_ascii=False) + "\n" for one in every(measured))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}", remedy="Name a file in a folder you can write to.") from error


def jobs_for(talks: Sequence[Talk], *, limit: int, seed: int) -> list[Job]:
    """One job a talk; each knows another talk in its language, if there is one."""
    return [
        Job(talk.name, talk.transcript, other.transcript if other else None, limit, seed)
        for talk, other in zip(talks, others_of(talks), strict=True)
    ]


def measure(jobs: Sequence[Job], *, workers: int | None = None) -> list[Measured]:
    """What was measured on each transcript, in their order; with one worker all is done in this process."""
    count = min(workers or os.cpu_count() or 1, len(jobs))
    if count <= 1:
        return [measure_one(job) for job in jobs]
    # After Ctrl-C a worker ends without a word: the command says it once.
    with ProcessPoolExecutor(count, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_DFL)) as pool:
        return list(pool.map(measure_one, jobs))


def measure_one(job: Job) -> Measured:
    """The cases of one transcript, made and judged."""
    talk = Talk(job.name, job.transcript)
    other = Talk("other", job.other) if job.other else None
    return judge(talk, make_cases(talk, other, limit=job.limit, seed=job.seed))
