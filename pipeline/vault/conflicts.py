"""Open conflicts of a vault: `.citenote/conflicts.json`, by the page on which the person's words stand."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import SettingsError
from pipeline.values.review import Conflict
from pipeline.vault.placing import place, write_whole

CONFLICTS = ".citenote/conflicts.json"
_FORMAT = 1

Conflicts = dict[str, tuple[Conflict, ...]]


def read_conflicts(vault: Path) -> Conflicts:
    """The open conflicts by page.

    Raises:
        SettingsError: the file is damaged.
    """
    path = place(vault, CONFLICTS)
    if not path.exists():
        return {}
    try:
        loaded = json.loads(path.read_bytes())
        if loaded["format"] != _FORMAT:
            raise SettingsError(f"{path}: format {loaded['format']!r} is not known", remedy="Use a newer citenote.")
        return {page: tuple(map(Conflict.model_validate, rows)) for page, rows in loaded["pages"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as e:
        remedy = "Restore it, or remove it: then your words stand in all places."
        raise SettingsError(f"{path}: damaged ({type(e).__name__})", remedy=remedy) from e


def write_conflicts(vault: Path, conflicts: Mapping[str, Iterable[Conflict]]) -> None:
    """Keeps the open conflicts; no file where there are none and were none."""
    open_ones = {page: tuple(found) for page, found in sorted(conflicts.items())}
    open_ones = {page: found for page, found in open_ones.items() if found}
    path = place(vault, CONFLICTS)
    if not open_ones:
        path.unlink(missing_ok=True)
        return
    rows = {page: [c.model_dump(exclude_defaults=True) for c in found] for page, found in open_ones.items()}
    # Pages may hold what is no Unicode: ASCII keeps that.
    write_whole(path, (json.dumps({"format": _FORMAT, "pages": rows}, indent=1) + "\n").encode())


def still_open(before: Iterable[Conflict], found: Iterable[Conflict], page: str, new: str) -> tuple[Conflict, ...]:
    """The conflicts of a page that has this text now, after our text became `new`.

    One is over when the person took our words, and replaced when we no longer say them.
    """
    kept = [c for c in before if (c.new in new if c.new else c.base not in new) and not (c.new and c.new in page)]
    return tuple({c.id: c for c in (*kept, *found)}.values())
