"""Times as people type them."""

import regex

from pipeline.errors import SettingsError


def milliseconds(time: str) -> int:
    """`HH:MM:SS`, `MM:SS` or seconds as milliseconds.

    Raises:
        SettingsError: it is none of these.
    """
    if not regex.fullmatch(r"(?:\d{1,3}:)?(?:\d{1,3}:[0-5]?\d|\d{1,6})", time.strip()):
        raise SettingsError(f"{time!r} is not a time", remedy="Write it as 00:45:13.")
    seconds = 0
    for part in time.strip().split(":"):
        seconds = 60 * seconds + int(part)
    return 1000 * seconds
