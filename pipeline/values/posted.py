"""Many questions asked at once and answered later: what is remembered of a batch, and what its server says of it."""

from typing import Literal

from pydantic import Field

from pipeline.values.base import Value
from pipeline.values.exchange import Request

PostedState = Literal["prepared", "uploaded", "created", "over", "dropped"]
"""Prepared: nothing was created. Uploaded: it may have been created. Created: its id is known. Over: its results are
in the store. Dropped: it never was created."""

MissKind = Literal["lost", "rejected", "returned"]
"""Lost: worth asking again. Rejected: asking again does not help. Returned: not asked at all, through no fault of the
question."""


class Deferred(Value):
    """A question that waits for a batch."""

    request: Request
    video: str
    """Who pays; empty where the question is about several videos."""
    tokens: int = 0
    """About how many the question has."""


class Posted(Value):
    """One batch as the store knows it."""

    number: int
    server: str
    """Address and model."""
    digest: str
    """Of the content; with the store's nonce it finds the batch among all of an account."""
    state: PostedState
    requests: int
    tokens: int
    """Estimated, questions and the longest answers together."""
    run: str
    """The run that pays."""
    fresh: bool
    """Its replies take the place of older ones."""
    batch_id: str | None = None
    prepared_s: float
    """When it was prepared, in seconds since 1970."""


class Miss(Value):
    """A question of a batch that got no answer."""

    key: str
    kind: MissKind
    reason: str
    billable: bool = False
    """It may have been answered all the same, and be billed."""


class Missed(Value):
    """What is known of a question that batches did not answer."""

    tries: int = 0
    """How often it was lost."""
    rejected: bool = False
    reason: str = ""
    """The last one."""


class Fault(Value):
    """What a server found wrong with a batch, or with one line of its file (counted from 1)."""

    code: str = ""
    message: str = ""
    line: int | None = None


class Remote(Value):
    """One batch as its server tells of it."""

    id: str
    status: str
    created_s: float = 0
    metadata: dict[str, str] = Field(default_factory=dict)
    total: int = 0
    completed: int = 0
    failed: int = 0
    output_file: str | None = None
    error_file: str | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in {"completed", "failed", "expired", "cancelled"}
