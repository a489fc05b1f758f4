"""Conflicts settled on the page, and taken back."""

from pathlib import Path

from pipeline.values.review import Conflict, Settled
from pipeline.vault.bases import read_base
from pipeline.vault.conflicts import read_conflicts, write_conflicts
from pipeline.vault.ledger import read_ledger
from pipeline.vault.merging import merge
from pipeline.vault.placing import place, write_whole


def taken(vault: Path, settled: Settled) -> None:
    """The page after a conflict was settled; the vault is held."""
    if settled.took == "new":
        _exchange(vault, settled.page, settled.conflict.mine, settled.conflict.new)
    conflicts = read_conflicts(vault)
    rest = tuple(c for c in conflicts.get(settled.page, ()) if c.id != settled.conflict.id)
    write_conflicts(vault, {**conflicts, settled.page: rest})


def untaken(vault: Path, settled: Settled) -> None:
    """The page as it was before, with its conflict open again."""
    if settled.took == "new":
        _exchange(vault, settled.page, settled.conflict.new, settled.conflict.mine)
    conflicts = read_conflicts(vault)
    back: tuple[Conflict, ...] = (*conflicts.get(settled.page, ()), settled.conflict)
    write_conflicts(vault, {**conflicts, settled.page: back})


def _exchange(vault: Path, page: str, old: str, new: str) -> None:
    """Puts `new` where `old` stands on a page; where there is nothing to replace, where our text has it."""
    path = place(vault, page)
    text = path.read_bytes().decode(errors="surrogateescape")
    if old and old in text:
        changed = text.replace(old, new, 1)
    elif new.startswith("---\n") and not old:  # the whole page was in question
        changed = new
    else:
        base = read_base(vault, page, read_ledger(vault).get(page)) or ""
        changed = merge(base.replace(new, "", 1), text, base).text if new in base else text
    write_whole(path, changed.encode(errors="surrogateescape"))
