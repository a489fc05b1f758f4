"""Remembering: a question that was answered once is never paid for again."""

from collections.abc import Callable
from typing import Protocol

from pipeline.models.outlining import Model
from pipeline.values.exchange import Reply, Request, Usage


class Replies(Protocol):
    """Where replies are kept, by the key of their request. Called from several threads."""

    def reply(self, key: str) -> Reply | None:
        """The reply under this key."""
        ...

    def keep_reply(self, request: Request, reply: Reply, *, replace: bool) -> None:
        """Stores a reply durably before it returns; one that is there already stays unless `replace`."""
        ...


class Remembering:
    """A model that looks into the store first and stores every reply, good or bad, before anyone uses it.

    A reply from the store has no usage: it costs nothing. With `fresh` every question is asked and its reply replaced.
    `told` is called when an answer was remembered.
    What was never sent is not stored either.
    """

    def __init__(
        self, model: Model, replies: Replies, *, fresh: bool = False, told: Callable[[], None] = lambda: None
    ) -> None:
        self._model = model
        self._replies = replies
        self._fresh = fresh
        self._told = told

    def answer(self, request: Request) -> Reply:
        """The stored reply, or a new one that is stored by then."""
        known = None if self._fresh else self._replies.reply(request.key)
        if known is not None:
            self._told()
            return known.model_copy(update={"usage": Usage()})
        reply = self._model.answer(request)
        if reply.usage.calls:
            self._replies.keep_reply(request, reply, replace=self._fresh)
        return reply
