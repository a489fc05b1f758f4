"""What a hostile world does to a run: full and broken folders, killed and crowded runs, names that are no Unicode."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.values.note import Page
from pipeline.vault.ledger import read_ledger
from pipeline.vault.writing import write_pages
from tests.commands import EXAMPLES, arguments, citenote, environment, everything, pages, rows, written
from tests.scripted_server import ScriptedServer

TALK = EXAMPLES / "gps-time.en.vtt"
LECTURE = EXAMPLES / "longitude-lecture.en.vtt"


def _cut(folder: Path, name: str) -> Path:
    """A short talk, so that a run takes little time."""
    blocks = TALK.read_text(encoding="utf-8").split("\n\n")
    return written(folder, "\n\n".join(blocks[:60]) + "\n", name)


@pytest.mark.parametrize("spoiled", ["vault", "vault/.citenote", "vault/.citenote/proofs"])
def test_a_file_where_a_folder_should_be_is_told_before_the_work(tmp_path: Path, spoiled: str) -> None:
    (tmp_path / spoiled).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / spoiled).touch()
    written(tmp_path, "vault: vault\n")
    done = citenote("run", TALK, folder=tmp_path)
    assert done.returncode == 2
    assert f"{spoiled} is not a folder" in done.stderr
    assert "split" not in done.stderr


def test_a_folder_in_the_place_of_the_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "outputs/.citenote/pages.json").mkdir(parents=True)
    done = citenote("run", TALK, folder=tmp_path)
    assert done.returncode == 2
    assert "pages.json: cannot be read or written (Is a directory)" in done.stderr


def test_a_vault_that_fails_at_the_end_still_gives_a_row_a_video(tmp_path: Path) -> None:
    _cut(tmp_path, "talk.vtt")
    (tmp_path / "mine").mkdir()
    written(tmp_path / "mine", "{% broken", "note.md.j2")
    written(tmp_path, "notes: {templates: mine}\n")
    done = citenote("run", "talk.vtt", "--json", folder=tmp_path)
    (row,) = rows(done)
    assert done.returncode == 2
    assert (row["state"], row["error"]["kind"]) == ("stopped", "settings")
    assert "note.md.j2" in row["error"]["message"]


def test_a_page_replaced_by_a_link_is_not_followed(tmp_path: Path) -> None:
    _cut(tmp_path, "talk.vtt")
    assert citenote("run", "talk.vtt", folder=tmp_path).returncode == 0
    page = next((tmp_path / "outputs").glob("*.md"))
    page.unlink()
    page.symlink_to(tmp_path / "elsewhere.md")
    done = citenote("run", "talk.vtt", folder=tmp_path)
    assert done.returncode == 2
    assert "symbolic link" in done.stderr
    assert not (tmp_path / "elsewhere.md").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders there")
def test_a_pipe_in_the_vault_is_not_waited_for(tmp_path: Path) -> None:
    _cut(tmp_path, "talk.vtt")
    (tmp_path / "outputs").mkdir()
    os.mkfifo(tmp_path / "outputs/pipe.md")
    assert citenote("run", "talk.vtt", folder=tmp_path).returncode == 0
    checked = citenote("check", "outputs", "--format", "json", folder=tmp_path)
    assert json.loads(checked.stdout)["summary"]["codes"] == {"unreadable-file": 1}


def test_what_a_killed_run_was_writing_is_swept_away(tmp_path: Path) -> None:
    _cut(tmp_path, "talk.vtt")
    assert citenote("run", "talk.vtt", folder=tmp_path).returncode == 0
    before = everything(tmp_path / "outputs")
    for place in ("outputs", "outputs/.citenote", "outputs/.citenote/proofs"):
        written(tmp_path / place, "half a fi", ".citenote-x7f3.tmp")
    assert citenote("run", "talk.vtt", folder=tmp_path).returncode == 0
    assert everything(tmp_path / "outputs") == before


def _page(name: str, text: str) -> Page:
    return Page(path=name, text=text, kind="note", video="v", title=name)


def test_a_page_that_a_killed_run_never_wrote_does_not_count_as_deleted(tmp_path: Path) -> None:
    write_pages(tmp_path, [_page("other.md", "x\n"), _page("old.md", "old\n")])
    ledger = tmp_path / ".citenote/pages.json"
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if '"old.md"' in line)
    pending = lines[at].rstrip().rstrip(",")
    new = pending.replace("old.md", "new.md").removesuffix("}") + ', "pending": true}'
    lines[at : at + 1] = [new + ",\n", pending.removesuffix("}") + ', "pending": true},\n']
    ledger.write_text("".join(lines), encoding="utf-8")
    (tmp_path / "old.md").unlink()

    write_pages(tmp_path, [_page("third.md", "y\n")])
    assert set(read_ledger(tmp_path)) == {"other.md", "third.md"}
    assert write_pages(tmp_path, [_page("new.md", "z\n")]).written == ("new.md",)


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked there")
def test_runs_at_the_same_time_on_one_vault_lose_nothing(tmp_path: Path) -> None:
    names = ["one.vtt", "two.vtt", "three.vtt"]
    for name in names:
        _cut(tmp_path, name)
    command = ("--out", "vault", "--channel", "Crowd")
    running = [
        subprocess.Popen(arguments("run", name, *command), cwd=tmp_path, env=environment(), stderr=subprocess.DEVNULL)
        for name in names
    ]
    assert [r.wait(timeout=120) for r in running] == [0, 0, 0]
    assert set(read_ledger(tmp_path / "vault")) == set(pages(tmp_path / "vault"))
    channel = pages(tmp_path / "vault")["crowd.md"]
    assert channel.count("[[") >= len(names)
    before = everything(tmp_path / "vault")
    for name in names:
        assert citenote("run", name, *command, folder=tmp_path).returncode == 0
    assert set(everything(tmp_path / "vault")) == set(before)


def test_a_video_that_comes_twice_is_skipped_with_its_reason(tmp_path: Path) -> None:
    _cut(tmp_path, "talk.en.vtt")
    _cut(tmp_path, "talk.de.vtt")
    done = citenote("run", "talk.en.vtt", "talk.de.vtt", "--json", folder=tmp_path)
    first, second = rows(done)
    assert done.returncode == 0
    assert (first["state"], second["state"]) == ("done", "skipped")
    assert "the same video as talk.en.vtt" in second["error"]["message"]
    assert second["notes"] == []


def test_a_dry_run_makes_no_store(tmp_path: Path) -> None:
    assert citenote("run", TALK, "--dry-run", folder=tmp_path).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_json_is_utf_8_and_names_that_are_no_unicode_do_no_harm(tmp_path: Path) -> None:
    _cut(tmp_path, "talk.vtt")
    strange = os.fsdecode(b"no-times-\xff.vtt")
    try:
        written(tmp_path, "nothing", strange)
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    for encoding in ("ascii:strict", "utf-8:strict"):
        command = arguments("run", "talk.vtt", strange, "--json", "--title=", "--channel", "日本語")
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(PYTHONIOENCODING=encoding), capture_output=True, check=False
        )
        told = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
        assert [row["state"] for row in told] == ["done", "failed"], done.stderr
        checked = subprocess.run(
            arguments("check", "outputs", "--format", "json"),
            cwd=tmp_path,
            env=environment(PYTHONIOENCODING=encoding),
            capture_output=True,
            check=False,
        )
        assert json.loads(checked.stdout.decode("utf-8"))["summary"]["errors"] == 0


def test_what_a_refusing_model_says_stands_on_no_page(tmp_path: Path) -> None:
    with ScriptedServer(lambda asked: "refusal" if asked.number == 1 else "good") as server:
        settings = {
            "split": {"chunk_tokens": 900},
            "models": {"scripted": {"base_url": server.url, "model": "m", "concurrency": 1}},
        }
        written(tmp_path, json.dumps(settings))
        done = citenote("run", LECTURE, "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    text = "\n".join(pages(tmp_path / "outputs").values())
    assert "the model refused" in text
    assert "I cannot help" not in text
    assert citenote("check", "outputs", folder=tmp_path).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_ctrl_c_twice_ends_at_once_although_a_server_hangs(tmp_path: Path) -> None:
    with ScriptedServer(lambda _: "hang", hang_s=60) as server:
        settings = {"models": {"scripted": {"base_url": server.url, "model": "m", "timeout_s": 60}}}
        written(tmp_path, json.dumps(settings))
        running = subprocess.Popen(
            arguments("run", LECTURE, "--json"),
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while not server.calls and time.monotonic() < deadline:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        printed, told = running.communicate(timeout=20)
    assert running.returncode == 130
    assert [json.loads(line)["state"] for line in printed.splitlines()] == ["stopped"]
    assert "Traceback" not in told
