"""Findings about a page as a file: its front matter, headings and HTML."""

import re
from collections.abc import Iterator

from pipeline.vault.lint.codes import Finding, finding
from pipeline.vault.reading import PageText

_ACTIVE = re.compile(
    r"</?(?:script|iframe|object|embed|form|input|button|style|link|meta|base|svg|video|audio)\b"
    r"|\son[a-z]+\s*=|(?:javascript|vbscript|data):",
    re.IGNORECASE,
)
_ID = re.compile(r"[^\s/\\\x00-\x1f]{1,128}")
_PAGES_OF_LISTS = frozenset({"video", "channel", "index"})


def is_index(page: PageText) -> bool:
    """Whether the page lists other pages instead of claiming anything."""
    if page.front.text("kind") in _PAGES_OF_LISTS:
        return True
    return not page.video_id and not page.citations and any(link.alone for link in page.links)


def is_note(page: PageText) -> bool:
    """Whether the page claims something: it names a video or cites, and is no index."""
    return not is_index(page) and (page.front.present or bool(page.citations))


def find_structure(page: PageText) -> Iterator[Finding]:
    """All findings about the frame of a page."""
    for problem in page.problems:
        yield finding(page.path, problem.line, problem.code, problem.message)
    yield from _head(page)
    for block in page.blocks:
        if block.kind == "heading" and block.level == 1:
            yield finding(page.path, block.line, "h1-in-body", f"a first-level heading in the body: {block.text[:60]}")
    for tag in page.tags:
        code = "active-html" if _ACTIVE.search(tag.source) else "raw-html"
        yield finding(page.path, tag.line, code, f"raw HTML: {tag.source}")


def _head(page: PageText) -> Iterator[Finding]:
    front = page.front
    if not front.present:
        if page.citations and not page.problems:
            yield finding(page.path, 1, "front-matter-missing")
        elif not page.problems:
            yield finding(page.path, 1, "not-a-note")
        return
    broken = any(problem.code == "front-matter-invalid" for problem in page.problems)
    if broken:
        return
    if not front.text("title"):
        yield finding(page.path, 1, "missing-title")
    if page.video_id and not _ID.fullmatch(page.video_id):
        yield finding(page.path, 1, "invalid-video-id", f"videoId {page.video_id[:60]!r} can be no id of a video")
    elif not page.video_id and is_note(page):
        yield finding(page.path, 1, "missing-video-id")
