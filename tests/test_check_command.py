"""`citenote check` as a person and a workflow run it: forms, exit codes, fetching, and what cannot be printed."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.checking import as_annotations, check
from pipeline.checking.fetched import FetchedTranscripts
from pipeline.cli import main
from pipeline.errors import BlockedError, TransientError
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.youtube import fetch
from pipeline.store.store import Store
from pipeline.values.sourcing import YouTubeSettings
from pipeline.values.transcript import Transcript
from tests.building import transcript
from tests.commands import ROOT, arguments, environment, pages
from tests.loopback_youtube import RECORDED_ID, Answer, script, youtube

ID = "abcdefghijk"
CUES = (
    "We planted forty oak trees behind the old library in spring.",
    "A storm from the north broke three branches in October.",
)


def cite(time: str) -> str:
    return f'<a class="yt-timestamp" data-t="{time}">[{time}]</a>'


def note(body: str, video: str = ID) -> str:
    return f"---\ntitle: The garden\nvideoId: {video}\n---\n\n{body}\n"


GOOD = f"A storm from the north broke three branches {cite('00:00:10')}."
BAD = f"A storm from the north broke seven branches {cite('00:00:10')}."


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    cues = [f"{n + 1}\n00:00:{n}0,000 --> 00:00:{n}9,000\n{text}\n" for n, text in enumerate(CUES)]
    (tmp_path / "transcripts").mkdir()
    (tmp_path / "transcripts" / f"{ID}.srt").write_text("\n".join(cues))
    (tmp_path / "vault").mkdir()
    return tmp_path


Run = Callable[..., Result]


@pytest.fixture
def run(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process, which is quicker; some tests start it as a person does."""
    monkeypatch.chdir(workspace)
    return lambda *words: CliRunner().invoke(main, ["check", "vault", "--transcripts", "transcripts", *words])


def test_exit_codes(workspace: Path, run: Run) -> None:
    (workspace / "vault" / "a.md").write_text(note(f"{GOOD} {GOOD.replace('north', 'far north')}"))
    assert run().exit_code == 0
    (workspace / "vault" / "b.md").write_text(note(BAD))
    assert run().exit_code == 1
    assert run("--max-unsupported", "0.34").exit_code == 0
    assert run("--max-unsupported", "0.3").exit_code == 1
    assert run("--max-unsupported", "1.5").exit_code == 2
    assert run("nowhere").exit_code == 2


def test_thresholds_come_from_the_settings(workspace: Path, run: Run) -> None:
    (workspace / "vault" / "a.md").write_text(note(f"A storm in autumn damaged three branches {cite('00:00:10')}."))
    (workspace / "config.yaml").write_text("citations: {support: 0.05}\n")
    mild = json.loads(run("--format", "json").stdout)
    (workspace / "config.yaml").write_text("citations: {support: 0.99}\n")
    strict = json.loads(run("--format", "json").stdout)
    assert mild["citations"][0]["verdict"] == "supported"
    assert strict["citations"][0]["verdict"] != "supported"


def test_annotations_are_escaped_and_stand_on_one_line(workspace: Path, run: Run) -> None:
    page = workspace / "vault" / "a,b 100%.md"
    page.write_text(
        note(f"{BAD}\n\nA storm 50% :: broke\nseven branches {cite('00:00:10')}.\n\n[[nowhere]] {cite('12:34')}")
    )
    done = run("--format", "github")
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert lines[0].startswith("::error file=vault/a%2Cb 100%25.md,line=6,title=citenote ")
    assert "[00:00:10] A storm from the north broke seven branches: " in lines[0]
    assert any("50%25 :: broke seven branches" in line for line in lines)
    assert sum("12:34" in line for line in lines) == 1
    assert any("title=citenote dangling-wikilink::no page [[nowhere]]" in line for line in lines)
    assert all(line.startswith(("::error ", "::warning ")) for line in lines[:-1])
    assert [line[:7] for line in lines[:-1]] == sorted(line[:7] for line in lines[:-1])
    assert lines[-1].startswith("1 notes on 1 pages")


