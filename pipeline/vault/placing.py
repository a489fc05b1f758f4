"""Files to disk: whole or not at all, and never outside of the vault."""

import os
import tempfile
from pathlib import Path, PurePosixPath

from pipeline.errors import SettingsError

OURS = ".citenote"
"""The folder of a vault that is not the person's but ours."""
UNFINISHED = ".citenote-"
"""How the name of a file begins while it is being written."""


def place(vault: Path, relative: str) -> Path:
    """Where a page lies.

    Raises:
        SettingsError: that is outside of the vault, or a symbolic link stands there.
    """
    parts = PurePosixPath(relative).parts
    if not parts or relative.startswith("/") or any(p in {"..", "."} or "\\" in p or ":" in p for p in parts):
        raise SettingsError(
            f"{relative!r} is no place in the vault {vault}",
            remedy=f"Remove it from {vault / OURS / 'pages.json'}, if it stands there.",
        )
    path = vault.joinpath(*parts)
    for step in [path, *list(path.parents)[: len(parts) - 1]]:
        if step.is_symlink():
            raise SettingsError(
                f"{step} is a symbolic link", remedy="Pages are never written through links: remove it."
            )
    return path


def write_whole(path: Path, data: bytes) -> bool:
    """The bytes at this path, by way of a file beside it; False when they are there already."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED, suffix=".tmp")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(_mode(path))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def _mode(path: Path) -> int:
    """The permissions of the file there was, else what a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
