"""The pages that a check reads, and the names that their links may lead to."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.vault.lint import Finding, VaultNames, finding, names_of
from pipeline.vault.reading import PageText, read_page


@dataclass(frozen=True, slots=True)
class Gathered:
    """Pages of one vault, or single pages whose vault is not known (`root` and `names` are None)."""

    root: Path | None
    pages: tuple[PageText, ...]
    names: VaultNames | None
    findings: tuple[Finding, ...]
    """Files that could not be read."""


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
    pages, findings = _read(dict.fromkeys(alone))
    return [*gathered, Gathered(None, pages, None, findings)] if alone else gathered


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
    pages, findings = _read(path for path in files if path.suffix.lower() == ".md")
    attachments = [path for path in files if path.suffix.lower() != ".md"]
    names = [name for path in attachments for name in (path.name, path.relative_to(root).as_posix())]
    return Gathered(root, pages, names_of(pages, root, names), findings)


def _files(root: Path) -> Iterator[Path]:
    """All files, in the order of their names; hidden folders (.obsidian, .trash, .git) are no part of a vault."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _read(paths: Iterator[Path] | dict[Path, None]) -> tuple[tuple[PageText, ...], tuple[Finding, ...]]:
    pages, findings = [], []
    for path in paths:
        if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
            findings.append(finding(path, 1, "unreadable-file", "is no regular file"))
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            findings.append(finding(path, 1, "unreadable-file", f"cannot be read: {error.strerror}"))
        else:
            pages.append(read_page(path, data))
    return tuple(pages), tuple(findings)
