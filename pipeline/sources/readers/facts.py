"""What a mapping of unknown origin (a JSON wrapper, front matter, a yt-dlp info.json) says of its video."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, get_args

from pipeline.sources.addresses import video_id
from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.reading import Facts
from pipeline.values.transcript import Chapter, Trust

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_ID = ("video_id", "videoId", "display_id")
_TITLE = ("title", "fulltitle", "video_title", "videoTitle")
_CHANNEL = ("channel", "uploader", "channel_name", "channelName", "author", "author_name", "creator", "podcast")
_URL = ("webpage_url", "youtube_url", "video_url", "videoUrl", "url", "link")
_DATE = ("upload_date", "release_date", "publish_date", "publishDate", "published", "date")
_LANGUAGES = ("language", "language_code", "languageCode", "lang")


def facts_of(value: Any) -> Facts:
    """The facts that the fields of a mapping state; silent about anything that is no mapping or of the wrong type."""
    if not isinstance(value, Mapping):
        return Facts()
    return Facts(
        id=_text(value, _ID) or video_id(_text(value, _URL) or ""),
        title=_text(value, _TITLE),
        channel=_text(value, _CHANNEL),
        url=_text(value, _URL),
        published=next((d for name in _DATE if (d := read_date(value.get(name)))), None),
        duration_ms=_duration(value),
        chapters=_chapters(value.get("chapters")),
        language=next((tag for name in _LANGUAGES if (tag := language_tag(value.get(name)))), None),
        trust=_trust(value),
    )


def language_tag(value: Any) -> str | None:
    """A BCP 47 tag in its usual case (`en`, `en-US`, `zh-Hans`); None for anything else."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value.strip()):
        return None
    first, *rest = re.split("[-_]", value.strip())
    shaped = [p.upper() if len(p) == 2 else p.title() if len(p) == 4 and p.isalpha() else p.lower() for p in rest]
    return "-".join([first.lower(), *shaped])


def read_date(value: Any) -> date | None:
    """A date from `2014-03-24`, `20140324`, a longer ISO text or a date of YAML."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    digits = str(value).replace("-", "")[:8] if isinstance(value, str | int) else ""
    try:
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date() if len(digits) == 8 else None
    except ValueError:
        return None


def _text(value: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    found = (value.get(name) for name in names)
    return next((f.strip() for f in found if isinstance(f, str) and f.strip()), None)


def _duration(value: Mapping[str, Any]) -> int | None:
    for name in ("duration", "duration_seconds", "lengthSeconds", "length_seconds", "duration_string"):
        found = read_number(value.get(name), 1000)
        if found is not None and found > 0:
            return found
    return None


def _chapters(value: Any) -> tuple[Chapter, ...]:
    """Chapters with a start and a title, in order."""
    found: list[Chapter] = []
    for item in value if isinstance(value, list) else ():
        if not isinstance(item, Mapping):
            continue
        start, title = read_number(item.get("start_time", item.get("start")), 1000), item.get("title")
        if start is not None and start >= 0 and isinstance(title, str) and title.strip():
            found.append(Chapter(start_ms=start, title=title.strip()))
    return tuple(sorted(found, key=lambda chapter: chapter.start_ms))


def _trust(value: Mapping[str, Any]) -> Trust | None:
    generated = value.get("is_generated", value.get("isGenerated"))
    if isinstance(generated, bool):
        return "automatic" if generated else "manual"
    return next((tier for tier in get_args(Trust) if tier == value.get("trust")), None)
