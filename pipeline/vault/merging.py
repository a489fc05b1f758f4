"""A page edited by hand meets a new text of ours: a three-way merge, sentence by sentence, by `git merge-file`.

The common ancestor is our text as it was last written. Each version is laid out as one piece a line, with a numbered
fence before and after the place of every piece of the ancestor, the same in all three. So each sentence is merged by
itself, and git reports a conflict only where one sentence was changed on both sides. What both sides add at one place
is kept, the person's first. Where there is a conflict the person's words stand on the page and ours are told: markers
of a conflict are no Markdown, Obsidian would show half of them as a quotation and the page could not be read.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import SettingsError
from pipeline.git import git
from pipeline.values.review import Conflict
from pipeline.vault.aligning import align
from pipeline.vault.pieces import Piece, joined, pieces

WHY = "a page that you edited has to be merged with its new text"
_OURS, _BASE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
_COUNTS = ("citations:", "doubtful:")


class Merged(NamedTuple):
    """A merged page and where the two sides could not be brought together."""

    text: str
    conflicts: tuple[Conflict, ...]


class _Laid(NamedTuple):
    """One version against the ancestor: what became of its pieces, and what was added behind each (from -1 on)."""

    kept: dict[int, Piece]
    added: dict[int, list[Piece]]


def merge(base: str, mine: str, new: str) -> Merged:
    """The person's page `mine` with what changed from our text `base` to our text `new`.

    Every piece that the person wrote is in the result, and none that the person took out comes back.

    Raises:
        SettingsError: git is not installed, or refuses.
    """
    if new in {base, mine}:
        return Merged(mine, ())
    if mine == base:
        return Merged(new, ())
    ancestor = pieces(base)
    laid = [_laid(ancestor, pieces(text)) for text in (mine, new)]
    _once(laid[0], laid[1])
    count = len(ancestor)
    versions = [
        "".join(_lines(laid[0], count, mine=True)),
        "".join(_lines(_Laid(dict(enumerate(ancestor)), {}), count, mine=True)),
        "".join(_lines(laid[1], count, mine=False)),
    ]
    return _settled(_merged_lines(versions))


def _laid(base: Sequence[Piece], version: Sequence[Piece]) -> _Laid:
    kept: dict[int, Piece] = {}
    added: dict[int, list[Piece]] = defaultdict(list)
    last = -1
    for piece, place in zip(version, align(base, version), strict=True):
        if place is None:
            added[last].append(piece)
        else:
            kept[place] = piece
            last = place
    return _Laid(kept, added)


def _once(mine: _Laid, new: _Laid) -> None:
    """What the person added already is not added again."""
    there = {p.text for added in mine.added.values() for p in added if not p.space}
    for place, added in new.added.items():
        new.added[place] = [p for p in added if p.space or p.text not in there]
        if not any(not p.space for p in new.added[place]) and len(new.added[place]) < len(added):
            new.added[place] = []


def _lines(version: _Laid, count: int, *, mine: bool) -> Iterator[str]:
    for place in range(-1, count):
        yield f"#{place}\n"
        if place in version.kept:
            yield _line(version.kept[place])
        yield f"#{place} mine\n"
        added = [_line(piece) for piece in version.added.get(place, ())]
        yield from added if mine else ()
        yield f"#{place} new\n"
        yield from () if mine else added


def _line(piece: Piece) -> str:
    return json.dumps(piece) + "\n"  # all in ASCII, whatever a page holds


def _merged_lines(versions: Sequence[str]) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="citenote-") as folder:
        for name, text in zip(("mine", "base", "new"), versions, strict=True):
            Path(folder, name).write_text(text, encoding="ascii", newline="\n")
        ran = git(Path(folder), ["merge-file", "-p", "-q", "--diff3", "mine", "base", "new"], why=WHY)
    if not 0 <= ran.code < 128:  # else it is the number of conflicts
        raise SettingsError(f"git could not merge a page: {ran.said}", remedy="Try another version of git.")
    return ran.out.split("\n")


def _settled(lines: Sequence[str]) -> Merged:
    """The page with the person's side of each conflict, and what the other sides said."""
    kept: list[Piece] = []
    conflicts: list[Conflict] = []
    heading, side = "", _END
    sides: dict[str, list[Piece]] = {}
    for line in lines:
        mark = line[:7]
        if mark == _OURS:
            sides = {_OURS: [], _BASE: [], _THEIRS: []}
        if mark in {_OURS, _BASE, _THEIRS, _END}:
            side = mark
        if mark == _END:
            resolved, conflict = _resolved(sides, heading)
            kept += resolved
            conflicts += [conflict] if conflict else []
        elif line.startswith("["):
            text, *flags = json.loads(line)
            piece = Piece(text, *flags)
            (kept if side == _END else sides[side]).append(piece)
            heading = _plain(text.lstrip("# ")) if piece.closes and text.startswith("#") else heading
    return Merged(joined(kept), tuple(conflicts))


def _resolved(sides: dict[str, list[Piece]], heading: str) -> tuple[list[Piece], Conflict | None]:
    """What stands on the page, and the conflict if it is one that a person should see."""
    mine, new = sides[_OURS], sides[_THEIRS]
    told = [p for p in (*mine, *new, *sides[_BASE]) if not p.space]
    if told and all(p.head and p.text.startswith(_COUNTS) for p in told):
        return new, None  # figures that we count
    if not told:
        return mine, None
    return mine, Conflict(heading=heading, base=joined(sides[_BASE]), mine=_plain(joined(mine)), new=joined(new))


def _plain(text: str) -> str:
    return text.encode(errors="replace").decode()
