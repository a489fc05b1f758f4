"""Feeds, transcripts and audio over HTTP: of limited length, in limited time, and from where they may come.

A feed is written by strangers. What it links to is fetched only over http and https, and not from this machine or its
network, unless the feed itself is there. The address that is looked at is that of the open connection, so neither a
redirect nor a name that changes its address leads anywhere else.
"""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests import Response, Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from pipeline import __version__
from pipeline.errors import CitenoteError, SourceError, TransientError
from pipeline.sources.causes import BadAnswer, TooLarge

_CHUNK = 64 * 1024
_MOST_REDIRECTS = 5
_HEADERS = {"User-Agent": f"citenote/{__version__}", "Accept": "*/*"}


class Limits(NamedTuple):
    """How long an answer may take and be, and whether it may come from this machine or its network."""

    timeout_s: float
    most_bytes: int
    private: bool


class Fetched(NamedTuple):
    """A body, and whether it came from this machine or its network."""

    body: bytes
    private: bool


class _PrivateAddressError(Exception):
    """Raised inside urllib3, which knows nothing of our errors."""


def fetch_bytes(address: str, limits: Limits) -> Fetched:
    """The body behind an address.

    Raises:
        SourceError: it is not there, too long, or not where it may come from.
        BlockedError, TransientError: it cannot be had for now.
    """
    with _answer(address, limits) as (response, guard):
        return Fetched(b"".join(_parts(response, address, limits)), guard.private)


def fetch_into(address: str, path: Path, limits: Limits) -> None:
    """Writes the body behind an address into a file; errors as `fetch_bytes`."""
    with _answer(address, limits) as (response, _), path.open("wb") as file:
        for part in _parts(response, address, limits):
            file.write(part)


def _parts(response: Response, address: str, limits: Limits) -> Iterator[bytes]:
    size = 0
    for part in response.iter_content(_CHUNK):
        size += len(part)
        if size > limits.most_bytes:
            raise TooLarge(
                f"{address}: longer than {limits.most_bytes / 1_000_000:g} MB",
                remedy="Raise lists.most_mb, or speech.most_mb for audio.",
            )
        yield part


@contextmanager
def _answer(address: str, limits: Limits) -> Iterator[tuple[Response, "_Guard"]]:
    if urlsplit(address).scheme not in ("http", "https"):
        raise BadAnswer(f"{address}: not an address of the web", remedy="Only http and https are fetched.")
    guard = _Guard(limits)
    try:
        with Session() as session:
            session.max_redirects = _MOST_REDIRECTS
            session.headers.update(_HEADERS)
            session.mount("http://", guard)
            session.mount("https://", guard)
            with session.get(address, timeout=limits.timeout_s, stream=True) as response:
                if not response.ok:
                    raise _of_status(address, response)
                yield response, guard
    except _PrivateAddressError as error:
        raise SourceError(
            f"{address}: leads to this machine or its network, and the feed does not",
            remedy="Download it and give the file.",
        ) from error
    except (requests.RequestException, OSError) as error:
        raise _of_network(address, error) from error


class _Guard(HTTPAdapter):
    """Looks at the address at the other end of each connection before anything is sent."""

    def __init__(self, limits: Limits) -> None:
        self.private = False
        self._allowed = limits.private
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As the parent, with connections that look. Behind a proxy of the environment, the proxy is what is seen."""
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {
            "http": _pool(HTTPConnectionPool, HTTPConnection, self),
            "https": _pool(HTTPSConnectionPool, HTTPSConnection, self),
        }

    def look(self, connected: socket.socket) -> None:
        """Raises where the other end may not be asked."""
        try:
            place = ipaddress.ip_address(str(connected.getpeername()[0]).partition("%")[0])
        except ValueError:  # not an internet socket
            self.private = True
        else:
            seen = getattr(place, "ipv4_mapped", None) or place
            self.private = not seen.is_global or seen.is_multicast
        if self.private and not self._allowed:
            connected.close()
            raise _PrivateAddressError


def _pool(pool: type[Any], connection: type[Any], guard: _Guard) -> type[Any]:
    def connect(self: Any) -> socket.socket:
        connected: socket.socket = connection._new_conn(self)  # noqa: SLF001 - the one place where a socket is made
        guard.look(connected)
        return connected

    guarded = type(connection.__name__, (connection,), {"_new_conn": connect})
    return type(pool.__name__, (pool,), {"ConnectionCls": guarded})


def _of_status(address: str, response: Response) -> CitenoteError:
    status = response.status_code
    if status in (408, 425, 429) or status >= 500:
        after = response.headers.get("Retry-After", "")
        wait_s = float(after[:7]) if after.isascii() and after.isdigit() else None
        return TransientError(f"{address}: the server answered {status}", remedy="Try again later.", wait_s=wait_s)
    if status in (401, 403):
        return SourceError(f"{address}: the server refuses it ({status})", remedy="Download it and give the file.")
    return SourceError(f"{address}: not there ({status})", remedy="Check the address.")


def _of_network(address: str, error: Exception) -> CitenoteError:
    lasting = (
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
        requests.TooManyRedirects,
    )
    if isinstance(error, lasting):
        return BadAnswer(f"{address}: leads nowhere ({type(error).__name__})", remedy="Check the address.")
    return TransientError(f"{address}: cannot be reached ({type(error).__name__})", remedy="Check the network.")
