"""What a page tells without its transcript, packed so that it travels as bytes.

Nothing here loads what judging needs: a process that only surveys starts at once.
"""

import marshal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.vault.lint import Finding, Linked, Timeline, finding, is_note, linked, lint_alone
from pipeline.vault.reading import PageLinkMark, PageText, Stamp, read_page


class Surveyed(NamedTuple):
    """What is kept of a page: the page itself is not, so that a vault of any size is checked in little memory."""

    video_id: str
    is_note: bool
    is_index: bool
    names: tuple[str, ...]
    """Keys of the names that links may use."""
    links: bytes
    citations: bytes
    amount: int
    """Citations."""
    malformed: int
    """Those of them without a readable time."""
    findings: tuple[Finding, ...]
    """All but those about its links, which need the whole vault."""

    def named(self, path: Path) -> Linked:
        """Its names without its links; `path` is the page's."""
        return Linked(path, frozenset(self.names), self.is_index, ())

    def linked(self, path: Path) -> Linked:
        """Its names and links."""
        if not self.links:
            return self.named(path)
        # Only what `surveyed` packed is read here and below, by the same interpreter.
        links = tuple(PageLinkMark(*link) for link in marshal.loads(self.links))  # noqa: S302 - as above
        return Linked(path, frozenset(self.names), self.is_index, links)


class Cited(NamedTuple):
    """A citation as it stands."""

    line: int
    time_ms: int | None
    claim: str
    malformed: str
    """Why it has no readable time; empty when it has one."""


def cited(packed: bytes) -> Iterator[Cited]:
    """The citations of `Surveyed.citations`."""
    return (Cited(*row) for row in marshal.loads(packed))  # noqa: S302 - as above


def survey(paths: Sequence[Path]) -> list[Surveyed | Finding]:
    """Each page as it is without a transcript; a finding in the place of one that cannot be read."""
    return [page if isinstance(page, Finding) else surveyed(page, None) for page in map(read_file, paths)]


def surveyed(page: PageText, timeline: Timeline | None) -> Surveyed:
    """What a page tells; without a timeline the length of its video is not known."""
    names = linked(page)
    rows = tuple((c.line, c.mark.stamp.time_ms, c.claim, why_malformed(c.mark.stamp)) for c in page.citations)
    return Surveyed(
        page.video_id,
        is_note(page),
        names.is_index,
        tuple(names.names),
        marshal.dumps(tuple(tuple(link) for link in names.links)) if names.links else b"",
        marshal.dumps(rows),
        len(rows),
        sum(row[3] != "" for row in rows),
        tuple(lint_alone(page, timeline)),
    )


def why_malformed(stamp: Stamp) -> str:
    """Why a citation with this stamp has no readable time; empty when it has one."""
    if stamp.fault is None and stamp.time_ms is not None:
        return ""
    if stamp.fault == "anchor":
        return "the markup of the citation is broken"
    return f"{stamp.raw[:60].strip() or 'the citation'} is no time of the form HH:MM:SS"


def read_file(path: Path) -> PageText | Finding:
    """The page in this file; a finding when it cannot be read."""
    try:
        if not path.is_file() and path.exists():  # a pipe or a device would be read for ever
            return finding(path, 1, "unreadable-file", "is no regular file")
        data = path.read_bytes()
    except OSError as error:
        return finding(path, 1, "unreadable-file", f"cannot be read: {error.strerror}")
    return read_page(path, data)
