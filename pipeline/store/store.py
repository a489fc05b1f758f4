"""What was paid for, in one SQLite file: replies and transcripts.

Everything is found by content: a reply under the key of its exact request, so editing a prompt or a setting needs no
invalidation. Each call is one short transaction that is on disk when it returns; a kill loses nothing that was stored.
"""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pydantic import ValidationError

from pipeline.errors import CitenoteError, SettingsError, StopRun, TransientError
from pipeline.store.schema import APPLICATION_ID, MIGRATIONS
from pipeline.values.base import Value
from pipeline.values.exchange import Reply, Request
from pipeline.values.transcript import Transcript

Stored = TypeVar("Stored", bound=Value)

_BUSY_MS = 30_000
_AGAIN_MS = 20


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """The store at `path`, which is made if it is not there. Safe to use from several threads and processes.

    Raises:
        SettingsError: the file is no store of ours, is damaged, was made by a newer version, or cannot be opened.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._now = now
        self._lock = threading.RLock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False
            )
        with ExitStack() as opened:
            opened.callback(self._connection.close)
            with self._translated():
                self._migrate()
            opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; calls after this one fail."""
        with self._lock:
            self._connection.close()

    def _migrate(self) -> None:
        # a new WAL file needs the lock that WAL is meant to spare us, so it is asked for before the transaction
        self._to_wal()
        self._connection.execute("PRAGMA synchronous = FULL")
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if application != APPLICATION_ID and (tables or version):
                raise SettingsError(
                    f"{self._path} is a database of another program", remedy="Set `store` to another file."
                )
            if version > len(MIGRATIONS):
                raise SettingsError(
                    f"{self._path} was made by a newer citenote (store version {version}, this one knows "
                    f"{len(MIGRATIONS)})",
                    remedy="Update citenote, or set `store` to another file.",
                )
            for number, migration in enumerate(MIGRATIONS[version:], version + 1):
                for statement in migration.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _to_wal(self) -> None:
        """Two that make one store at the same time: this is the one statement that does not wait by itself."""
        for left in range(_BUSY_MS // _AGAIN_MS, -1, -1):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not left or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(_AGAIN_MS / 1000)
            else:
                return

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, for the queries that stand in files of their own beneath `store/`."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:  # commits, or rolls back what failed
                yield self._connection

    def row(self, query: str, *values: str) -> tuple[str, ...] | None:
        """The first row that a query finds."""
        with self._lock, self._translated():
            row: tuple[str, ...] | None = self._connection.execute(query, values).fetchone()
            return row

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._error(error) from error
        except OSError as error:
            raise SettingsError(
                f"{self._path} cannot be opened: {error.strerror}", remedy="Set `store` to a file that can be written."
            ) from error

    def _error(self, error: sqlite3.DatabaseError) -> CitenoteError:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return TransientError(f"{self._path} is held by another run", remedy="Wait for it to end, then run again.")
        if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
            return StopRun(f"{self._path} cannot be written: {error}", remedy="Make room on the disk, then run again.")
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return SettingsError(
                f"{self._path} is damaged or is no store: {error}",
                remedy="Move it away; a new one is made, and what it held is asked for again.",
            )
        return SettingsError(
            f"{self._path} cannot be used: {error}", remedy="Set `store` to a file that can be written."
        )

    def reply(self, key: str) -> Reply | None:
        """The reply stored under this key, with the usage that it cost then."""
        row = self.row("SELECT reply FROM replies WHERE key = ?", key)
        return self._read(Reply, row[0], f"the reply {key}") if row else None

    def keep_reply(self, request: Request, reply: Reply, *, replace: bool = False) -> None:
        """Stores a reply under its request's key; one that is there already stays unless `replace`."""
        with self.transaction() as connection:
            self.insert_reply(connection, request, reply, replace=replace)

    def insert_reply(
        self, connection: sqlite3.Connection, request: Request, reply: Reply, *, replace: bool = False
    ) -> None:
        """As `keep_reply`, within a transaction under way."""
        row = (
            request.key,
            request.model_dump_json(),
            reply.model_dump_json(),
            request.model,
            prompt_digest(request),
            self._stamp(),
            reply.usage.prompt,
            reply.usage.cached,
            reply.usage.completion,
        )
        how = "REPLACE" if replace else "IGNORE"
        connection.execute(f"INSERT OR {how} INTO replies VALUES (?,?,?,?,?,?,?,?,?)", row)  # noqa: S608 - two words of ours

    def transcript(self, video_id: str) -> Transcript | None:
        """The transcript of this video that was stored last."""
        query = "SELECT payload FROM transcripts WHERE video_id = ? ORDER BY fetched DESC, number DESC LIMIT 1"
        row = self.row(query, video_id)
        return self._read(Transcript, row[0], f"the transcript of {video_id}") if row else None

    def transcript_under(self, key: str) -> Transcript | None:
        """The transcript that was stored under this key: what was asked of the source, in the source's own words."""
        row = self.row("SELECT payload FROM transcripts WHERE key = ?", key)
        return self._read(Transcript, row[0], f"the transcript {key}") if row else None

    def keep_transcript(self, transcript: Transcript, *, key: str | None = None) -> None:
        """Stores a transcript under a key (its digest if none is given); one stored there before is replaced."""
        row = (
            transcript.video.id,
            key or f"{transcript.video.id} {transcript.digest}",
            transcript.model_dump_json(),
            self._stamp(),
        )
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO transcripts (video_id, key, payload, fetched) VALUES (?,?,?,?)", row
            )

    def _stamp(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="microseconds")

    def _read(self, kind: type[Stored], text: str, what: str) -> Stored:
        try:
            return kind.model_validate_json(text)
        except ValidationError as error:
            raise SettingsError(
                f"{self._path}: {what} cannot be read ({error.error_count()} faults)",
                remedy="Move the file away; a new one is made, and what it held is asked for again.",
            ) from error


def prompt_digest(request: Request) -> str:
    """`p1:` and a hash of the constant part of a request: its system messages and its schema."""
    constant = "\0".join([*(m.content for m in request.messages if m.role == "system"), request.schema_text])
    return "p1:" + hashlib.sha256(constant.encode()).hexdigest()[:32]
