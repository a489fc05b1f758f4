"""Times as people and programs write them, in whole milliseconds."""

import math
import re
from typing import Any

STAMP = r"-?(?:[0-9]{1,6}:)?[0-9]{1,6}:[0-9]{1,2}(?:[.,] ?[0-9]{1,9})?"
"""A time of day in a file: `h:mm:ss.mmm`, `mm:ss,mmm`, `mm:ss`."""

LONGEST_MS = 1000 * 3600 * 1000
"""A thousand hours: a later time is dirt, not a time."""

_TICKS_A_MS = 10_000
_PARTS = re.compile(r"(-?)(?:([0-9]+):)?([0-9]+):([0-9]+)(?:[.,] ?([0-9]+))?")


def read_stamp(text: str) -> int | None:
    """Milliseconds of a stamp such as `01:02:03.450`; None if it is none."""
    found = _PARTS.fullmatch(text.strip())
    if not found:
        return None
    sign, hours, minutes, seconds, fraction = found.groups()
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    value = whole * 1000 + round(int(fraction or 0) * 1000 / 10 ** len(fraction or ""))
    return plausible(-value if sign else value)


def plausible(value: int) -> int | None:
    """The time itself, None when no video can have it."""
    return value if abs(value) <= LONGEST_MS else None


def read_number(value: Any, unit_ms: float) -> int | None:
    """Milliseconds of a number or a numeral (`2.5`, `"2.5"`, `"1.2s"`) or a stamp; None for NaN, null and nonsense."""
    if isinstance(value, str):
        if ":" in value:
            return read_stamp(value)
        try:
            value = float(value.strip().removesuffix("s"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # a tick is the smallest unit; what is larger than any time in ticks may be too large for a float
    if abs(value) > LONGEST_MS * _TICKS_A_MS or not math.isfinite(value):
        return None
    return plausible(round(value * unit_ms))
