"""What a desk deals with: a server that takes batches, and a ledger that remembers them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pipeline.values.exchange import Reply, Request
from pipeline.values.posted import Deferred, Miss, Missed, Posted, PostedState, Remote


class BatchServer(Protocol):
    """A server with files and batches. Every call may raise the errors of `Model.answer`."""

    def upload(self, name: str, content: bytes) -> str:
        """The id of a new file."""
        ...

    def create(self, file_id: str, metadata: Mapping[str, str]) -> Remote:
        """A new batch."""
        ...

    def retrieve(self, batch_id: str) -> Remote | None:
        """The batch as it stands now; None if the server knows none of this id."""
        ...

    def newest(self) -> Iterator[Remote]:
        """All batches of the account, the newest first; pages are fetched as they are needed."""
        ...

    def content(self, file_id: str) -> Iterator[bytes]:
        """A file in parts of any size, as they arrive."""
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...


class Ledger(Protocol):
    """What is remembered of batches (see `pipeline.store.batches`)."""

    @property
    def nonce(self) -> str:
        """What no other store has."""
        ...

    def prepare(self, posted: Posted, questions: Sequence[Deferred]) -> Posted:
        """Stores what is about to be sent; the same with its number."""
        ...

    def move(self, number: int, state: PostedState, batch_id: str | None = None) -> None:
        """The batch is in another state."""
        ...

    def drop(self, number: int) -> None:
        """The batch was never created."""
        ...

    def open(self, server: str) -> tuple[Posted, ...]:
        """The batches of a server that are not over."""
        ...

    def known_ids(self, server: str) -> frozenset[str]:
        """The ids that the server gave to batches of this store."""
        ...

    def question(self, number: int, key: str) -> Deferred | None:
        """A question of a batch that is not answered yet."""
        ...

    def unanswered(self, number: int) -> tuple[str, ...]:
        """The keys of the questions of a batch that are not answered yet."""
        ...

    def knows(self, number: int, key: str) -> bool:
        """Whether a question was in a batch, answered or not."""
        ...

    def key_at(self, number: int, place: int) -> str | None:
        """The key of a line of the batch's file, counted from 1."""
        ...

    def in_flight(self, server: str, *, replaced: bool) -> frozenset[str]:
        """The keys of the questions that may still be answered; whether by replies that replace older ones is given."""
        ...

    def keep(self, posted: Posted, answers: Iterable[tuple[Request, Reply]]) -> None:
        """Stores replies and marks their questions answered, all at once."""
        ...

    def close(self, number: int, misses: Iterable[Miss], reason: str) -> None:
        """The batch is over; its other questions are lost for this reason, or returned if it is empty."""
        ...

    def call(self, run: str, key: str) -> int | None:
        """The number under which money is set aside for a question of a run."""
        ...

    def free_stale_calls(self, suffix: str) -> None:
        """Gives back what killed runs, whose names end so, set aside for questions that were then never sent."""
        ...

    def missed(self, server: str) -> Mapping[str, Missed]:
        """What is held against questions that were not answered."""
        ...

    def forgive(self, keys: Iterable[str]) -> None:
        """Nothing is held against these questions any more."""
        ...
