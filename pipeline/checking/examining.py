"""The pages of one video, examined by its transcript: work that any process can do by itself."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.checking.judging import Judging, PageJudge
from pipeline.checking.report import CitationReport
from pipeline.checking.second_opinion import OpenRow
from pipeline.checking.surveying import Surveyed, read_file, surveyed
from pipeline.values.transcript import Transcript
from pipeline.vault.lint import Finding, Timeline, exact_seconds


class Examined(NamedTuple):
    """What is kept of a page that its transcript was held against."""

    page: Surveyed
    citations: list[CitationReport]
    rows: Sequence[OpenRow]
    """What a second judge is asked about."""


class VideoTask(NamedTuple):
    """The pages that cite one video."""

    video_id: str
    pages: tuple[Path, ...]
    transcript: Transcript
    judging: Judging


def examine_video(task: VideoTask) -> list[Examined | Finding]:
    """Each page as its transcript shows it; a finding in the place of one that cannot be read."""
    return list(_examined(task))


def _examined(task: VideoTask) -> Iterator[Examined | Finding]:
    judge = PageJudge(task.transcript, task.judging)
    timeline = Timeline(task.transcript.end_ms, exact_seconds([s.start_ms for s in task.transcript.segments]))
    for page in map(read_file, task.pages):
        if isinstance(page, Finding):
            yield page
            continue
        reports, rows = judge.opened(page)
        yield Examined(surveyed(page, timeline), reports, rows)
