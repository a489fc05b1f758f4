"""What calls would take, added up: calls, tokens in and out, and their price."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from pydantic import field_serializer

from pipeline.models.counting import request_tokens
from pipeline.models.pricing import price
from pipeline.settings import ModelSettings
from pipeline.values.base import Value
from pipeline.values.exchange import Request, Usage
from pipeline.values.spending import Spending

_CACHED_FROM: Final = 1_024  # tokens: providers cache no shorter beginnings
_CACHED_BY: Final = 128
_ENOUGH: Final = 10  # answers of one kind, before they tell what the next ones take


class Tally(Value):
    """What calls take. Tokens are estimates."""

    calls: int = 0
    remembered: int = 0
    """Answers that are in the store; they take nothing, and are not among the calls."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of the prompt, what the provider will have in its cache."""
    completion_tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)
    """None where no price is known."""

    @field_serializer("cost_usd")
    def _as_number(self, cost: Decimal | None) -> float | None:
        return None if cost is None else round(float(cost), 6)

    def __add__(self, other: "Tally") -> "Tally":
        unknown = self.cost_usd is None or other.cost_usd is None
        return Tally(
            calls=self.calls + other.calls,
            remembered=self.remembered + other.remembered,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost_usd=None if unknown else (self.cost_usd or Decimal(0)) + (other.cost_usd or Decimal(0)),
        )


REMEMBERED: Final = Tally(remembered=1)


class Habit(Value):
    """What the answers of a model to one kind of question took so far, against what was estimated."""

    questions: float = 1
    """Tokens that its provider counts for one that was estimated."""
    answers: float | None = None
    """Tokens of the answer for one of the question; None before enough is known."""


def habits(spent: Sequence[Spending], model: str) -> Mapping[str, Habit]:
    """The habits of a model, by stage, where enough of its answers are known."""
    found = {}
    for stage in {line.stage for line in spent}:
        lines = [line for line in spent if line.stage == stage and line.model == model]
        used = sum((line.usage for line in lines), Usage())
        expected = sum(line.expected_prompt for line in lines)
        if used.calls >= _ENOUGH and expected and used.prompt:
            found[stage] = Habit(questions=used.prompt / expected, answers=used.completion / used.prompt)
    return found


class CallCounter:
    """Counts calls to one model as they would be made.

    Args:
        server: the model.
        known: its habits by stage.
        at: when the calls would be made.
        workers: how many videos are worked on at once.
        batch: they would be made in the provider's batches.
    """

    def __init__(
        self, server: ModelSettings, known: Mapping[str, Habit], *, at: datetime, workers: int, batch: bool = False
    ) -> None:
        self._server = server
        self._known = known
        self._at = at
        self._workers = workers
        self._batch = batch
        self._videos = 0
        self._begun: dict[str, int] = {}

    def begin(self) -> None:
        """The next calls are about another video."""
        self._videos += 1

    def call(self, request: Request, stage: str, answer_tokens: int) -> Tally:
        """One call, with an answer of so many tokens if the model has no habits yet.

        What is asked before anything was answered finds nothing in the provider's cache: the first calls about the
        first videos, which are worked on at once.
        """
        habit = self._known.get(stage, Habit())
        prompt = round(request_tokens(request) * habit.questions)
        completion = answer_tokens if habit.answers is None else round(prompt * habit.answers)
        before = self._begun.get(stage, 0)
        self._begun[stage] = before + 1
        first = self._videos <= self._workers and before < self._server.concurrency
        cached = 0 if first else min(prompt, cacheable(request))
        return self._tally(Usage(calls=1, prompt=prompt, cached=cached, completion=completion))

    def most(self, prompt: int, completion: int) -> Tally:
        """One call of so many tokens, with nothing in the cache."""
        return self._tally(Usage(calls=1, prompt=prompt, completion=completion))

    def longest(self, request: Request) -> Tally:
        """One call with the longest answer."""
        return self.most(request_tokens(request), request.max_tokens)

    def _tally(self, usage: Usage) -> Tally:
        return Tally(
            calls=1,
            prompt_tokens=usage.prompt,
            cached_tokens=usage.cached,
            completion_tokens=usage.completion,
            cost_usd=price(usage, self._server, at=self._at, batch=self._batch),
        )


def cacheable(request: Request) -> int:
    """The tokens of what all questions of a kind begin with, as far as providers cache it."""
    fixed = request.model_copy(update={"messages": tuple(m for m in request.messages if m.role == "system")})
    tokens = request_tokens(fixed)
    return tokens // _CACHED_BY * _CACHED_BY if tokens >= _CACHED_FROM else 0
