"""The notes of a vault that we made, and one of them by its name."""

from typing import NamedTuple

from pipeline.errors import SettingsError
from pipeline.vault.ledger import slug_of
from pipeline.vault.shelf import Shelf


class NoteAt(NamedTuple):
    """A note that is there."""

    path: str
    title: str
    video: str


def notes_of(shelf: Shelf) -> list[NoteAt]:
    """All notes of ours whose pages are there, by path."""
    return [
        NoteAt(path, record.title, record.video)
        for path, record in sorted(shelf.ledger.items())
        if record.kind == "note" and (shelf.root / path).is_file()
    ]


def find_note(shelf: Shelf, name: str) -> NoteAt:
    """The note of a path in the vault, a path of the file, a file name or a title.

    Raises:
        SettingsError: none has this name, or several have.
    """
    notes = notes_of(shelf)
    wanted = name.strip().removeprefix("./")
    rooted = wanted.removeprefix(f"{shelf.root.as_posix().removeprefix('./')}/")
    ways = (
        [n for n in notes if n.path in {wanted, rooted}],
        [n for n in notes if slug_of(n.path) in {wanted, slug_of(rooted)}],
        [n for n in notes if n.title.casefold() == wanted.casefold()],
    )
    found = next((way for way in ways if way), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise SettingsError(
            f"several notes are called {name}", remedy="Name one by its path: " + ", ".join(n.path for n in found)
        )
    raise SettingsError(f"{shelf.root}: no note is called {name}", remedy="See: citenote review list.")
