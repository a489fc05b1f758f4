"""The gate in front of a source: one request after the other at a calm pace, and none while the source refuses us.

A refusal closes the gate for everything that is asked of the source, in this run and, as it is remembered, in the next
ones. Once the time is over a single request is let through; its answer opens the gate, or closes it for twice as long.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from pipeline.errors import BlockedError, CitenoteError, TransientError
from pipeline.sources.causes import SLOWER
from pipeline.values.cooling import CoolDown
from pipeline.values.sourcing import YouTubeSettings

_LONGEST_S = 86_400.0
_NEVER = datetime.max.replace(tzinfo=UTC)
_MOST_TROUBLE = 12  # failed requests in a row after which a source is taken to be down: three videos, tried to the end


class CoolDowns(Protocol):
    """Where cool-downs are remembered. Called from several threads."""

    def cool_down(self, source: str) -> CoolDown | None:
        """The cool-down of a source that refused when it was asked last; it may be over."""
        ...

    def keep_cool_down(self, source: str, cool_down: CoolDown) -> None:
        """Stores it durably before it returns."""
        ...

    def forget_cool_down(self, source: str) -> None:
        """The source answers again."""
        ...


class Forgetful:
    """Remembers cool-downs for as long as it lives: what a single run needs."""

    def __init__(self) -> None:
        self._held: dict[str, CoolDown] = {}

    def cool_down(self, source: str) -> CoolDown | None:
        """The cool-down of a source."""
        return self._held.get(source)

    def keep_cool_down(self, source: str, cool_down: CoolDown) -> None:
        """Keeps it."""
        self._held[source] = cool_down

    def forget_cool_down(self, source: str) -> None:
        """Forgets it."""
        self._held.pop(source, None)


class Timing(NamedTuple):
    """The clocks of a gate: how it waits (seconds), what time it is, and chance between 0 and 1."""

    sleep: Callable[[float], None] = time.sleep
    """May raise, to end the waiting."""
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = random.random


class Gate:
    """YouTube's gate. The memory knows it by our way out: another proxy is another way out, with a gate of its own."""

    def __init__(self, settings: YouTubeSettings, memory: CoolDowns, timing: Timing) -> None:
        self._source = settings.way_out
        self._settings = settings
        self._memory = memory
        self._timing = timing
        self._turn = threading.Lock()
        self._earliest = float("-inf")
        self._trouble = 0
        self._refusal: _Refusal | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One request, alone and at its time; what becomes of it decides about the next.

        Raises:
            BlockedError: the source refuses us, or did so lately and nothing was asked.
        """
        with self._turn:
            strikes = self._expect_open()
            self._wait()
            try:
                yield
            except BlockedError as error:
                raise self._closed(error, strikes) from error
            except TransientError as error:
                self._stumbled(error)
                raise
            except CitenoteError:  # an answer all the same
                self._answered(strikes)
                raise
            self._answered(strikes)

    def _expect_open(self) -> int:
        """How often in a row the source has refused; an error while it must be left alone."""
        now = self._timing.now()
        if self._refusal is not None and now < self._refusal.until:
            raise self._refusal.error()
        held = self._memory.cool_down(self._source) if self._settings.cool_down_s else None
        if held and held.until > now:
            raise BlockedError(
                f"YouTube refused this network at {_told(held.refused, now)} and is left alone",
                remedy=f"{_again(held.until, now)} {SLOWER}",
                wait_s=(held.until - now).total_seconds(),
            )
        return held.strikes if held else 0

    def _wait(self) -> None:
        settings, timing = self._settings, self._timing
        left = self._earliest - timing.monotonic()
        if left > 0:
            timing.sleep(left)
        self._earliest = timing.monotonic() + settings.min_interval_s * (1 + settings.jitter * timing.chance())

    def _closed(self, error: BlockedError, strikes: int) -> BlockedError:
        if not self._settings.cool_down_s:
            return self._refuse(error.message, f"Nothing more is asked of it in this run. {error.remedy}", _NEVER)
        usual = self._settings.cool_down_s * 2.0 ** min(strikes, 20)
        wait_s = min(_LONGEST_S, max(usual, error.wait_s or 0))
        now = self._timing.now()
        until = now + timedelta(seconds=wait_s)
        self._memory.keep_cool_down(self._source, CoolDown(strikes=strikes + 1, refused=now, until=until))
        return self._refuse(error.message, f"{_again(until, now)} {error.remedy}", until)

    def _stumbled(self, error: TransientError) -> None:
        self._trouble += 1
        if self._trouble >= _MOST_TROUBLE:
            message = f"{self._trouble} requests in a row failed, so YouTube is left alone for the rest of this run"
            remedy = f"{error.remedy} What was fetched is kept: run it again later."
            self._refuse(f"{message}; the last: {error.message}", remedy, _NEVER)

    def _refuse(self, message: str, remedy: str, until: datetime) -> BlockedError:
        self._refusal = _Refusal(message, remedy, until)
        return self._refusal.error()

    def _answered(self, strikes: int) -> None:
        self._trouble = 0
        if strikes:
            self._memory.forget_cool_down(self._source)


class _Refusal(NamedTuple):
    """What everybody is told until a moment; an error of its own for each thread that raises it."""

    message: str
    remedy: str
    until: datetime

    def error(self) -> BlockedError:
        return BlockedError(self.message, remedy=self.remedy)


def _again(until: datetime, now: datetime) -> str:
    return f"It is asked again from {_told(until, now)}: run the same command then; what was fetched is kept."


def _told(moment: datetime, now: datetime) -> str:
    """A moment as a clock on the wall shows it, with the day where that is another one."""
    here, today = moment.astimezone(), now.astimezone().date()
    return here.strftime("%H:%M" if here.date() == today else "%Y-%m-%d %H:%M")
