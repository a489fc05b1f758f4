"""The whole line through the command, with the embedded outliner."""

import json
from pathlib import Path

import pytest

from tests.commands import EXAMPLES, ROOT, citenote, everything, pages, rows, written

LECTURE = EXAMPLES / "longitude-lecture.en.vtt"
COUNTED = ("verified", "quoted", "supported", "reanchored", "doubtful", "dropped")


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    done = citenote("run", EXAMPLES, folder=folder)
    assert done.returncode == 0, done.stderr
    assert "model: extractive (no key and no base URL is configured)" in done.stderr
    return folder / "outputs"


def test_the_examples_give_the_notes_that_the_repository_carries(vault: Path) -> None:
    carried = {name: data for name, data in everything(ROOT / "outputs").items() if name != ".gitkeep"}
    assert everything(vault) == carried


def test_notes_a_video_page_and_a_channel_page_are_written(vault: Path) -> None:
    found = pages(vault)
    kinds = [text.partition("\nkind: ")[2].partition("\n")[0] for text in found.values()]
    assert kinds.count("channel") == 2
    assert kinds.count("video") == 3
    assert sum('class="yt-timestamp"' in text for text in found.values()) >= 5


def test_notes_of_different_videos_link_to_each_other(vault: Path) -> None:
    proofs = [json.loads(p.read_text(encoding="utf-8")) for p in (vault / ".citenote/proofs").glob("*.json")]
    owner = {note["slug"]: proof["video"]["id"] for proof in proofs for note in proof["notes"]}
    across = [
        (slug, other)
        for slug, video in owner.items()
        for other, theirs in owner.items()
        if theirs != video and f"[[{other} |" in (vault / f"{slug}.md").read_text(encoding="utf-8")
    ]
    assert across


def test_check_finds_nothing_wrong_with_our_own_notes(vault: Path) -> None:
    done = citenote("check", vault, "--format", "json", folder=vault.parent)
    report = json.loads(done.stdout)
    assert done.returncode == 0, report["findings"]
    assert report["citations"]
    assert {c["verdict"] for c in report["citations"]} <= {"quoted", "supported", "partial"}
    assert [f for f in report["findings"] if f["severity"] == "error"] == []


def test_a_second_run_writes_no_byte(vault: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in vault.rglob("*") if p.is_file()}
    done = citenote("run", EXAMPLES, folder=vault.parent)
    assert done.returncode == 0
    assert {p: p.stat().st_mtime_ns for p in vault.rglob("*") if p.is_file()} == before
    assert "0 pages written" in done.stderr


def test_json_prints_one_object_a_video_and_the_sum_is_right(tmp_path: Path) -> None:
    done = citenote("run", EXAMPLES, "--json", "--out", tmp_path / "notes", folder=tmp_path)
    found = rows(done)
    assert len(found) == 3
    for row in found:
        assert set(row) == {
            "video", "state", "notes", "claims", "verified", "quoted", "supported", "reanchored", "doubtful",
            "dropped", "mended", "warnings", "coverage", "tokens", "remembered", "cost_usd", "error",
        }  # fmt: skip
        assert row["claims"] == sum(row[name] for name in COUNTED) > 0
        assert row["coverage"]["read"] == 1
        assert all((tmp_path / "notes" / name).is_file() for name in row["notes"])
    assert not (tmp_path / "outputs").exists()


def test_title_channel_and_id_can_be_named(tmp_path: Path) -> None:
    written(tmp_path, LECTURE.read_text(encoding="utf-8"), "talk.vtt")
    options = ("--video-id", "abcdefghijk", "--title", "Ships: a [[talk]] #1", "--channel", "My | channel")
    done = citenote("run", "talk.vtt", *options, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    texts = pages(tmp_path / "outputs")
    assert 'href="https://www.youtube.com/watch?v=abcdefghijk&t=' in "".join(texts.values())
    assert citenote("check", "outputs", folder=tmp_path).returncode == 0


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    empty = written(tmp_path, "", "empty.vtt")
    done = citenote("run", empty, LECTURE, folder=tmp_path)
    assert done.returncode == 1
    assert "empty.vtt" in done.stderr
    assert len(pages(tmp_path / "outputs")) >= 4


def test_a_note_edited_by_hand_is_merged(tmp_path: Path) -> None:
    citenote("run", LECTURE, folder=tmp_path)
    note = next(p for p in (tmp_path / "outputs").glob("*.md") if "yt-timestamp" in p.read_text(encoding="utf-8"))
    mine = note.read_text(encoding="utf-8") + "\nMy own words.\n"
    note.write_text(mine, encoding="utf-8")
    done = citenote("run", LECTURE, "--title", "Another title", folder=tmp_path)
    merged = note.read_text(encoding="utf-8")
    assert merged.endswith("\nMy own words.\n")
    assert "Another title" in merged
    assert f"edited by hand, merged: {note.relative_to(tmp_path)}" in done.stderr


def test_dry_run_writes_no_page(tmp_path: Path) -> None:
    done = citenote("run", LECTURE, "--dry-run", folder=tmp_path)
    assert done.returncode == 0
    assert "nothing was sent" in done.stdout
    assert not (tmp_path / "outputs").exists()


def test_dry_run_of_a_file_that_cannot_be_read_exits_with_1(tmp_path: Path) -> None:
    done = citenote("run", written(tmp_path, "", "empty.vtt"), LECTURE, "--dry-run", folder=tmp_path)
    assert done.returncode == 1
    assert "empty.vtt" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run",), "no video was given"),
        (("run", "nothing-here"), "nothing-here: there is no such file"),
        (("run", LECTURE, "--model", "gpt"), "model 'gpt' is not configured"),
        (("run", LECTURE, "--config", "none.yaml"), "none.yaml: cannot be read"),
        (("run", EXAMPLES, "--title", "One"), "--video-id and --title name one video"),
        (("check", "nothing-here"), "nothing-here"),
        (("run", "--nonsense"), "No such option"),
    ],
)
def test_mistakes_exit_with_2_and_say_what_to_do(tmp_path: Path, words: tuple[object, ...], message: str) -> None:
    done = citenote(*words, folder=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_init_lays_out_a_workspace_that_runs_and_keeps_what_is_there(tmp_path: Path) -> None:
    written(tmp_path, "mine\n", ".gitignore")
    done = citenote("init", tmp_path, folder=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"
    assert (tmp_path / "prompts/outline.system.j2").is_file()
    assert citenote("run", LECTURE, folder=tmp_path).returncode == 0
    assert pages(tmp_path / "outputs")
