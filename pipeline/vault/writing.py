"""Pages to disk: whole or not at all, merged with a person's edits, never outside the vault, never without need.

A page that still has our bytes is written anew. One that a person edited is merged from our last text of it (see
`pipeline.vault.merging`). Everything is decided first; then conflicts are kept, pages written, and our texts after
them: a kill at any moment leaves a state from which the next run comes to the same end.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from pipeline.values.base import Value
from pipeline.values.note import Page
from pipeline.values.review import Conflict
from pipeline.vault.bases import base_digest, has_bases, move_bases, read_base, remove_base, write_base
from pipeline.vault.conflicts import read_conflicts, still_open, write_conflicts
from pipeline.vault.ledger import LEDGER, Written, ledger_bytes, read_ledger, written
from pipeline.vault.merging import merge
from pipeline.vault.placing import place, write_whole

Fate = Literal["written", "unchanged", "edited", "merged", "deleted"]
"""Written anew; the same bytes as before; a person's, and nothing new to add; a person's, with what is new merged in;
deleted by a person and left so."""


class Fates(Value):
    """What became of the pages, by path."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    """Edited by hand, and left as they are."""
    merged: tuple[str, ...] = ()
    """Edited by hand; what our text has new was merged in."""
    conflicted: tuple[str, ...] = ()
    """Of the edited and merged: where our new text met an edit; the person's words stand, ours wait in the review."""
    deleted: tuple[str, ...] = ()
    """Deleted by hand and not made again."""
    removed: tuple[str, ...] = ()
    """Pages of ours that are no longer made."""


class _Meant(NamedTuple):
    """What shall become of one page."""

    fate: Fate
    data: bytes = b""
    """Its bytes, where it is written or merged."""
    base: str | None = None
    """Our text of it, to be kept; None to leave what is kept."""
    conflicts: tuple[Conflict, ...] = ()


def deleted_by_hand(vault: Path, ledger: Mapping[str, Written]) -> frozenset[str]:
    """Pages that we wrote and that are gone; none when all are gone: then the vault was emptied to begin anew.

    Where our text of a page is gone too, it was never here: this is a clone of a vault in which it was not committed.
    """
    finished = {name for name, record in ledger.items() if not record.pending}
    gone = frozenset(name for name in finished if not place(vault, name).exists())
    if len(gone) == len(finished):
        return frozenset()
    return frozenset(name for name in gone if not has_bases(vault) or base_digest(vault, name) is not None)


def relocated(ledger: Mapping[str, Written], moved: Mapping[str, str]) -> dict[str, Written]:
    """The ledger with pages where a person moved them."""
    return {moved.get(name, name): record for name, record in ledger.items()}


def write_pages(
    vault: Path, pages: Iterable[Page], obsolete: Iterable[str] = (), moved: Mapping[str, str] | None = None
) -> Fates:
    """Writes the pages of a run and removes those that are no longer made.

    Args:
        vault: its folder; made if missing.
        pages: all pages of the run, paths unique.
        obsolete: paths of pages of ours to remove unless a person edited them.
        moved: where a person moved or renamed pages of ours, new paths by old ones.

    Raises:
        SettingsError: a page's place is outside the vault or a symbolic link, the ledger is damaged, or a page has to
            be merged and git is missing; nothing is written then.
    """
    moved = moved or {}
    ledger = relocated(read_ledger(vault), moved)
    move_bases(vault, moved, ledger)
    gone = deleted_by_hand(vault, ledger)
    made = {p.path: p for p in pages}
    open_before = {moved.get(n, n): found for n, found in read_conflicts(vault).items()}
    meant = {
        n: _Meant("deleted") if n in gone else _meant(vault, made[n], ledger.get(n), open_before.get(n, ()))
        for n in sorted(made)
    }
    removed = tuple(n for n in sorted(set(obsolete) - set(made)) if _removable(vault, n, ledger.get(n)))
    news = [n for n, one in meant.items() if one.data]
    if news or removed:
        _record(vault, _intended(ledger, {n: made[n] for n in news}, removed))
    conflicts = {n: f for n, f in open_before.items() if n not in removed} | {n: m.conflicts for n, m in meant.items()}
    write_conflicts(vault, conflicts)
    for name, one in meant.items():
        _carry_out(vault, name, one)
    for name in gone:
        write_base(vault, name, read_base(vault, name, ledger[name]) or "")  # what marks that it was here
    for name in removed:
        place(vault, name).unlink()
        remove_base(vault, name)
    settled = {n: r for n, before in ledger.items() if n not in removed and (r := _settled(vault, n, before))}
    _record(vault, settled | {n: written(made[n]) for n, one in meant.items() if one.base is not None})
    for old in moved:
        remove_base(vault, old)
    by_fate = {
        fate: tuple(n for n, one in meant.items() if one.fate == fate) for fate in {m.fate for m in meant.values()}
    }
    conflicted = tuple(n for n, one in meant.items() if one.conflicts)
    return Fates.model_validate({**by_fate, "conflicted": conflicted, "removed": removed})


def _meant(vault: Path, page: Page, before: Written | None, conflicts: tuple[Conflict, ...]) -> _Meant:
    path = place(vault, page.path)
    new = page.text.encode()
    if not path.exists():
        return _Meant("written", new, page.text)
    current = path.read_bytes() if path.is_file() else b""
    if current == new:
        return _Meant("unchanged", base=page.text)
    if before is not None and before.is_ours(current):
        return _Meant("written", new, page.text)
    base = page.text if before == written(page) else read_base(vault, page.path, before)
    if base is None:  # never ours, or from before our texts were kept: nothing tells who wrote what
        return _Meant("edited", conflicts=still_open(conflicts, [Conflict(new=page.text)], "", page.text))
    mine = current.decode(errors="surrogateescape")
    merged = merge(base, mine, page.text)
    found = still_open(conflicts, merged.conflicts, merged.text, page.text)
    if merged.text == mine:
        return _Meant("edited", base=page.text, conflicts=found)
    return _Meant("merged", merged.text.encode(errors="surrogateescape"), page.text, found)


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
    """What a killed run left in the ledger, as it turned out: the text that is kept, or None where there is no page."""
    if not record.pending:
        return record
    if not place(vault, name).is_file():
        return None
    kept = base_digest(vault, name)
    digest = kept if kept is not None and kept in {record.digest, record.before} else record.digest
    return record.model_copy(update={"digest": digest, "pending": False, "before": None})


def _record(vault: Path, records: Mapping[str, Written]) -> None:
    if records or (vault / LEDGER).exists():
        write_whole(place(vault, LEDGER), ledger_bytes(records))


def _carry_out(vault: Path, name: str, meant: _Meant) -> None:
    if meant.data:
        write_whole(place(vault, name), meant.data)
    if meant.base is not None:
        write_base(vault, name, meant.base)
    if meant.fate in {"written", "unchanged"}:
        place(vault, name + ".new").unlink(missing_ok=True)  # earlier versions put the new text beside an edited page
