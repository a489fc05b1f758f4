"""Runs the command as a person would: in a process and a folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without any model's key or address, and with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return {**kept, "PYTHONPATH": str(ROOT), **variables}


def arguments(*words: object) -> list[str]:
    """The words of a command line that runs citenote."""
    return [sys.executable, "-m", "pipeline", *map(str, words)]


def citenote(*words: object, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """One finished command, run in a folder."""
    return subprocess.run(
        arguments(*words),
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The objects that `run --json` printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def pages(vault: Path) -> dict[str, str]:
    """Text of every page by its path in the vault."""
    return {p.relative_to(vault).as_posix(): p.read_text(encoding="utf-8") for p in sorted(vault.rglob("*.md"))}


def everything(vault: Path) -> dict[str, bytes]:
    """Bytes of every file by its path in the vault, proofs and ledger included."""
    return {p.relative_to(vault).as_posix(): p.read_bytes() for p in sorted(vault.rglob("*")) if p.is_file()}


def written(folder: Path, text: str, name: str = "config.yaml") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
