"""A model that asks nobody: it gives what is remembered, else an answer of the usual length, and counts what it takes.

The line is run with it as with a real one. So the questions of an estimate are the very questions of the run, and what
is remembered of them is found under the same keys.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, Protocol

from pipeline.errors import CitenoteError
from pipeline.models.budgeting import STAGES
from pipeline.models.counting import count_tokens
from pipeline.rehearsing.tally import REMEMBERED, CallCounter, Tally
from pipeline.values.exchange import Message, Reply, Request, Usage

Specimen = Callable[[], str]


class Replies(Protocol):
    """Where replies are kept."""

    def reply(self, key: str) -> Reply | None:
        """The reply under this key."""
        ...


class Nothing:
    """No reply is remembered."""

    def reply(self, key: str) -> None:
        """None."""
        del key


class StandIn:
    """Answers in the place of one model.

    Args:
        replies: what is remembered.
        counter: counts what is not.
    """

    def __init__(self, replies: Replies, counter: CallCounter) -> None:
        self._replies = replies
        self._counter = counter
        self._expected: dict[tuple[Message, ...], Specimen] = {}
        self._otherwise: Callable[[str], str] = lambda _: ""
        self._given: set[tuple[Message, ...]] = set()
        self._later: Callable[[], Iterator[tuple[Request, Specimen]]] = lambda: iter(())
        self.took: defaultdict[str, Tally] = defaultdict(Tally)
        """By stage."""

    def expect(
        self,
        questions: Sequence[tuple[Request, Specimen]],
        later: Callable[[], Iterator[tuple[Request, Specimen]]] = lambda: iter(()),
        otherwise: Callable[[str], str] = lambda _: "",
    ) -> None:
        """What will be asked, and how that is answered.

        Args:
            questions: that are known, with their answers.
            later: gives what may be asked besides.
            otherwise: answers any other question, by its text.
        """
        self._expected.update((request.messages, specimen) for request, specimen in questions)
        self._later = later
        self._otherwise = otherwise

    def answer(self, request: Request) -> Reply:
        """What is remembered, or a specimen."""
        stage = STAGES.get(request.schema_name, request.schema_name)
        known = self._replies.reply(request.key)
        if known is not None:
            self.took[stage] += REMEMBERED
            return known.model_copy(update={"usage": Usage()})
        text, again = self._specimen(request.messages)
        if not again:
            self.took[stage] += self._counter.call(request, stage, count_tokens(text))
        return Reply(text=text, finish="stop", model=request.model, usage=Usage())

    def _specimen(self, messages: tuple[Message, ...]) -> tuple[str, bool]:
        """An answer, and whether one was given before: what is wrong with a specimen is no matter of the model's."""
        if messages not in self._expected:
            self._expected.update((request.messages, specimen) for request, specimen in self._later())
        first = next((messages[:n] for n in range(len(messages), 0, -1) if messages[:n] in self._expected), messages)
        given = first in self._given
        self._given.add(first)
        text = "\n".join(message.content for message in first)
        return self._expected.setdefault(first, partial(self._otherwise, text))(), given


class AtOnce(Executor):
    """Runs what is submitted there and then: nothing waits for anything."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The future is over when it is returned."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except CitenoteError as error:
            future.set_exception(error)
        return future
