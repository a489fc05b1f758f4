"""Pages to disk: whole or not at all, never over a person's edit, never outside the vault, never without need."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from pipeline.errors import SettingsError
from pipeline.values.base import Value
from pipeline.values.note import Page
from pipeline.vault.ledger import LEDGER, Written, digest, ledger_bytes, read_ledger, written

OURS = ".citenote"
"""The folder of a vault that is not the person's but ours."""
UNFINISHED = ".citenote-"
"""How the name of a file begins while it is being written."""

Fate = Literal["written", "unchanged", "edited", "deleted"]
"""Written anew; the same bytes as before; a person's, ours lies beside it; deleted by a person and left so."""


class Fates(Value):
    """What became of the pages, by path."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    """Edited by hand: where our text differs from the one before it lies beside as `.md.new`."""
    deleted: tuple[str, ...] = ()
    """Deleted by hand and not made again."""
    removed: tuple[str, ...] = ()
    """Pages of ours that are no longer made."""


def place(vault: Path, relative: str) -> Path:
    """Where a page lies.

    Raises:
        SettingsError: that is outside of the vault, or a symbolic link stands there.
    """
    parts = PurePosixPath(relative).parts
    if not parts or relative.startswith("/") or any(p in {"..", "."} or "\\" in p or ":" in p for p in parts):
        raise SettingsError(
            f"{relative!r} is no place in the vault {vault}",
            remedy=f"Remove it from {vault / LEDGER}, if it stands there.",
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


def deleted_by_hand(vault: Path, ledger: Mapping[str, Written]) -> frozenset[str]:
    """Pages that we wrote and that are gone; none when all are gone: then the vault was emptied to begin anew."""
    finished = {name for name, record in ledger.items() if not record.pending}
    gone = frozenset(name for name in finished if not place(vault, name).exists())
    return frozenset() if len(gone) == len(finished) else gone


def write_pages(vault: Path, pages: Iterable[Page], obsolete: Iterable[str] = ()) -> Fates:
    """Writes the pages of a run and removes those that are no longer made.

    Args:
        vault: its folder; made if missing.
        pages: all pages of the run, paths unique.
        obsolete: paths of pages of ours to remove unless a person edited them.

    Raises:
        SettingsError: a page's place is outside the vault or a symbolic link, or the ledger is damaged.
    """
    ledger = read_ledger(vault)
    gone = deleted_by_hand(vault, ledger)
    made = {p.path: p for p in pages}
    fates = {n: "deleted" if n in gone else _fate(vault, made[n], ledger.get(n)) for n in sorted(made)}
    removed = tuple(n for n in sorted(set(obsolete) - set(made)) if _removable(vault, n, ledger.get(n)))
    news = [n for n, fate in fates.items() if fate == "written"]
    if news or removed:
        _record(vault, _intended(ledger, {n: made[n] for n in news}, removed))
    for name, fate in fates.items():
        _carry_out(vault, made[name], fate, ledger.get(name))
    for name in removed:
        place(vault, name).unlink()
    ours = {n: written(made[n]) for n, fate in fates.items() if fate in {"written", "unchanged"}}
    settled = {n: r for n, before in ledger.items() if n not in removed and (r := _settled(vault, n, before))}
    _record(vault, settled | ours)
    by_fate = {fate: tuple(n for n, f in fates.items() if f == fate) for fate in sorted(set(fates.values()))}
    return Fates.model_validate({**by_fate, "removed": removed})


def _fate(vault: Path, page: Page, before: Written | None) -> Fate:
    path = place(vault, page.path)
    if not path.exists():
        return "written"
    current = path.read_bytes() if path.is_file() else b""
    if current == page.text.encode():
        return "unchanged"
    return "written" if before is not None and before.is_ours(current) else "edited"


def _removable(vault: Path, name: str, record: Written | None) -> bool:
    path = place(vault, name)
    return record is not None and path.is_file() and record.is_ours(path.read_bytes())


def _intended(ledger: Mapping[str, Written], news: Mapping[str, Page], removed: tuple[str, ...]) -> dict[str, Written]:
    """The ledger as it stands while pages are being written: a kill leaves nothing that looks like a person's work."""
    intended = dict(ledger)
    for name, page in news.items():
        before = ledger[name].digest if name in ledger else None
        intended[name] = written(page).model_copy(update={"pending": True, "before": before})
    for name in removed:
        intended[name] = ledger[name].model_copy(update={"pending": True})
    return intended


def _settled(vault: Path, name: str, record: Written) -> Written | None:
    """What a killed run left in the ledger, as it turned out: the page as it is now, or None if it is not there."""
    if not record.pending:
        return record
    path = place(vault, name)
    if not path.is_file():
        return None
    had_before = record.before is not None and digest(path.read_bytes()) == record.before
    return record.model_copy(
        update={"digest": record.before if had_before else record.digest, "pending": False, "before": None}
    )


def _record(vault: Path, records: Mapping[str, Written]) -> None:
    if records or (vault / LEDGER).exists():
        write_whole(place(vault, LEDGER), ledger_bytes(records))


def _carry_out(vault: Path, page: Page, fate: Fate, before: Written | None) -> None:
    data = page.text.encode()
    beside = place(vault, page.path + ".new")
    if fate == "written":
        write_whole(place(vault, page.path), data)
    elif fate == "edited" and (before is None or not before.is_ours(data)):
        # Beside an edited page our text is news only where it differs from the one that the person edited.
        write_whole(beside, data)
    if fate in {"written", "unchanged"}:
        beside.unlink(missing_ok=True)
