"""Pacing: a gate that all requests to one provider pass, so that its limits are kept and not discovered."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.errors import TransientError
from pipeline.models.outlining import Model
from pipeline.values.exchange import Reply, Request

_MINUTE = 60.0
Sleep = Callable[[float], None]


class Gate:
    """At most `slots` requests at once and `per_minute` begun in any minute; a shared pause when a server asks for it.

    Who would wait longer than `patience_s` for the end of that pause gets a TransientError instead. `clock` gives
    seconds, `sleep` waits for them; a `sleep` that raises ends the waiting with its error.
    """

    def __init__(
        self, slots: int, per_minute: int | None, *, patience_s: float, clock: Callable[[], float], sleep: Sleep
    ) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._per_minute = per_minute
        self._patience_s = patience_s
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._begun: deque[float] = deque(maxlen=per_minute)
        self._closed_until = float("-inf")

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Waits for a slot, for the end of a cool-down and for the minute's allowance; holds the slot inside."""
        with self._slots:
            while (wait_s := self._enter()) > 0:
                self._sleep(wait_s)
            yield

    def cool_down(self, seconds: float) -> None:
        """Nobody begins for this long; a longer cool-down under way stays."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + seconds)

    def _enter(self) -> float:
        """Seconds still to wait; 0 when this request has begun."""
        with self._lock:
            now = self._clock()
            opens = self._closed_until
            if opens - now > self._patience_s:
                raise TransientError(f"the server asks to be left alone for {opens - now:.0f} s", wait_s=opens - now)
            if self._per_minute and len(self._begun) == self._per_minute:
                opens = max(opens, self._begun[0] + _MINUTE)
            if opens > now:
                return opens - now
            if self._per_minute:
                self._begun.append(now)
            return 0.0


class Pacing:
    """A model whose every attempt passes the gate; a wait that the server named holds everyone back."""

    def __init__(self, model: Model, gate: Gate) -> None:
        self._model = model
        self._gate = gate

    def answer(self, request: Request) -> Reply:
        """The reply of the model inside."""
        try:
            with self._gate.slot():
                return self._model.answer(request)
        except TransientError as error:
            if error.wait_s is not None:
                self._gate.cool_down(error.wait_s)
            raise
