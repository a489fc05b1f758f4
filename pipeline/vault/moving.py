"""Pages of ours that a person renamed or moved: known again by what their front matter says they are."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import regex

from pipeline.vault.bases import read_base
from pipeline.vault.index import Entry
from pipeline.vault.ledger import Written
from pipeline.vault.pieces import pieces
from pipeline.vault.placing import place

_SHARED = 0.5
"""The share of our text that a page of another name and title must hold to be ours."""
_UNLINKABLE = regex.compile(r"[\[\]|#^\n]")


def moved_pages(vault: Path, ledger: Mapping[str, Written], entries: Sequence[Entry]) -> dict[str, str]:
    """New paths by old ones of pages that are no longer where we wrote them.

    A page is known by its video, its kind and its title; where a person changed the title too, by what it says.
    """
    strangers = [e for e in entries if e.path not in ledger and not _UNLINKABLE.search(e.slug)]
    missing = [n for n, r in sorted(ledger.items()) if not r.pending and not place(vault, n).exists()]
    if not strangers or not missing:
        return {}
    found: dict[str, str] = {}
    for name in missing:
        entry = next(iter(_named(ledger[name], name, _free(strangers, found))), None)
        if entry:
            found[name] = entry.path
    for name in (n for n in missing if n not in found and ledger[n].kind == "note"):
        likest = max(
            (
                (_shared(vault, name, ledger[name], e), e.path)
                for e in _free(strangers, found)
                if _is_of(e, ledger[name])
            ),
            default=(0.0, ""),
        )
        if likest[0] >= _SHARED:
            found[name] = likest[1]
    return found


def _free(strangers: Iterable[Entry], found: Mapping[str, str]) -> list[Entry]:
    return [e for e in strangers if e.path not in found.values()]


def _is_of(entry: Entry, record: Written) -> bool:
    return entry.kind == record.kind and (record.kind == "channel" or entry.video == record.video)


def _named(record: Written, name: str, entries: Iterable[Entry]) -> list[Entry]:
    """Pages that say they are this one, the one of its file name first."""
    same = [e for e in entries if _is_of(e, record) and (record.kind == "video" or e.title == record.title)]
    return sorted(same, key=lambda e: (e.path.rsplit("/", 1)[-1] != name.rsplit("/", 1)[-1], e.path))


def _shared(vault: Path, name: str, record: Written, entry: Entry) -> float:
    """The share of our text of a page that another page holds word for word."""
    base = read_base(vault, name, record)
    ours = {p.text for p in pieces(base) if not p.space and not p.head} if base else set()
    theirs = {p.text for p in pieces(place(vault, entry.path).read_bytes().decode(errors="surrogateescape"))}
    return len(ours & theirs) / len(ours) if ours else 0.0
