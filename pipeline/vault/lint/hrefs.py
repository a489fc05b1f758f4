"""Findings about where the links of citations lead."""

import re
from collections.abc import Iterator

from pipeline.vault.lint.codes import Finding, finding
from pipeline.vault.reading import PageCitation, PageText

_VIDEO = re.compile(
    r"(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:[^#]*&)?v=|embed/|shorts/|live/)|youtu\.be/)([\w-]{11})(?![\w-])"
)
_TIME = re.compile(r"[?&#](?:t|start|time_continue)=(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s?)?(?=$|[&#.])")


def find_hrefs(page: PageText) -> Iterator[Finding]:
    """Citations whose link leads to another time or another video than they name."""
    for citation in page.citations:
        if citation.mark.href and citation.mark.stamp.fault is None:
            wrong = _wrong(page, citation, citation.mark.href)
            if wrong:
                yield finding(page.path, citation.line, "href-mismatch", wrong)


def _wrong(page: PageText, citation: PageCitation, href: str) -> str:
    if page.video_id and href.endswith(f"v={page.video_id}&t={(citation.mark.stamp.time_ms or 0) // 1000}s"):
        return ""
    video = _VIDEO.search(href)
    if video and page.video_id and video[1] != page.video_id:
        return f"{citation.mark.stamp.raw} links to video {video[1]}, the note is on {page.video_id}"
    time = _TIME.search(href)
    if not time or not any(time.groups()):
        return ""
    hours, minutes, seconds = (int(part or 0) for part in time.groups())
    linked = (hours * 60 + minutes) * 60 + seconds
    if linked * 1000 == citation.mark.stamp.time_ms:
        return ""
    return f"{citation.mark.stamp.raw} links to second {linked}"
