"""Findings about wikilinks and page names, seen over the whole vault."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from pipeline.vault.lint.codes import Finding, finding
from pipeline.vault.reading import PageLinkMark, PageText

_GAPS = re.compile(r"[\s_]+")


@lru_cache(maxsize=100_000)
def name_key(name: str) -> str:
    """The form in which names of pages are equal: case folded, composed, one kind of gap, without `.md`."""
    folded = _GAPS.sub("_", unicodedata.normalize("NFC", name).casefold().strip())
    return folded.removesuffix(".md")


@dataclass(frozen=True, slots=True)
class VaultNames:
    """Every name under which a page or an attachment of the vault can be linked."""

    names: frozenset[str]
    files: frozenset[str] = frozenset()
    """File names of the pages: they win over a title or an alias of another page."""

    def knows(self, target: str) -> bool:
        """Whether a link with this target leads somewhere: by path, file name, slug, title or alias."""
        return self.knows_key(name_key(target))

    def knows_key(self, key: str) -> bool:
        """As `knows`, of the key of a name."""
        key = key.lstrip("/")
        return key in self.names or (key.startswith(("./", "../")) and key.rsplit("/", 1)[-1] in self.names)


class Linked(NamedTuple):
    """What links need to know of a page: so much of each page is kept while a whole vault is checked."""

    path: Path
    names: frozenset[str]
    """Keys of its file name, title and aliases."""
    is_index: bool
    """Whether it is on no video."""
    links: tuple[PageLinkMark, ...]


def linked(page: PageText) -> Linked:
    """The names and links of a page."""
    names = {page.path.stem, page.title, *page.front.texts("aliases")}
    return Linked(page.path, frozenset(map(name_key, names)), not page.video_id, page.links)


def names_of(pages: Iterable[PageText], root: Path, attachments: Iterable[str] = ()) -> VaultNames:
    """The names in a vault whose folder is `root`."""
    return names_among(map(linked, pages), root, attachments)


def names_among(pages: Iterable[Linked], root: Path, attachments: Iterable[str] = ()) -> VaultNames:
    """As `names_of`."""
    names = {name_key(name) for name in attachments}
    files = set()
    for page in pages:
        names |= page.names
        files.add(name_key(page.path.stem))
        if page.path.is_relative_to(root):
            relative = page.path.relative_to(root).with_suffix("").parts
            names |= {name_key("/".join(relative[at:])) for at in range(len(relative))}
    return VaultNames(frozenset(names), frozenset(files))


def find_links(page: Linked, vault: VaultNames | None) -> Iterator[Finding]:
    """Links that lead nowhere or stand where none should; without a vault only the latter."""
    own = page.names - ((vault.files if vault else frozenset()) - {name_key(page.path.stem)})
    for link in page.links:
        if not link.target:
            continue
        key = name_key(link.target)
        if vault is not None and not vault.knows_key(key):
            code = "dangling-index-link" if link.alone and page.is_index else "dangling-wikilink"
            yield finding(page.path, link.line, code, f"no page [[{link.target[:100]}]] in the vault")
        elif key in own:
            yield finding(page.path, link.line, "self-link", f"[[{link.target[:100]}]] is this page")
        if link.kind in {"heading", "quote"}:
            yield from _misplaced(page, link)


def _misplaced(page: Linked, link: PageLinkMark) -> Iterator[Finding]:
    if link.kind == "heading":
        yield finding(page.path, link.line, "link-in-heading", f"[[{link.target[:100]}]] stands in a heading")
    elif link.kind == "quote":
        yield finding(page.path, link.line, "link-in-quote", f"[[{link.target[:100]}]] stands in a quotation")


class HasPath(Protocol):
    """Anything that stands for a file."""

    @property
    def path(self) -> Path:
        """The file."""
        ...


def find_collisions(pages: Sequence[HasPath]) -> Iterator[Finding]:
    """Pages that overwrite each other where case does not count, and names that stand for several pages."""
    by_name: dict[str, list[HasPath]] = defaultdict(list)
    for page in pages:
        by_name[unicodedata.normalize("NFC", page.path.stem).casefold()].append(page)
    for same in by_name.values():
        yield from _same_name(same)


def _same_name(pages: Sequence[HasPath]) -> Iterator[Finding]:
    first: Mapping[Path, HasPath] = {page.path.parent: page for page in reversed(pages)}
    for page in pages[1:]:
        other = first[page.path.parent]
        if other is not page:
            yield finding(
                page.path, 1, "slug-collision", f"{page.path.name} and {other.path.name} are one file on many disks"
            )
        else:
            yield finding(
                page.path, 1, "ambiguous-name", f"{pages[0].path} has the same name: [[{page.path.stem}]] is ambiguous"
            )
