"""The review as a person and as a script do it: commands, and the keyboard loop through a pseudo-terminal."""

import contextlib
import errno
import json
import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.commands import EXAMPLES, arguments, environment

GPS = EXAMPLES / "gps-time.en.vtt"
NOTE = "gps_satellites.md"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    run(folder)
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "work")
    return tmp_path / "work"


def citenote(*words: object, folder: Path) -> Result:
    """A command in this process, which spares the start of another."""
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, [*map(str, words)])


def run(folder: Path) -> None:
    assert citenote("run", GPS, "--model", "extractive", folder=folder).exit_code == 0


def told(*words: object, folder: Path) -> Any:
    done = citenote("review", *words, "--json", folder=folder)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_every_decision_as_a_command(folder: Path) -> None:
    (row,) = told("list", folder=folder)
    assert (row["page"], row["state"], row["doubtful"]) == (NOTE, "draft", 0)
    shown = told("show", "gps_satellites", folder=folder)
    first, second, third = (c["id"] for c in shown["claims"][:3])
    after = told("reject", NOTE, second, "--reason", "off topic", folder=folder)
    assert [c["why"] for c in after["claims"] if c["decision"] == "reject"] == ["off topic"]
    after = told("edit", NOTE, first, "--text", "GPS has at least 34 satellites", folder=folder)
    (open_one,) = [c for c in after["claims"] if c["open"]]
    assert open_one["words"] == ["34"]
    assert told("undo", folder=folder)["action"] == "edit"
    after = told("move", NOTE, third, "00:00:23", folder=folder)
    moved = next(c for c in after["claims"] if c["id"] == third)
    assert moved["evidence"][0]["time"] == "00:00:23"
    after = told("accept", NOTE, third, folder=folder)
    assert not [c for c in after["claims"] if c["open"]]
    after = told("accept", NOTE, "--verified", folder=folder)
    assert {c["decision"] for c in after["claims"]} == {"accept", "reject"}
    assert told("approve", "--all", folder=folder)[0]["state"] == "approved"
    assert told("list", folder=folder)[0]["state"] == "approved"
    assert citenote("check", "outputs", folder=folder).exit_code in {0, 1}


def test_what_is_shown_as_text_marks_the_quote(folder: Path) -> None:
    done = citenote("review", "show", NOTE, folder=folder)
    assert "«GPS is a system of at least 24 satellites" in done.stdout
    assert "quoted: The claim is what the transcript says, word for word." in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "nothing"), "no note is called nothing"),
        (("accept", NOTE, "9999"), "it has no claim 9999"),
        (("accept", NOTE, "seven"), "'seven' is no claim"),
        (("reject", NOTE, "xabcdef"), "no conflict xabcdef is open"),
        (("move", NOTE, "1", "noon"), "'noon' is not a time"),
        (("edit", NOTE, "1", "--text", "  "), "needs words"),
        (("list", "--vault", "nowhere"), "there is no vault"),
        ((), "a review needs a terminal"),
    ],
)
def test_mistakes_exit_with_2_and_say_what_to_do(folder: Path, words: tuple[str, ...], message: str) -> None:
    done = citenote("review", *words, folder=folder)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_to_undo_exits_with_1(folder: Path) -> None:
    assert citenote("review", "undo", folder=folder).exit_code == 1


def test_a_run_keeps_what_was_decided(folder: Path) -> None:
    first, second = (c["id"] for c in told("show", NOTE, folder=folder)["claims"][:2])
    told("reject", NOTE, second, folder=folder)
    told("edit", NOTE, first, "--text", "GPS is a system of at least 24 satellites", folder=folder)
    told("approve", NOTE, folder=folder)
    before = (folder / "outputs" / NOTE).read_bytes()
    run(folder)
    assert (folder / "outputs" / NOTE).read_bytes() == before
    assert told("list", folder=folder)[0]["state"] == "approved"


