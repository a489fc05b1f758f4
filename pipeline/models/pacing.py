"""Pacing: a gate that all requests to one provider pass, so that its limits are kept and not discovered."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.errors import TransientError
from pipeline.models.allowance import Allowance
from pipeline.models.headers import Rates
from pipeline.models.outlining import Model
from pipeline.stages.split import estimate_tokens
from pipeline.values.exchange import Reply, Request

_MINUTE = 60.0
Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Pace:
    """The limits that a user set for a provider; None for no limit."""

    slots: int
    requests: int | None = None
    """A minute."""
    tokens: int | None = None
    """A minute, of questions and answers."""


@dataclass(eq=False)
class Ticket:
    """One request in the books of a gate: what it is thought to take, and what it took once that is known."""

    tokens: int = 0
    model: str = ""
    begun: float = 0.0


class Gate:
    """At most so many requests at once, and so many requests and tokens in any minute, first come, first served.

    A pause that a server asks for holds everyone back; who would wait longer than `patience_s` for its end gets a
    TransientError instead. What responses tell of the server's own limits is kept to as well. `clock` gives seconds,
    `sleep` waits for them; a `sleep` that raises ends the waiting with its error.
    """

    def __init__(self, pace: Pace, *, patience_s: float, clock: Callable[[], float], sleep: Sleep) -> None:
        self._pace = pace
        self._patience_s = patience_s
        self._clock = clock
        self._sleep = sleep
        self._changed = threading.Condition()
        self._line: deque[Ticket] = deque()
        self._inside = 0
        self._minute: deque[Ticket] = deque()
        self._closed_until = float("-inf")
        self._left: dict[tuple[str, str], Allowance] = {}

    @contextmanager
    def slot(self, tokens: int = 0, model: str = "") -> Iterator[Ticket]:
        """Waits for its turn, a slot, the end of a cool-down and the minute's allowance; holds the slot inside.

        Args:
            tokens: what the request is thought to take at most; set `tokens` of the ticket when it is known.
            model: whose limits the server tells apart.
        """
        ticket = Ticket(tokens, model)
        self._queue(ticket)
        try:
            yield ticket
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def cool_down(self, seconds: float) -> None:
        """Nobody begins for this long; a longer cool-down under way stays."""
        with self._changed:
            self._closed_until = max(self._closed_until, self._clock() + seconds)

    def learn(self, told: Rates, model: str = "") -> None:
        """What a response told of the limits of a model."""
        with self._changed:
            for kind, room in (("requests", told.requests), ("tokens", told.tokens)):
                if room is not None:
                    self._left[model, kind] = Allowance(room, self._clock())

    def _queue(self, ticket: Ticket) -> None:
        """Returns when the request may begin, and has been counted."""
        with self._changed:
            self._line.append(ticket)
        try:
            while True:
                with self._changed:
                    # only the first of the line waits by the clock, the others wait for it
                    self._changed.wait_for(lambda: self._line[0] is ticket and self._inside < self._pace.slots)
                    wait_s = self._wait_s(ticket, self._clock())
                    if wait_s <= 0:
                        self._begin(ticket)
                        return
                self._sleep(wait_s)
        finally:
            with self._changed:
                if ticket in self._line:
                    self._line.remove(ticket)
                self._changed.notify_all()

    def _begin(self, ticket: Ticket) -> None:
        self._inside += 1
        ticket.begun = self._clock()
        if self._pace.requests or self._pace.tokens:
            self._minute.append(ticket)
        for kind, amount in (("requests", 1), ("tokens", ticket.tokens)):
            if left := self._left.get((ticket.model, kind)):
                left.take(amount)

    def _wait_s(self, ticket: Ticket, now: float) -> float:
        closed_s = self._closed_until - now
        if closed_s > self._patience_s:
            raise TransientError(f"the server asks to be left alone for {closed_s:.0f} s", wait_s=closed_s)
        told = [
            left.wait_s(amount, now)
            for kind, amount in (("requests", 1), ("tokens", ticket.tokens))
            if (left := self._left.get((ticket.model, kind)))
        ]
        return max(closed_s, self._minute_s(ticket, now), *told)

    def _minute_s(self, ticket: Ticket, now: float) -> float:
        """Seconds until the last minute has room for this request; one that never fits goes when it is alone."""
        minute, pace = self._minute, self._pace
        while minute and minute[0].begun + _MINUTE <= now:
            minute.popleft()
        requests, tokens, wait_s = len(minute), sum(t.tokens for t in minute), 0.0
        for begun in minute:
            some = pace.requests is None or requests < pace.requests
            if some and (pace.tokens is None or tokens + ticket.tokens <= pace.tokens):
                break
            requests, tokens, wait_s = requests - 1, tokens - begun.tokens, begun.begun + _MINUTE - now
        return wait_s


class Pacing:
    """A model whose every attempt passes the gate; a wait that the server named holds everyone back."""

    def __init__(self, model: Model, gate: Gate) -> None:
        self._model = model
        self._gate = gate

    def answer(self, request: Request) -> Reply:
        """The reply of the model inside."""
        try:
            with self._gate.slot(most_tokens(request), request.model) as ticket:
                reply = self._model.answer(request)
                ticket.tokens = reply.usage.prompt + reply.usage.completion or ticket.tokens
                return reply
        except TransientError as error:
            if error.wait_s is not None:
                self._gate.cool_down(error.wait_s)
            raise


def most_tokens(request: Request) -> int:
    """About what a question and its answer take at most, which is what providers count before they know better."""
    asked = estimate_tokens(request.schema_text) + sum(estimate_tokens(m.content) for m in request.messages)
    return asked + request.max_tokens
