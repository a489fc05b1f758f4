"""Addresses of YouTube videos, in every form in which people paste them."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_HOSTS = ("youtube.com", "youtube-nocookie.com", "youtu.be", "youtubekids.com")
_BEFORE_ID = ("shorts", "live", "embed", "v", "e", "vi", "watch", "clip")


def video_id(text: str) -> str | None:
    """The video that a YouTube address or a plain id of eleven characters names; None if it names none."""
    text = text.strip().strip("<>\"'").strip()
    if YOUTUBE_ID.fullmatch(text):
        return text
    try:
        url = urlsplit(text if "//" in text.split("?")[0] else f"https://{text}")
        host = (url.hostname or "").lower()
    except ValueError:  # an address with a broken host, such as `http://[`
        return None
    if url.scheme.lower() not in ("http", "https", "") or not _is_youtube(host):
        return None
    found = _in_query(url.query) or _in_path(url.path, is_short=host.endswith("youtu.be"))
    return found if found and YOUTUBE_ID.fullmatch(found) else None


def watch_page(identity: str, seconds: int | None = None) -> str:
    """The page of a video."""
    return f"https://www.youtube.com/watch?v={identity}" + (f"&t={seconds}s" if seconds else "")


def _is_youtube(host: str) -> bool:
    return any(host == known or host.endswith("." + known) for known in _HOSTS)


def _in_query(query: str) -> str | None:
    fields = parse_qs(query)
    if "v" in fields or "vi" in fields:
        return fields.get("v", fields.get("vi", [""]))[0]
    inner = fields.get("u", [""])[0]  # a link that was shared: u=/watch?v=…
    return _in_query(urlsplit(unquote(inner)).query) if inner.startswith("/watch?") and "u=" not in inner else None


def _in_path(path: str, *, is_short: bool) -> str | None:
    parts = [part for part in path.split("/") if part]
    if is_short:
        return parts[0] if parts else None
    return parts[1] if len(parts) > 1 and parts[0].lower() in _BEFORE_ID else None