class Terminal:
    """A command in a pseudo-terminal: waits for words on the screen, then presses keys."""

    def __init__(self, words: tuple[str, ...], folder: Path, **variables: str) -> None:
        self.screen = ""
        self._seen = 0
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            arguments(*words),
            cwd=folder,
            env=environment(TERM="xterm", **variables),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=lambda: os.login_tty(slave),  # noqa: PLW1509 - only so does Ctrl-C reach it; no threads here
        )
        os.close(slave)

    def press(self, keys: str, after: str) -> None:
        """Presses keys once these words came up since the last time."""
        self._read_until(after)
        os.write(self._master, keys.encode())

    def _read_until(self, words: str) -> None:
        deadline = time.monotonic() + 60
        while words not in self.screen[self._seen :]:
            if time.monotonic() > deadline:
                pytest.fail(f"{words!r} never came up:\n{self.screen[self._seen :]}")
            if not self._read():
                pytest.fail(f"it ended before {words!r}:\n{self.screen[self._seen :]}")
        self._seen = self.screen.index(words, self._seen) + len(words)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 1)
        if not ready:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux tells that the other side is closed
                raise
            return False
        self.screen += data.decode(errors="replace")
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def end(self) -> int:
        """Reads the rest; the exit code."""
        deadline = time.monotonic() + 60
        while self._read() and time.monotonic() < deadline:
            if self._process.poll() is not None and not select.select([self._master], [], [], 0.2)[0]:
                break
        return self._process.wait(timeout=30)


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_the_keyboard_loop_from_the_first_key_to_the_commit(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = Ann Reader\nemail = ann@example.org\n")
    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nsed -i 's/at least 24 satellites that.*/at least 25 satellites/' \"$1\"\n")
    editor.chmod(0o755)
    git(folder, "init", "-q")
    known = {"HOME": str(home), "EDITOR": str(editor), "GIT_CONFIG_NOSYSTEM": "1"}
    with Terminal(("review",), folder, **known) as terminal:
        terminal.press("?", "1 of 20")
        terminal.press("e", "1 of 20")
        terminal.press("u", "kept, but not proved: The passage does not say “25”")
        terminal.press("r", "taken back: edited")
        terminal.press("too well known\r", "why (for the next run)")
        terminal.press("m", "rejected")
        terminal.press("9:99:99\r", "cite it at (HH:MM:SS)")
        terminal.press("m", "is not a time")
        terminal.press("00:00:31\r", "cite it at (HH:MM:SS)")
        terminal.press("a", "moved, and verified")
        terminal.press("n", "accepted")
        terminal.press("p", "of 19")
        terminal.press("v", "of 19")
        terminal.press("y", "That is all of this note.")
        terminal._read_until("Next: citenote commit")
        assert terminal.end() == 0, terminal.screen
    (row,) = told("list", folder=folder)
    assert row["state"] == "approved"
    page = (folder / "outputs" / NOTE).read_text()
    assert "24 satellites that orbit" not in page
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    done = citenote("commit", folder=folder)
    assert done.exit_code == 0, done.stderr
    message = git(folder, "log", "-1", "--format=%an <%ae>%n%B")
    assert message.startswith("Ann Reader <ann@example.org>\nNotes: GPS satellites\n")
    assert "Claims: 18 verified, 1 edited, 1 rejected\n" in message
    assert "Reviewed-by: Ann Reader <ann@example.org>\n" in message
    assert told("list", folder=folder)[0]["state"] == "committed"


def test_what_was_decided_before_the_terminal_closes_is_kept(folder: Path) -> None:
    with Terminal(("review",), folder) as terminal:
        terminal.press("r", "1 of 20")
        terminal.press("\r", "why (for the next run)")
        terminal.press("\x03", "rejected")
        assert terminal.end() == 130
    shown = told("show", NOTE, folder=folder)
    assert [c["decision"] for c in shown["claims"] if c["decision"]] == ["reject"]
