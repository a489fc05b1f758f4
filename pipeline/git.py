"""Git, the program: run in a folder, its answers as values."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.values.base import Value

_REMEDY = "Install git (https://git-scm.com), then run again; what was answered is remembered."
# Words of git are shown to people and its plumbing is read by us: neither may depend on a language or wait for one.
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
}


class Ran(Value):
    """How a command of git ended."""

    code: int
    out: str
    err: str

    @property
    def good(self) -> bool:
        """Whether it did what it was asked for."""
        return self.code == 0

    @property
    def said(self) -> str:
        """What it told the person, errors first."""
        return "\n".join(text for text in (self.err.strip(), self.out.strip()) if text)


def is_there() -> bool:
    """Whether git is installed."""
    return shutil.which("git") is not None


def expect_git(why: str) -> str:
    """Where git is.

    Raises:
        SettingsError: it is not installed; `why` tells what it is needed for.
    """
    found = shutil.which("git")
    if found is None:
        raise SettingsError(f"git is not installed, and {why}", remedy=_REMEDY)
    return found


def git(folder: Path, words: Sequence[str], *, why: str, stdin: str | None = None, index: Path | None = None) -> Ran:
    """One command of git in a folder; `index` is a file to use in place of the repository's own index.

    Raises:
        SettingsError: git is not installed.
    """
    chosen = {"GIT_INDEX_FILE": str(index)} if index else {}
    done = subprocess.run(  # noqa: S603 - the words are ours, and no shell reads them
        [expect_git(why), *words],
        cwd=folder,
        env={**os.environ, **_ENVIRONMENT, **chosen},
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)
