"""What is remembered of batches: which questions were sent with which, so that no crash makes them be sent twice."""

import errno
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import StopRun
from pipeline.store.store import Store
from pipeline.values.exchange import Reply, Request
from pipeline.values.posted import Deferred, Miss, Missed, Posted, PostedState

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL}
_OPEN = "('prepared', 'uploaded', 'created')"
_COLUMNS = "number, server, digest, state, requests, tokens, run, fresh, batch_id, prepared_s"


class BatchLedger:
    """The batches of one store. Every call is one transaction that is on disk when it returns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def nonce(self) -> str:
        """What no other store has: it tells this store's batches from all others of an account."""
        return str(self._all("SELECT nonce FROM identity")[0][0])

    def prepare(self, posted: Posted, questions: Sequence[Deferred]) -> Posted:
        """Stores what is about to be sent, before anything is; the same with its number."""
        columns = _COLUMNS.partition(", ")[2]
        row = posted.model_dump(exclude={"number"})
        with self._store.transaction() as connection:
            number = connection.execute(
                f"INSERT INTO batches ({columns}) VALUES (?,?,?,?,?,?,?,?,?)",  # noqa: S608 - names of ours
                [row[name] for name in columns.split(", ")],
            ).lastrowid
            connection.executemany(
                "INSERT INTO batch_requests VALUES (?,?,?,?,?,'asked','')",
                [
                    (number, q.request.key, place, q.video, q.request.model_dump_json())
                    for place, q in enumerate(questions, 1)
                ],
            )
        return posted.model_copy(update={"number": number})

    def move(self, number: int, state: PostedState, batch_id: str | None = None) -> None:
        """The batch is in another state; an id that is known stays where none is given."""
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE batches SET state = ?, batch_id = coalesce(?, batch_id) WHERE number = ?",
                (state, batch_id, number),
            )

    def drop(self, number: int) -> None:
        """The batch was never created: its questions were not asked."""
        self.close(number, (), "")
        self.move(number, "dropped")

    def open(self, server: str) -> tuple[Posted, ...]:
        """The batches of a server that are not over, oldest first."""
        query = f"SELECT {_COLUMNS} FROM batches WHERE server = ? AND state IN {_OPEN} ORDER BY number"  # noqa: S608 - names of ours
        return tuple(_posted(row) for row in self._all(query, server))

    def open_anywhere(self) -> int:
        """How many batches of any server are not over."""
        return int(self._all(f"SELECT count(*) FROM batches WHERE state IN {_OPEN}")[0][0])  # noqa: S608 - names of ours

    def known_ids(self, server: str) -> frozenset[str]:
        """The ids that the server gave to batches of this store."""
        rows = self._all("SELECT batch_id FROM batches WHERE server = ? AND batch_id IS NOT NULL", server)
        return frozenset(row[0] for row in rows)

    def question(self, number: int, key: str) -> Deferred | None:
        """The question of a batch under this key; None if there is none, or if it was answered."""
        query = "SELECT request, video_id FROM batch_requests WHERE batch = ? AND key = ? AND state = 'asked'"
        rows = self._all(query, number, key)
        return Deferred(request=Request.model_validate_json(rows[0][0]), video=rows[0][1]) if rows else None

    def unanswered(self, number: int) -> tuple[str, ...]:
        """The keys of the questions of a batch that are not answered."""
        query = "SELECT key FROM batch_requests WHERE batch = ? AND state = 'asked' ORDER BY place"
        return tuple(row[0] for row in self._all(query, number))

    def knows(self, number: int, key: str) -> bool:
        """Whether a question was in a batch, answered or not."""
        return bool(self._all("SELECT 1 FROM batch_requests WHERE batch = ? AND key = ?", number, key))

    def key_at(self, number: int, place: int) -> str | None:
        """The key of a line of the batch's file, counted from 1."""
        rows = self._all("SELECT key FROM batch_requests WHERE batch = ? AND place = ?", number, place)
        return str(rows[0][0]) if rows else None

    def in_flight(self, server: str, *, replaced: bool) -> frozenset[str]:
        """The keys of the questions that may still be answered; whether by replies that replace older ones is given."""
        query = (
            "SELECT key FROM batch_requests JOIN batches ON number = batch "
            "WHERE server = ? AND batches.state IN ('prepared', 'uploaded', 'created') "
            "AND batch_requests.state = 'asked' AND fresh = ?"
        )
        return frozenset(row[0] for row in self._all(query, server, replaced))

    def keep(self, posted: Posted, answers: Iterable[tuple[Request, Reply]]) -> None:
        """Stores replies under their requests' keys and marks the questions answered, all at once."""
        with self._store.transaction() as connection:
            for request, reply in answers:
                self._store.insert_reply(connection, request, reply, replace=posted.fresh)
                connection.execute(
                    "UPDATE batch_requests SET state = 'answered', request = '' WHERE batch = ? AND key = ?",
                    (posted.number, request.key),
                )

    def close(self, number: int, misses: Iterable[Miss], reason: str) -> None:
        """The batch is over: these questions got no answer, and the others without one are lost for this reason.

        With an empty reason they are returned.
        """
        rest = "lost" if reason else "returned"
        with self._store.transaction() as connection:
            connection.executemany(
                "UPDATE batch_requests SET state = ?, reason = ? WHERE batch = ? AND key = ? AND state = 'asked'",
                [(miss.kind, miss.reason, number, miss.key) for miss in misses],
            )
            connection.execute(
                "UPDATE batch_requests SET state = ?, reason = ? WHERE batch = ? AND state = 'asked'",
                (rest, reason, number),
            )
            connection.execute("UPDATE batch_requests SET request = '' WHERE batch = ?", (number,))
            connection.execute("UPDATE batches SET state = 'over' WHERE number = ?", (number,))

    def missed(self, server: str) -> Mapping[str, Missed]:
        """What is held against questions that a server's batches did not answer, by key."""
        query = (
            "SELECT key, batch_requests.state, reason FROM batch_requests JOIN batches ON number = batch "
            "WHERE server = ? AND batch_requests.state IN ('lost', 'rejected') ORDER BY number"
        )
        found: dict[str, Missed] = {}
        for key, state, reason in self._all(query, server):
            before = found.get(key, Missed())
            rejected = before.rejected or state == "rejected"
            found[key] = Missed(tries=before.tries + 1, rejected=rejected, reason=reason)
        return found

    def forgive(self, keys: Iterable[str]) -> None:
        """Nothing is held against these questions any more: the next run asks them again."""
        with self._store.transaction() as connection:
            connection.executemany(
                "UPDATE batch_requests SET state = 'returned' WHERE key = ? AND state IN ('lost', 'rejected')",
                [(key,) for key in keys],
            )

    def call(self, run: str, key: str) -> int | None:
        """The number under which money is set aside for a question of a run; None if it is not, or was settled."""
        query = "SELECT number FROM spending WHERE key = ? AND run = ? AND state = 'open'"
        rows = self._all(query, key, run)
        return int(rows[0][0]) if rows else None

    def free_stale_calls(self, suffix: str) -> None:
        """Gives back what killed runs, whose names end so, set aside for questions that were then never sent."""
        with self._store.transaction() as connection:
            connection.execute(
                "DELETE FROM spending WHERE state = 'open' AND run LIKE '%' || ? AND key NOT IN "
                "(SELECT key FROM batch_requests JOIN batches ON batches.number = batch "
                "WHERE batches.state IN ('prepared', 'uploaded', 'created') AND batch_requests.state = 'asked')",
                (suffix,),
            )

    def _all(self, query: str, *values: object) -> list[Any]:
        with self._store.transaction() as connection:
            return connection.execute(query, values).fetchall()


def _posted(row: Sequence[Any]) -> Posted:
    return Posted.model_validate(dict(zip(_COLUMNS.split(", "), row, strict=True)))


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """Batches of this store for this run alone: two runs would send the same questions.

    Raises:
        StopRun: another run is at it.
    """
    if sys.platform == "win32":  # folders cannot be locked there
        yield
        return
    import fcntl  # noqa: PLC0415 - not there on Windows

    # on the folder: SQLite has locks of its own on the file, which closing another handle of it would lose
    handle = os.open(store.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StopRun(
                f"another run in batches is at work with {store}", remedy="Wait for it to end, or stop it."
            ) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:  # some network file systems have none
                raise
        yield
    finally:
        os.close(handle)
