"""Bodies of refusals end in time and at a sane size: the client reads them to their end before anybody can say stop.

Imports the HTTP library at the top, so it is itself imported only where a client is made.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

_LONGEST_REFUSAL = 1_000_000


class Bounded(httpx2.SyncByteStream):
    """A stream that is broken off when it takes too long; what is too long of it is passed over."""

    def __init__(self, stream: httpx2.SyncByteStream, ends: float, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._ends = ends
        self._clock = clock

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if self._clock() > self._ends:
                raise httpx2.ReadTimeout("no whole answer in time")
            if size > _LONGEST_REFUSAL:
                return
            yield part

    def close(self) -> None:
        """Closes the stream inside."""
        self._stream.close()


def bounding(timeout_s: float, clock: Callable[[], float] = time.monotonic) -> dict[str, list[Callable[..., Any]]]:
    """Hooks for a client, which bound the bodies of all responses that are no success."""

    def bound(response: httpx2.Response) -> None:
        if response.is_error and isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = Bounded(response.stream, clock() + timeout_s, clock)

    return {"response": [bound]}
