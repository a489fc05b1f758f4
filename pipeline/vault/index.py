"""What pages a vault holds, read from their front matter only."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import regex

from pipeline.values.base import Value
from pipeline.values.note import PageKind
from pipeline.vault.reading import FrontMatter, read_front_matter

_FIRST_BYTES = 2_048
_HEAD_BYTES = 65_536
_SIMPLE = regex.compile(
    r"(?P<key>[A-Za-z]+): (?:(?P<plain>\d+|\d{4}-\d\d-\d\d|\p{L}[\p{L}\p{M}\p{N} _,.()/\-]*(?<! ))"
    r"|(?P<json>\"[^\"\\]*\"|\[(?:\"[^\"\\]*\"(?:, (?!\]))?)*\]))"
)


class Entry(Value):
    """A page as its front matter describes it; ours or anyone's."""

    path: str
    """Relative to the vault, with forward slashes."""
    kind: PageKind | None
    """None where neither `kind` nor `videoId` tells."""
    title: str
    video: str
    aliases: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The name by which wikilinks reach it."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".md")


def read_index(vault: Path) -> tuple[Entry, ...]:
    """All pages of a vault in the order of their paths; empty for a folder that does not exist.

    Hidden folders and symbolic links are left out.
    """
    return tuple(sorted((_entry(path, vault) for path in _pages(vault)), key=lambda e: e.path))


def _pages(vault: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(vault):
        folders[:] = [n for n in folders if not n.startswith(".")]
        for name in names:
            path = Path(folder, name)
            page = name.lower().endswith(".md") and not name.startswith(".") and not path.is_symlink()
            if page and path.is_file():  # a pipe would be waited for
                yield path


def _entry(path: Path, vault: Path) -> Entry:
    with path.open("rb") as file:
        head = file.read(_FIRST_BYTES)
        if head.find(b"\n---", 3) < 0 and head.find(b"\n...", 3) < 0:
            head += file.read(_HEAD_BYTES)
    text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    found = _plain_head(text) or read_front_matter(text)
    video, said = found.text("videoId"), found.text("kind")
    kinds: dict[str, PageKind] = {"note": "note", "video": "video", "channel": "channel"}
    kind = kinds.get(said) or ("note" if video else None)
    title = found.text("title")
    return Entry(
        path=path.relative_to(vault).as_posix(), kind=kind, title=title, video=video, aliases=found.texts("aliases")
    )


def _plain_head(text: str) -> FrontMatter | None:
    """A head of one simple `key: value` a line, as we write it, read twenty times faster than YAML; else None."""
    end = text.find("\n---\n", 3)
    lines = text[4:end].split("\n") if text.startswith("---\n") and end > 0 else []
    keys: dict[str, Any] = {}
    for line in lines:
        simple = _SIMPLE.fullmatch(line)
        if simple is None or simple["key"] in keys:
            return None
        try:
            keys[simple["key"]] = json.loads(simple["json"]) if simple["json"] else simple["plain"]
        except ValueError:
            return None
    return FrontMatter(keys=keys, present=True) if keys else None
