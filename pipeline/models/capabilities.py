"""Ways of asking for a form: which ones a server knows is found out by asking, and remembered."""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from pipeline.models.faults import Unable, Way
from pipeline.models.outlining import Model
from pipeline.models.presets import preset_of
from pipeline.settings import ModelSettings
from pipeline.values.exchange import Reply, Request


class Abilities(Protocol):
    """Where it is kept which way a server knows. Called from several threads."""

    def way(self, server: str, model: str) -> str | None:
        """The way that worked last with a model of a server."""
        ...

    def keep_way(self, server: str, model: str, way: str) -> None:
        """Stores the way that works, in the place of what was known."""
        ...


class ManyWays(Protocol):
    """A model that can be asked in several ways."""

    def answer(self, request: Request, way: Way) -> Reply:
        """The reply; raises Unable where the server does not know this way."""
        ...


class OneWay:
    """A model asked in one way."""

    def __init__(self, model: ManyWays, way: Way) -> None:
        self._model = model
        self._way = way

    def answer(self, request: Request) -> Reply:
        """The reply of the model inside."""
        return self._model.answer(request, self._way)


def ways_of(settings: ModelSettings) -> tuple[Way, ...]:
    """The ways that may be tried with a server, in this order: the one that was set, or those it may know."""
    return preset_of(settings).ways if settings.output == "auto" else (settings.output,)


class Learning:
    """What is known of the ways of one model: begins with what was remembered, and grows as answers come."""

    def __init__(self, ways: Sequence[Way], known: str | None, keep: Callable[[Way], None]) -> None:
        self._ways = tuple(ways)
        self._keep = keep
        self._known = next((way for way in ways if way == known), None)
        self._lock = threading.Lock()
        self.finding = threading.Lock()
        """Held by the one that looks for another way, while those that were refused too wait for what it finds."""

    def order(self) -> tuple[Way, ...]:
        """The ways to try now: the one that is known to work, then the others, best first."""
        known = self._known
        return self._ways if known is None else (known, *(way for way in self._ways if way != known))

    def worked(self, way: Way) -> None:
        """An answer came this way."""
        with self._lock:
            if way == self._known or len(self._ways) < 2:
                return
            self._known = way
            self._keep(way)


class Capable:
    """A model that is asked in the best way its server knows.

    A way that the server refuses is followed by the next; nothing is learnt from a refusal before another way has
    worked, because servers that tell no reason in codes may have meant something else.
    """

    def __init__(self, asked: Callable[[Way], Model], learning: Learning) -> None:
        self._asked = asked
        self._learning = learning

    def answer(self, request: Request) -> Reply:
        """The reply to the first way that is not refused; raises Unable if all are."""
        first, *others = self._learning.order()
        try:
            return self._answered(first, request)
        except Unable:
            if not others:
                raise
        with self._learning.finding:
            if self._learning.order()[0] == first:
                return self._found(request, first)
        return self._found(request, first)

    def _found(self, request: Request, refused: Way) -> Reply:
        *earlier, last = (way for way in self._learning.order() if way != refused)
        for way in earlier:
            try:
                return self._answered(way, request)
            except Unable:
                continue
        return self._answered(last, request)

    def _answered(self, way: Way, request: Request) -> Reply:
        reply = self._asked(way).answer(request)
        if reply.finish == "stop":  # a filter or a limit may have spoken before the way was looked at
            self._learning.worked(way)
        return reply
