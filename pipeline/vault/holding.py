"""A vault held by one run at a time, rid of what killed runs left, and its troubles told as errors of ours."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import CitenoteError, SettingsError, StopRun
from pipeline.vault.placing import OURS, UNFINISHED

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL}
_REMEDY = "Correct it, or name another folder with --out; what was answered and fetched is remembered."


@contextmanager
def held(vault: Path) -> Iterator[None]:
    """The vault for this run alone, made if it is missing; another run waits here until this one has published.

    Raises:
        SettingsError: something in the vault cannot be read or written.
        StopRun: the disk is full or broken.
    """
    with told(vault):
        vault.mkdir(parents=True, exist_ok=True)
        with _locked(vault):
            _sweep(vault)
            yield


def expect_writable(vault: Path) -> None:
    """Finds out, before anything is paid for, whether a vault could be written to. Writes nothing.

    Raises:
        SettingsError: it is no folder, or may not be written to.
    """
    there = next(path for path in [vault, *vault.parents, Path()] if os.path.lexists(path))
    if not there.is_dir():
        raise SettingsError(f"{there} is not a folder, so no notes can be written to {vault}", remedy=_REMEDY)
    if not os.access(there, os.W_OK | os.X_OK):
        raise SettingsError(f"{there} may not be written to", remedy=_REMEDY)


@contextmanager
def told(vault: Path) -> Iterator[None]:
    """What the system refuses, as an error that names the file and what to do."""
    try:
        yield
    except OSError as error:
        raise _translated(error, vault) from error


def _translated(error: OSError, vault: Path) -> CitenoteError:
    what = f"{error.filename or vault}: cannot be read or written ({error.strerror})"
    if error.errno in _NO_ROOM:
        return StopRun(what, remedy="Make room on the disk, then run again: what was answered is kept.")
    return SettingsError(what, remedy=_REMEDY)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """A lock on the folder itself: no file is left behind, and the system gives it back when a run is killed."""
    if sys.platform == "win32":  # folders cannot be locked there
        yield
        return
    import fcntl  # noqa: PLC0415 - not there on Windows

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:  # some network file systems have none
                raise
        yield
    finally:
        os.close(handle)


def _sweep(vault: Path) -> None:
    """Removes half-written files: who holds the vault alone knows that nobody is writing them."""
    for folder in (vault, *(vault / OURS / name for name in ("", "proofs", "reviews", "base"))):
        if folder.is_dir() and not (folder.is_symlink() and folder != vault):
            deep = "**/" if folder.name == "base" else ""  # pages may lie in folders
            for unfinished in folder.glob(f"{deep}{UNFINISHED}*.tmp"):
                unfinished.unlink(missing_ok=True)
