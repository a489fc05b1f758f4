"""Asking again for what failed in passing."""

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipeline.errors import TransientError

_MOST_WAIT_S = 120.0


def trying(attempts: int, sleep: Callable[[float], None]) -> Retrying:
    """Calls again what raises a TransientError, up to so many times in all; the last error is raised."""
    return Retrying(
        retry=retry_if_exception_type(TransientError),
        stop=stop_after_attempt(attempts),
        wait=_wait,
        sleep=sleep,
        reraise=True,
    )


def _wait(state: RetryCallState) -> float:
    """What the server asked for, else seconds that grow and jitter."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_s if isinstance(error, TransientError) else None
    return min(asked if asked is not None else wait_random_exponential(1, 30)(state), _MOST_WAIT_S)
