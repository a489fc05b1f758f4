"""Addresses of YouTube videos, in every form in which people paste them."""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
WHOLE = "Give the whole address or the whole id; write an id that begins with - as its address."
"""What helps where an id is cut off."""

NO_VIDEO = "not a YouTube address or id"

_ID_LIKE = re.compile(r"[A-Za-z0-9_-]{7,15}")
_PLAYLIST = re.compile(r"(?:PL|UU|LL|FL|OL|RD)[A-Za-z0-9_-]{10,64}")
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_HANDLE = re.compile(r"@[\w.·-]{3,40}")
_TABS = ("videos", "streams", "shorts", "podcasts", "releases")
_HOSTS = ("youtube.com", "youtube-nocookie.com", "youtu.be", "youtubekids.com")
_NO_IDS = ("videoseries", "live_stream")  # eleven characters, in addresses of players
_BEFORE_ID = ("shorts", "live", "embed", "v", "e", "vi", "watch", "clip")


def video_id(text: str) -> str | None:
    """The video that a YouTube address or a plain id of eleven characters names; None if it names none."""
    text = text.strip().strip("<>\"'").strip()
    if YOUTUBE_ID.fullmatch(text):
        return text
    url = _youtube_url(text)
    if url is None:
        return None
    found = _in_query(url.query) or _in_path(url.path, is_short=(url.hostname or "").endswith("youtu.be"))
    if found and "/" in found and found != text:  # a whole address was pasted where an id belongs
        return video_id(found)
    return found if found and YOUTUBE_ID.fullmatch(found) and found not in _NO_IDS else None


def watch_page(identity: str, seconds: int | None = None) -> str:
    """The page of a video."""
    return f"https://www.youtube.com/watch?v={identity}" + (f"&t={seconds}s" if seconds else "")


def list_page(text: str) -> str | None:
    """The page of the playlist or channel that an address, a handle or an id names; None if it names none."""
    text = text.strip().strip("<>\"'").strip()
    if _PLAYLIST.fullmatch(text):
        return f"https://www.youtube.com/playlist?list={text}"
    if _CHANNEL.fullmatch(text):
        return f"https://www.youtube.com/channel/{text}/videos"
    if _HANDLE.fullmatch(text):
        return f"https://www.youtube.com/{text}/videos"
    url = _youtube_url(text)
    if url is None or url.path == "/feeds/videos.xml":
        return None
    playlist = parse_qs(url.query).get("list", [""])[0]
    if _PLAYLIST.fullmatch(playlist) and video_id(text) is None:
        return f"https://www.youtube.com/playlist?list={playlist}"
    parts = [unquote(part) for part in url.path.split("/") if part]
    return _channel_page(parts)


def _channel_page(parts: Sequence[str]) -> str | None:
    if parts and _HANDLE.fullmatch(parts[0]):
        owner, rest = parts[:1], parts[1:]
    elif len(parts) > 1 and (parts[0] in ("c", "user") or (parts[0] == "channel" and _CHANNEL.fullmatch(parts[1]))):
        owner, rest = parts[:2], parts[2:]
    else:
        return None
    tab = rest[0] if rest and rest[0] in _TABS else _TABS[0]
    return f"https://www.youtube.com/{'/'.join(quote(part, safe='@') for part in owner)}/{tab}"


def why_no_video(text: str) -> str:
    """What is wrong with a text that should name a video and does not."""
    plain = text.strip().strip("<>\"'").strip()
    url = _youtube_url(plain)
    if url is not None:
        found = _in_query(url.query) or _in_path(url.path, is_short=(url.hostname or "").endswith("youtu.be"))
        return _why_no_id(found) if found else "an address of YouTube that names no video"
    is_word = plain.isalpha() and plain[1:].islower()
    return NO_VIDEO if is_word or not _ID_LIKE.fullmatch(plain) else _why_no_id(plain)


def _why_no_id(found: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", found):
        return f"the id {found[:80]!r} has a character that ids do not have"
    return f"the id {found[:80]} has {len(found)} characters instead of 11"


def _youtube_url(text: str) -> SplitResult | None:
    """The parts of an address of YouTube, with or without its scheme."""
    try:
        url = urlsplit(text if "//" in text.partition("?")[0] else f"https://{text}")
        host = (url.hostname or "").lower()
    except ValueError:  # an address with a broken host, such as `http://[`
        return None
    return url if url.scheme.lower() in ("http", "https", "") and _is_youtube(host) else None


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
