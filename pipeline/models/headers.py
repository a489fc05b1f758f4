"""What a server's headers say about its limits: how long to wait, and how much is left."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import regex

from pipeline.values.base import Value

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_SPAN = regex.compile(r"(?:(\d+(?:\.\d+)?)(ms|s|m|h|d))+")
_PART = regex.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_EPOCH_S = 1_000_000_000  # numbers greater than this are points in time, not spans
_EPOCH_MS = 1_000_000_000_000
_PREFIXES: Final = ("x-ratelimit-", "anthropic-ratelimit-", "ratelimit-")


class Room(Value):
    """What is left of one limit."""

    left: float
    limit: float | None = None
    reset_s: float | None = None
    """Seconds until the limit is whole again."""


class Rates(Value):
    """What a response said about limits; None for what it did not say."""

    requests: Room | None = None
    tokens: Room | None = None


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks us to wait: `retry-after-ms`, or `retry-after` as seconds or as a date."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if (seconds := _number(headers.get(name))) is not None:
            return max(0.0, seconds * unit)
    return _until(headers.get("retry-after"))


def rates(headers: Mapping[str, str]) -> Rates:
    """What the headers of a response say about requests and tokens that are left.

    Servers name them alike and write the time differently: as a span ("1s", "6m0s", "120ms"), as seconds, as a date,
    or as seconds or milliseconds since 1970.
    """
    return Rates(
        requests=_room(headers, ("{}-requests", "{}")),
        tokens=_room(headers, ("{}-tokens",)),
    )


def _room(headers: Mapping[str, str], names: tuple[str, ...]) -> Room | None:
    for prefix in _PREFIXES:
        for name in names:
            said = [_said(headers, prefix, name, word) for word in ("remaining", "limit", "reset")]
            if (left := _number(said[0])) is not None:
                return Room(left=max(0.0, left), limit=_number(said[1]), reset_s=reset_s(said[2]))
    return None


def _said(headers: Mapping[str, str], prefix: str, name: str, word: str) -> str | None:
    # OpenAI writes x-ratelimit-remaining-tokens, Anthropic anthropic-ratelimit-tokens-remaining
    kind = name.partition("-")[2]
    turned = f"{kind}-{word}" if kind else word
    return headers.get(prefix + name.format(word)) or headers.get(prefix + turned)


def reset_s(text: str | None) -> float | None:
    """Seconds from now that a reset header means; None for what cannot be read."""
    text = (text or "").strip().lower()
    if _SPAN.fullmatch(text):
        return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    number = _number(text)
    if number is None:
        return _until(text)
    if number >= _EPOCH_S:
        since = number / 1_000 if number >= _EPOCH_MS else number
        return max(0.0, since - datetime.now(UTC).timestamp())
    return max(0.0, number)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _until(text: str | None) -> float | None:
    """Seconds until a date of HTTP or of RFC 3339."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            date = read((text or "").upper())
        except ValueError:
            continue
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (aware - datetime.now(UTC)).total_seconds())
    return None
