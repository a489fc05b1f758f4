"""A model that answers from the store alone and writes down the questions that it cannot answer."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

from pipeline.errors import BadReply, CitenoteError, TransientError, Waiting
from pipeline.models.counting import request_tokens
from pipeline.models.outlining import Model
from pipeline.models.remembering import Replies
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.posted import Deferred, Missed

MOST_TRIES = 3
"""So often a question that batches leave unanswered is sent, before it counts as unanswered."""

P = ParamSpec("P")
T = TypeVar("T")


class Deferring:
    """What a run in batches knows of the questions to one model; several threads may ask it.

    Args:
        replies: where replies are kept.
        fresh: only replies of this run count.
        remembered: told the video of each answer that was there before this run, once an answer.
        collected: the keys of what batches answered in this run; one set for all models of a run, because two of them
            may share a server's batches.
    """

    def __init__(
        self, replies: Replies, collected: set[str], remembered: Callable[[str], None], *, fresh: bool = False
    ) -> None:
        self._replies = replies
        self._fresh = fresh
        self._remembered = remembered
        self._lock = threading.Lock()
        self._in_flight: frozenset[str] = frozenset()
        self._replaced: frozenset[str] = frozenset()
        self._missed: Mapping[str, Missed] = {}
        self._wanted: dict[str, Deferred] = {}
        self._collected = collected
        self._found: set[str] = set()
        self._refused: dict[str, CitenoteError] = {}
        self._given_up: set[str] = set()

    def begin(
        self, in_flight: frozenset[str], missed: Mapping[str, Missed], *, replaced: frozenset[str] = frozenset()
    ) -> None:
        """Begins a round of the line.

        Args:
            in_flight: the keys of the questions that may still be answered.
            missed: the questions that batches did not answer.
            replaced: those in flight whose replies in the store are not to be used any more.
        """
        self._in_flight = in_flight
        self._replaced = replaced
        self._missed = missed
        self._wanted = {}

    def collected(self, key: str) -> None:
        """A reply to this question came with a batch in this run."""
        self._collected.add(key)

    def refuse(self, key: str, error: CitenoteError) -> None:
        """This question is not asked in this run."""
        self._refused[key] = error

    @property
    def wanted(self) -> tuple[Deferred, ...]:
        """The questions of this round that nobody was asked yet, in no order that means anything."""
        return tuple(self._wanted.values())

    @property
    def given_up(self) -> frozenset[str]:
        """The keys of the questions of this run that were not asked again, although there is no answer."""
        return frozenset(self._given_up)

    def model(self, video: str) -> Model:
        """The Model for the questions of one video."""
        return _OfVideo(self, video)

    def answer(self, request: Request, video: str) -> Reply:
        """The reply in the store, without usage: what it cost was settled when it was collected.

        Raises:
            Waiting: there is none yet.
            BadReply, TransientError: the server rejected the question, or left it unanswered too often; or a budget
                does not cover it.
        """
        key = request.key
        ours = key in self._collected
        reply = self._replies.reply(key) if ours or not (self._fresh or key in self._replaced) else None
        if reply is not None:
            self._tell(key, video)
            return reply.model_copy(update={"usage": Usage()})
        with self._lock:
            if key in self._in_flight:
                raise Waiting("it is part of a batch that is not over")
            self._expect_askable(key)
            self._wanted[key] = Deferred(request=request, video=video, tokens=request_tokens(request))
        raise Waiting("it goes into the next batch")

    def _tell(self, key: str, video: str) -> None:
        with self._lock:
            new = key not in self._found and key not in self._collected
            self._found.add(key)
        if new:
            self._remembered(video)

    def _expect_askable(self, key: str) -> None:
        if key in self._refused:
            raise self._refused[key]
        missed = self._missed.get(key, Missed())
        if missed.rejected or missed.tries >= MOST_TRIES:
            self._given_up.add(key)
            raise (BadReply if missed.rejected else TransientError)(missed.reason)


class _OfVideo:
    def __init__(self, deferring: Deferring, video: str) -> None:
        self._deferring = deferring
        self._video = video

    def answer(self, request: Request) -> Reply:
        """As `Deferring.answer`."""
        return self._deferring.answer(request, self._video)


class AtOnce(Executor):
    """An executor that has done what is submitted when `submit` returns: the line then loses no question to a wait."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The future of a call that is over; an error of ours is in it, any other is raised here."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except CitenoteError as error:
            future.set_exception(error)
        return future
