"""Times as notes write them: one strict form, and a name for each way to get it wrong."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Fault = Literal["two-fields", "four-fields", "minutes", "placeholder", "url", "range", "time", "anchor"]
"""Why a stamp is no `HH:MM:SS`; "anchor" is markup so broken that no reader finds the time."""

_STRICT = re.compile(r"([0-9]{2,3}):([0-5][0-9]):([0-5][0-9])")
_FIELDS = re.compile(r"[0-9]{1,4}(?::[0-9]{1,4}){1,5}")
_PLACEHOLDER = re.compile(r"(?=[^:]*(?:[A-Za-z]|:[^:]*[A-Za-z]))[0-9HMSX]{1,4}(?::[0-9HMSX]{1,4}){1,3}", re.IGNORECASE)
_URL = re.compile(r"https?:|www\.|youtu\.?be|://", re.IGNORECASE)


class Stamp(NamedTuple):
    """A time as written. `time_ms` is its value if it is well formed, else the likeliest reading, or None."""

    raw: str
    time_ms: int | None
    fault: Fault | None = None


@lru_cache(maxsize=65_536)  # the notes of a vault cite few times, each of them often
def read_stamp(raw: str) -> Stamp:
    """The value of a stamp; never raises. Only `HH:MM:SS` (hours of two digits, or three) is without fault."""
    strict = _STRICT.fullmatch(raw)
    if strict:
        hours, minutes, seconds = strict.groups()
        return Stamp(raw, (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1000)
    if _URL.search(raw):
        return Stamp(raw, None, "url")
    times = _FIELDS.findall(raw)
    if len(times) > 1:
        return Stamp(raw, _reading(times[0]), "range")
    if _PLACEHOLDER.fullmatch(raw.strip()):
        return Stamp(raw, None, "placeholder")
    if len(times) == 1 and times[0] == raw.strip():
        return Stamp(raw, _reading(times[0]), _fault_of_fields(times[0]))
    return Stamp(raw, _reading(times[0]) if times else None, "time")


def _fault_of_fields(time: str) -> Fault:
    fields = time.split(":")
    if len(fields) == 2:
        return "two-fields"
    if len(fields) > 3:
        return "four-fields"
    return "minutes" if int(fields[1]) > 59 or int(fields[2]) > 59 else "time"


def _reading(time: str) -> int:
    """Milliseconds of the likeliest meaning: two fields are MM:SS, and a fourth field is a fraction."""
    fields = [int(field) for field in time.split(":")][:3]
    total = 0
    for field in fields:
        total = total * 60 + field
    return total * 1000


def clock(time_ms: int) -> str:
    """`HH:MM:SS`, rounded down."""
    seconds = time_ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
