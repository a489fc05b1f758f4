"""The files that a check reads."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Gathered:
    """The pages of one vault, or single pages whose vault is not known (`root` is None)."""

    root: Path | None
    pages: tuple[Path, ...]
    attachments: tuple[str, ...] = ()
    """Names and paths of the other files, by which links may call them."""


def gather(paths: Sequence[Path]) -> list[Gathered]:
    """Every page once: folders are vaults of their own, files outside of them stand alone.

    Raises:
        SettingsError: a path does not exist.
    """
    for path in paths:
        if not path.exists():
            raise SettingsError(f"{path}: no such file or folder", remedy="Name notes or folders of notes.")
    folders = _outermost([path for path in paths if path.is_dir()])
    gathered = [_vault(folder) for folder in folders]
    inside = [folder.resolve() for folder in folders]
    alone = [p for p in paths if not p.is_dir() and not any(p.resolve().is_relative_to(folder) for folder in inside)]
    return [*gathered, Gathered(None, tuple(dict.fromkeys(alone)))] if alone else gathered


def _outermost(folders: Sequence[Path]) -> list[Path]:
    """Folders that lie in no other one of them, each once."""
    found: dict[Path, Path] = {}
    for folder in sorted(folders, key=lambda f: len(f.resolve().parts)):
        resolved = folder.resolve()
        if not any(resolved.is_relative_to(other) for other in found):
            found[resolved] = folder
    return list(found.values())


def _vault(root: Path) -> Gathered:
    files = list(_files(root))
    attachments = [path for path in files if path.suffix.lower() != ".md"]
    names = (name for path in attachments for name in (path.name, path.relative_to(root).as_posix()))
    return Gathered(root, tuple(path for path in files if path.suffix.lower() == ".md"), tuple(names))


def _files(root: Path) -> Iterator[Path]:
    """All files, in the order of their names; hidden folders (.obsidian, .trash, .git) are no part of a vault."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))
