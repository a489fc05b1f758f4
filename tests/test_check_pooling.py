"""Many pages and many videos: the same report by one process as by several, and none left behind."""

import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from operator import neg
from pathlib import Path

import pytest

from pipeline.checking import CheckReport, Judging, check
from pipeline.checking.pooling import Workers, resting_collector
from pipeline.checking.support import AskCheck, Judge
from pipeline.settings import CitationPolicy
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript
from tests.dying_work import dies_elsewhere

PAGES = 2_000
FULL_PAGES = 400
"""Pages with three citations: enough for several processes to judge them; the others have one."""
VIDEOS = 4
SENTENCES = (
    "The keeper of the lighthouse wrote down the height of every tide",
    "A second lamp was lit in the winter of that year",
    "Nobody had measured the distance to the reef before",
    "The bell was rung by hand whenever there was fog",
)


def lenient_judge(transcript: Transcript, policy: CitationPolicy) -> AskCheck:
    def ask(text: str, time_ms: int, header: tuple[str, ...]) -> Check:
        reason = f"{transcript.video.id}: {header[0]}"
        assert text
        assert 0 <= time_ms <= transcript.end_ms
        return Check(verdict="supported", tier="support", reason=reason, score=policy.support)

    return ask


def judge_of_no_module() -> Judge:
    def judge(transcript: Transcript, policy: CitationPolicy) -> AskCheck:
        return lenient_judge(transcript, policy)

    return judge


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(4)
    folder = tmp_path_factory.mktemp("vault")
    for number in range(PAGES):
        cited = " ".join(
            f'{sentence} <a class="yt-timestamp" data-t="00:00:{10 * at:02}">[00:00:{10 * at:02}]</a>.'
            for at, sentence in enumerate(chance.sample(SENTENCES, 3 if number < FULL_PAGES else 1))
        )
        link = f"[[page_{chance.randrange(2 * PAGES)}]]"
        head = f"---\ntitle: Page {number}\nvideoId: tides-{number % VIDEOS}\n---\n\n"
        (folder / f"page_{number}.md").write_text(f"{head}{cited}\n\nMore is said in {link}.\n")
    (folder / "page_7.md").write_bytes(b"---\ntitle: Broken\n---\n\n\xff [12:34]")
    return folder


@pytest.fixture(scope="module")
def transcripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transcripts")
    cues = [f"{i + 1}\n00:00:{10 * i:02},000 --> 00:00:{10 * i + 9:02},000\n{s}.\n" for i, s in enumerate(SENTENCES)]
    for number in range(VIDEOS - 1):
        (folder / f"tides-{number}.srt").write_text("\n".join(cues))
    (folder / f"tides-{VIDEOS - 1}.srt").write_text("no transcript")
    return folder


def by(processes: int, vault: Path, transcripts: Path) -> CheckReport:
    return check([vault], transcripts=transcripts, judging=Judging(processes=processes))


def test_surveying_loads_nothing_that_judging_needs() -> None:
    script = "import sys, pipeline.checking.pooling, pipeline.checking.surveying; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "pipeline.vault.reading" in loaded
    assert not loaded & {"numpy", "pydantic", "pipeline.stages.verify", "pipeline.checking.judging"}


def test_several_processes_report_what_one_does(vault: Path, transcripts: Path) -> None:
    one = by(1, vault, transcripts)
    assert one == by(2, vault, transcripts)
    assert {c.verdict for c in one.citations} >= {"quoted", "reanchored", "unjudged", "malformed"}
    assert {f.code for f in one.findings} >= {"dangling-wikilink", "unreadable-transcript", "not-utf-8"}
    paths = [citation.path for citation in one.citations]
    assert paths == sorted(paths)
    assert len(set(paths)) == PAGES
    assert (one.summary.videos_with_transcript, one.summary.videos_without_transcript) == (VIDEOS - 1, 1)


@pytest.mark.parametrize("judge", [lenient_judge, judge_of_no_module()])
def test_any_judge_judges_in_its_process_or_another(vault: Path, transcripts: Path, judge: Judge) -> None:
    some = [vault / f"page_{number}.md" for number in range(FULL_PAGES)]
    report = check(some, transcripts=transcripts, judging=Judging(judge=judge, processes=2))
    judged = [c for c in report.citations if c.verdict == "supported"]
    assert len(judged) == report.summary.citations - report.summary.verdicts["unjudged"] - 1
    assert judged[0].reason == "tides-0: Page 0"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as made:
        yield made


@pytest.mark.parametrize("pays", [True, False])
def test_results_come_in_order_with_their_items(workers: Workers, pays: bool) -> None:
    assert list(workers.map(neg, range(40), pays=pays)) == [(n, -n) for n in range(40)]


def test_items_are_taken_as_they_are_needed(workers: Workers) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    assert next(workers.map(neg, items(), pays=True)) == (0, 0)
    assert len(taken) < 10


def test_an_error_of_the_work_is_an_error_here(workers: Workers) -> None:
    with pytest.raises(ValueError, match="chr"):
        list(workers.map(chr, [-3], pays=True))


def test_the_work_of_processes_that_die_is_done_here() -> None:
    with Workers(2) as workers:
        here = os.getpid()
        assert list(workers.map(dies_elsewhere, [here] * 9, pays=True)) == [(here, here)] * 9


def test_the_collector_is_as_it_was() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyboardInterrupt), resting_collector():
        raise KeyboardInterrupt
    assert gc.get_threshold() == before


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs to see the children of a process")
@pytest.mark.parametrize(("sent", "to_group"), [(signal.SIGINT, True), (signal.SIGKILL, False)])
def test_a_check_that_is_ended_leaves_no_process_and_no_traceback(
    vault: Path, sent: signal.Signals, to_group: bool
) -> None:
    script = f"import sys; sys.argv = ['citenote', 'check', {str(vault)!r}]; from pipeline.cli import main; "
    script += "import os, pipeline.checking.pooling as p; p._cores = lambda: 2; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        while len(children := _children(process.pid)) < 2 and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, sent) if to_group else process.send_signal(sent)
        assert process.stderr is not None
        told = process.stderr.read()
    assert children
    # A process that is just starting when its parent is killed complains that it cannot.
    assert sent == signal.SIGKILL or told == b"interrupted\n"
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []
