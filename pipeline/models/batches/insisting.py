"""One call to a server of batches, tried again while trying again makes sense. Tenacity owns the loop."""

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from pipeline.errors import TransientError
from pipeline.settings import ModelSettings

T = TypeVar("T")

_backoff = wait_random_exponential(multiplier=1, max=60)


class Insisting:
    """Tries a call `attempts` times and for `give_up_after_s`, as settings say; the last error is raised."""

    def __init__(self, settings: ModelSettings, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep

    def __call__(self, call: Callable[[], T]) -> T:
        """What the first attempt that succeeds returns."""
        begun = self._clock()

        def exhausted(state: RetryCallState) -> bool:
            late = self._clock() - begun + state.upcoming_sleep > self._settings.give_up_after_s
            return late or state.attempt_number >= self._settings.attempts

        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            wait=_wait,
            stop=exhausted,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(call)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, TransientError) else None
    return _backoff(state) if asked is None else asked + min(_backoff(state), 1.0)
