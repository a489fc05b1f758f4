"""Names what is wrong with a note or a vault. Pure: pages in, findings out."""

from collections.abc import Iterator

from pipeline.vault.lint.codes import CODES, Code, Finding, Severity, finding
from pipeline.vault.lint.hrefs import find_hrefs
from pipeline.vault.lint.links import Linked, VaultNames, find_collisions, find_links, linked, names_among, names_of
from pipeline.vault.lint.structure import find_structure, is_index, is_note
from pipeline.vault.lint.times import Timeline, exact_seconds, find_times
from pipeline.vault.lint.wording import find_wording
from pipeline.vault.reading import PageText

__all__ = [
    "CODES",
    "Code",
    "Finding",
    "Linked",
    "Severity",
    "Timeline",
    "VaultNames",
    "exact_seconds",
    "find_collisions",
    "find_links",
    "finding",
    "is_index",
    "is_note",
    "linked",
    "lint_alone",
    "lint_page",
    "names_among",
    "names_of",
]


def lint_page(
    page: PageText, *, timeline: Timeline | None = None, vault: VaultNames | None = None
) -> Iterator[Finding]:
    """All findings of one page.

    Args:
        page: the page.
        timeline: of the transcript of its video; without it the length is not known.
        vault: names of the pages that links may lead to; without it no link dangles.
    """
    yield from lint_alone(page, timeline)
    yield from find_links(linked(page), vault)


def lint_alone(page: PageText, timeline: Timeline | None) -> Iterator[Finding]:
    """The findings of a page that need no other page: all but those about links."""
    yield from find_structure(page)
    yield from find_times(page, timeline)
    yield from find_hrefs(page)
    yield from find_wording(page)
