"""The times of TTML: clocks, frames, ticks and offsets, each counted from the begin of what is around it."""

import re
from xml.etree.ElementTree import Element

from pipeline.sources.readers.clock import read_number

_CLOCK = re.compile(r"([0-9]+):([0-9]{1,2}):([0-9]{1,2})(?::([0-9]+)|(\.[0-9]+)?)")
_OFFSET = re.compile(r"([0-9]+(?:\.[0-9]+)?)(h|m|s|ms|f|t)")
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class TtmlClock:
    """Reads times by the rates that the root of a document states."""

    def __init__(self, root: Element) -> None:
        """Reads the rates once."""
        self._frames = _parameter(root, "frameRate", 30.0)
        self._ticks = _parameter(root, "tickRate", 1.0)
        self._around: list[int] = []

    def enter(self, element: Element) -> None:
        """A `body` or `div` begins: what is in it counts from its begin."""
        self._around.append(self._read(element.get("begin")) or 0)

    def leave(self, _: Element) -> None:
        """It ends."""
        if self._around:
            self._around.pop()

    def times(self, element: Element) -> tuple[int | None, int | None]:
        """Start and end in milliseconds; None where nothing says them."""
        zero = sum(self._around)
        start = self._read(element.get("begin"))
        end = self._read(element.get("end"))
        shown = self._read(element.get("dur"))
        if start is None and any(self._around):
            start = 0
        if end is None and shown and start is not None:
            end = start + shown
        return (None if start is None else start + zero, None if end is None else end + zero)

    def _read(self, value: str | None) -> int | None:
        if not value:
            return None
        if clock := _CLOCK.fullmatch(value.strip()):
            seconds = (int(clock[1][:9]) * 60 + int(clock[2])) * 60 + int(clock[3]) + float(clock[5] or 0)
            return read_number(seconds + (int(clock[4][:9]) / self._frames if clock[4] else 0), 1000)
        if offset := _OFFSET.fullmatch(value.strip()):
            units = _UNIT_S | {"f": 1 / self._frames, "t": 1 / self._ticks}
            return read_number(float(offset[1]) * units[offset[2]], 1000)
        return read_number(value, 1000) if ":" not in value else None


def _parameter(root: Element, name: str, default: float) -> float:
    """A rate that the root states in whatever namespace of TTML parameters it uses."""
    found = next((v for k, v in root.attrib.items() if k.rsplit("}", 1)[-1] == name), None)
    rate = read_number(found, 1) if found else None
    return float(rate) if rate and rate > 0 else default
