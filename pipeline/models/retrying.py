"""Retrying: transient errors are tried again, bounded in attempts and in time. Tenacity owns the loop."""

import time
from collections.abc import Callable

from tenacity import RetryCallState, retry_if_exception_type, wait_random_exponential
from tenacity import Retrying as Attempts

from pipeline.errors import TransientError
from pipeline.models.outlining import Model
from pipeline.values.exchange import Reply, Request

_LONGEST_BACKOFF_S = 60.0

# Jitter between 0 and a doubling limit: many workers that failed together do not come back together.
_backoff = wait_random_exponential(multiplier=1, max=_LONGEST_BACKOFF_S)


class Retrying:
    """A model that tries again after a TransientError: after the server's own wait and a jittered one that doubles.

    The last error is raised when `attempts` are used up, or when the next one would begin later than `give_up_after_s`
    after the first. Other errors pass at once. `clock` gives seconds, `sleep` waits for them.
    """

    def __init__(
        self,
        model: Model,
        *,
        attempts: int,
        give_up_after_s: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._model = model
        self._attempts = attempts
        self._give_up_after_s = give_up_after_s
        self._clock = clock
        self._sleep = sleep

    def answer(self, request: Request) -> Reply:
        """The first reply that an attempt brings."""
        begun = self._clock()

        def exhausted(state: RetryCallState) -> bool:
            late = self._clock() - begun + state.upcoming_sleep > self._give_up_after_s
            return late or state.attempt_number >= self._attempts

        attempts = Attempts(
            retry=retry_if_exception_type(TransientError),
            wait=_wait,
            stop=exhausted,
            sleep=self._sleep,
            reraise=True,
        )
        return attempts(self._model.answer, request)


def _wait(state: RetryCallState) -> float:
    """Never less than the server asked for; the jitter on top spreads those who were told the same."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, TransientError) else None
    return _backoff(state) if asked is None else asked + min(_backoff(state), 1.0)