def test_a_page_outside_of_the_working_folder_keeps_its_path(workspace: Path) -> None:
    (workspace / "vault" / "a.md").write_text(note(BAD))
    text = as_annotations(check([workspace / "vault"], transcripts=workspace / "transcripts"))
    assert f"file={workspace}/vault/a.md,line=6" in text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_what_cannot_be_printed_is_an_error_of_the_command(workspace: Path, form: str) -> None:
    (workspace / "vault" / "a.md").write_text(note(BAD))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            arguments("check", "vault", "--format", form),
            cwd=workspace,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("citenote: standard output cannot be written (No space left on device)\n")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_run_that_cannot_print_its_rows_says_so(workspace: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            arguments("run", f"transcripts/{ID}.srt", "--model", "extractive", "--json"),
            cwd=workspace,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "standard output cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_is_gone_is_an_error_of_the_command_too(workspace: Path) -> None:
    (workspace / "vault" / "a.md").write_text(note(BAD))
    words = arguments("check", "vault", "--transcripts", "transcripts", "--format", "json")
    with subprocess.Popen(
        words, cwd=workspace, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()  # long before the command has read the first note
        told = process.stderr.read()
    assert process.returncode == 2
    assert told.startswith("citenote: standard output cannot be written (Broken pipe)\n")
    assert "Traceback" not in told


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notes of the examples with their proofs, as a run leaves them."""
    shutil.copytree(ROOT / "outputs", tmp_path / "ours" / "outputs")
    monkeypatch.chdir(tmp_path / "ours")
    return tmp_path / "ours"


def check_ours() -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(main, ["check", "outputs", "--format", "json"])
    return done.exit_code, json.loads(done.stdout)


def test_our_own_notes_pass_and_an_edited_sentence_is_judged_anew(ours: Path) -> None:
    code, report = check_ours()
    assert (code, report["findings"]) == (0, [])
    assert report["summary"]["videos_without_transcript"] == 0
    assert {c["kind"] for c in report["citations"]} <= {"", "partial"}

    before = {(c["path"], c["line"], c["time"], c["claim"]): c["verdict"] for c in report["citations"]}
    page = next(p for p in sorted((ours / "outputs").glob("*.md")) if "In 1847 the Railway" in p.read_text())
    page.write_text(page.read_text().replace("In 1847 the Railway", "In 1923 the Railway"))
    code, edited = check_ours()
    changed = [c for c in edited["citations"] if (c["path"], c["line"], c["time"], c["claim"]) not in before]
    assert code == 1
    assert [(c["claim"][:7], c["tier"]) for c in changed] == [("In 1923", "number")]
    same = [c for c in edited["citations"] if c not in changed]
    assert all(c["verdict"] == before[c["path"], c["line"], c["time"], c["claim"]] for c in same)


def test_the_store_does_not_outvote_the_proof_of_a_note(ours: Path) -> None:
    words = transcript("Something else was said.")
    with Store(ours / ".citenote" / "store.db") as store:
        other = words.model_copy(update={"video": words.video.model_copy(update={"id": "longitude-lecture"})})
        store.keep_transcript(other)
    assert check_ours()[0] == 0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.db") as opened:
        yield opened


Answers = dict[str, Transcript | Exception]


def fetched(store: Store, answers: Answers, told: list[str]) -> FetchedTranscripts:
    def get(video: str, settings: YouTubeSettings) -> Transcript:
        del settings
        answer = answers[video]
        if isinstance(answer, Exception):
            raise answer
        return answer

    fetching = Fetching(YouTubeSettings(), store, fresh=False, sleep=lambda _: None, ways=Ways(get=get))
    return FetchedTranscripts(fetching, told.append)


def test_what_is_fetched_is_kept(workspace: Path, store: Store) -> None:
    (workspace / "vault" / "a.md").write_text(note(f"Hey, this is just a test {cite('00:00:00')}.", RECORDED_ID))
    said = script()
    with youtube(said) as session:
        fetching = Fetching(
            YouTubeSettings(),
            store,
            fresh=False,
            sleep=lambda _: None,
            ways=Ways(get=lambda video, settings: fetch(video, settings, session)),
        )
        told: list[str] = []
        report = check([workspace / "vault"], fetched=FetchedTranscripts(fetching, told.append))
    assert [c.verdict for c in report.citations] == ["quoted"]
    assert (told, report.summary.not_fetched) == ([RECORDED_ID], {})
    again = check([workspace / "vault"], lookups=[store.transcript])
    assert [c.verdict for c in again.citations] == ["quoted"]


def test_a_video_that_cannot_be_had_stops_nothing(workspace: Path, store: Store) -> None:
    ids = {"a": "aaaaaaaaaaa", "b": "bbbbbbbbbbb", "c": "our-own-talk"}
    for name, video in ids.items():
        (workspace / "vault" / f"{name}.md").write_text(note(f"Hey, this is just a test {cite('00:00:00')}.", video))
    words = transcript("Hey, this is just a test.")
    there = words.model_copy(update={"video": words.video.model_copy(update={"id": "bbbbbbbbbbb"})})
    told: list[str] = []
    place = fetched(store, {"aaaaaaaaaaa": TransientError("YouTube did not answer"), "bbbbbbbbbbb": there}, told)
    report = check([workspace / "vault"], fetched=place)
    assert [c.verdict for c in report.citations] == ["unjudged", "quoted", "unjudged"]
    assert report.citations[0].reason == "no transcript could be fetched: YouTube did not answer"
    assert report.summary.not_fetched == {
        "aaaaaaaaaaa": "YouTube did not answer",
        "our-own-talk": "it is the id of no YouTube video",
    }
    assert told == ["aaaaaaaaaaa", "bbbbbbbbbbb"]


def test_a_source_that_refuses_us_is_asked_once(workspace: Path, store: Store) -> None:
    answers: Answers = {}
    for name in "abc":
        video = name * 11
        answers[video] = BlockedError("YouTube refuses this network") if name == "a" else AssertionError("asked again")
        (workspace / "vault" / f"{name}.md").write_text(note(GOOD, video))
    report = check([workspace / "vault"], fetched=fetched(store, answers, []))
    assert set(report.summary.not_fetched.values()) == {"YouTube refuses this network"}
    assert len(report.summary.not_fetched) == 3


def test_the_captions_of_a_video_may_be_gone(workspace: Path, store: Store) -> None:
    (workspace / "vault" / "a.md").write_text(note(GOOD, RECORDED_ID))
    with youtube(script(player=Answer(b"", status=404), watch=Answer(b"", status=404))) as session:
        fetching = Fetching(
            YouTubeSettings(),
            store,
            fresh=False,
            sleep=lambda _: None,
            ways=Ways(get=lambda video, settings: fetch(video, settings, session)),
        )
        report = check([workspace / "vault"], fetched=FetchedTranscripts(fetching, lambda _: None))
    assert list(report.summary.not_fetched) == [RECORDED_ID]
    assert [c.verdict for c in report.citations] == ["unjudged"]


def test_a_check_fetches_only_when_told_to(workspace: Path, run: Run) -> None:
    (workspace / "vault" / "a.md").write_text(note(GOOD, "our-own-talk"))
    assert run().exit_code == 0
    assert not (workspace / ".citenote").exists()
    done = run("--fetch")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "not fetched (1): it is the id of no YouTube video" in done.stdout
    assert pages(workspace / "vault") == {"a.md": note(GOOD, "our-own-talk")}
