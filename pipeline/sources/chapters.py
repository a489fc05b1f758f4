"""The chapters that a creator writes into the description of a video, one line each: `0:00 Intro`."""

import re
from collections.abc import Iterator

from pipeline.sources.cleaning import clean_line
from pipeline.values.transcript import Chapter

_TIME = r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})"
_UNTIL = r"(?:\s*[-–—]\s*(?:\d{1,2}:)?\d{1,3}:\d{2})?"
_BEFORE = re.compile(rf"[^\w(\[]{{0,5}}[(\[]?{_TIME}{_UNTIL}[)\]]?[\s:|–—-]+(\S.*)")
_BEHIND = re.compile(rf"(\S.{{0,200}}?)[\s:|–—-]+[(\[]?{_TIME}[)\]]?\s*")
_FEWEST = 3
_MOST = 300
_LONGEST_TITLE = 200


def chapters_in(description: str) -> tuple[Chapter, ...]:
    """The chapters of a description, by the rules of YouTube: they begin at 0:00, ascend, and are three or more."""
    found: list[Chapter] = []
    for chapter in _timed_lines(description):
        if found and chapter.start_ms > found[-1].start_ms:
            found.append(chapter)
        elif chapter.start_ms == 0 and len(found) < _FEWEST:
            found = [chapter]
        elif found:
            break
    return tuple(found[:_MOST]) if len(found) >= _FEWEST else ()


def _timed_lines(description: str) -> Iterator[Chapter]:
    for line in description.splitlines():
        text = line.strip()[:400]
        if before := _BEFORE.fullmatch(text):
            hours, minutes, seconds, title = before.groups()
        elif behind := _BEHIND.fullmatch(text):
            title, hours, minutes, seconds = behind.groups()
        else:
            continue
        name = clean_line(title)[:_LONGEST_TITLE]
        if name and int(seconds) < 60:
            start_s = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
            yield Chapter(start_ms=start_s * 1000, title=name)
