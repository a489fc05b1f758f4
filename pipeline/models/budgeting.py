"""Budgets: before each call the most that it can cost is set aside, and afterwards what it did cost is kept instead.

So calls side by side cannot pass a cap together, not even from two processes. Where what is set aside for calls under
way leaves too little, the next call waits until it is known what they cost; only if it is too little then, it is
refused.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from pipeline.errors import BadReply, CitenoteError, StopRun
from pipeline.models.counting import count_tokens, request_tokens
from pipeline.models.outlining import Model
from pipeline.models.pricing import most_price, price
from pipeline.settings import BudgetPolicy, ModelSettings
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.spending import Caps, Planned, Refusal, Spent, dollars

STAGES = {"outline_draft": "outline", "mend_draft": "mend", "judge_draft": "judge", "plan_draft": "plan"}
"""What a question is for, by the name of its schema."""


class Ledger(Protocol):
    """Where spending is kept. Called from several threads; every call is durable when it returns."""

    def reserve(self, call: Planned, caps: Caps) -> int | Refusal:
        """The number of the call; or the cap that it could pass, counting what others have set aside."""
        ...

    def settle(self, number: int, usage: Usage, cost: Decimal | None) -> None:
        """What the call did cost takes the place of what was set aside."""
        ...

    def release(self, number: int) -> None:
        """The call cost nothing."""
        ...

    def lose(self, number: int) -> None:
        """The answer was lost, and may be billed."""
        ...


class VideoSpent(BadReply):
    """The budget of a video does not cover a question: it is as if there were no answer to it."""

    kind = "video_budget"


def _now() -> datetime:
    return datetime.now(UTC)


class Purse:
    """The money of one run.

    Args:
        ledger: where spending is kept.
        budget: what may be spent.
        run: a name that no other run has.
        fresh: what earlier runs spent on a video does not count.
        now: the time, for the day that a call counts for.
    """

    def __init__(
        self,
        ledger: Ledger,
        budget: BudgetPolicy,
        run: str,
        *,
        fresh: bool = False,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._ledger = ledger
        self._caps = Caps(
            **{cap: None if most is None else Decimal(str(most)) for cap, most in budget.model_dump().items()},
            this_run_only=fresh,
        )
        self.run = run
        self.now = now
        self._changed = threading.Condition()
        self._open = 0
        self._over: Refusal | None = None
        self._spent: defaultdict[str, Spent] = defaultdict(Spent)

    def spent(self, video: str | None = None) -> Spent:
        """What this run has spent so far, on one video or in all."""
        with self._changed:
            known = self._spent.values() if video is None else [self._spent[video]]
            return sum(known, Spent())

    def remember(self, video: str) -> None:
        """An answer came from the store."""
        with self._changed:
            self._spent[video] += Spent(remembered=1)

    def reserve(self, call: Planned) -> int:
        """The number of a call that may now be made; waits while calls under way may turn out cheaper.

        Raises:
            StopRun: it could pass the cap of the run or of the day.
            VideoSpent: it could pass the cap of its video.
        """
        with self._changed:
            while True:
                refused = self._over or self._ledger.reserve(call, self._caps)
                if not isinstance(refused, Refusal):
                    self._open += 1
                    return refused
                if self._over or not self._open:
                    break
                self._changed.wait()
            if refused.cap == "video":
                self._spent[call.video] += Spent(refused=1)
            else:
                self._over = refused  # a smaller question may fit, but the run is over
        raise _refused(refused, call)

    def set_aside(self, call: Planned) -> int | Refusal:
        """As `reserve`, for a call that is over much later, in a batch: it never waits, and says why not."""
        return self._ledger.reserve(call, self._caps)

    @staticmethod
    def refusal(refused: Refusal, call: Planned) -> CitenoteError:
        """A refusal as the error that `reserve` raises."""
        return _refused(refused, call)

    def refuse(self, video: str) -> None:
        """A question of a video is not asked, because its budget does not cover it."""
        with self._changed:
            self._spent[video] += Spent(refused=1)

    def settle(self, number: int, call: Planned, usage: Usage, cost: Decimal | None) -> None:
        """The call was answered."""
        self._ledger.settle(number, usage, cost)
        spent = Spent(usage=usage) if cost is None else Spent(usage=usage, priced_usd=cost)
        if cost is None:
            spent = spent.model_copy(update={"unpriced": 1, "unpriced_models": frozenset({call.model})})
        with self._changed:
            self._spent[call.video] += spent

    def give_back(self, number: int, *, lost: bool) -> None:
        """The call was not answered."""
        (self._ledger.lose if lost else self._ledger.release)(number)

    def over(self) -> None:
        """A call is over, however it ended."""
        with self._changed:
            self._open -= 1
            self._changed.notify_all()


def _refused(refused: Refusal, call: Planned) -> CitenoteError:
    left = f"${refused.limit:f}, of which {dollars(refused.spent)} are spent"
    most = f"the next question can cost up to {dollars(call.most)}"
    if refused.cap == "video":
        return VideoSpent(f"budget.video is {left}, and {most}", remedy="Raise budget.video and run again.")
    again = "what was answered is remembered and costs nothing"
    if refused.cap == "day":
        return StopRun(
            f"budget.day is {left}, and {most}", remedy=f"Run again after midnight UTC, or raise budget.day: {again}."
        )
    return StopRun(f"budget.run is {left}, and {most}", remedy=f"Run again to go on, or raise budget.run: {again}.")


@dataclass(frozen=True)
class Payer:
    """Who pays for the calls to one model."""

    purse: Purse
    name: str
    """NAME/MODEL-ID, under which the spending is kept."""
    video: str = ""
    """None where the questions are about several."""

    def remember(self) -> None:
        """An answer came from the store."""
        self.purse.remember(self.video)


class Budgeting:
    """A model whose every attempt is paid for."""

    def __init__(self, model: Model, server: ModelSettings, payer: Payer) -> None:
        self._model = model
        self._server = server
        self._payer = payer
        self._purse = payer.purse

    def answer(self, request: Request) -> Reply:
        """The reply of the model inside.

        Raises:
            StopRun, VideoSpent: as `Purse.reserve`; and what the model raises.
        """
        call = self._planned(request)
        number = self._purse.reserve(call)
        try:
            reply = self._answered(number, request)
            usage = counted(request, reply)
            self._purse.settle(number, call, usage, price(usage, self._server, at=call.begun))
        finally:
            self._purse.over()
        return reply

    def _answered(self, number: int, request: Request) -> Reply:
        try:
            return self._model.answer(request)
        except CitenoteError as error:
            with suppress(CitenoteError):  # the error of the model is the one to tell
                self._purse.give_back(number, lost=error.billable)
            raise

    def _planned(self, request: Request) -> Planned:
        at = self._purse.now()
        return Planned(
            begun=at,
            run=self._purse.run,
            video=self._payer.video,
            stage=STAGES.get(request.schema_name, request.schema_name),
            model=self._payer.name,
            key=request.key,
            most=most_price(request, self._server, at=at),
            expected_prompt=request_tokens(request),
        )


def counted(request: Request, reply: Reply) -> Usage:
    """The usage of a reply; estimated where the server does not tell it, so that no answer counts as free."""
    usage = reply.usage
    return usage.model_copy(
        update={
            "calls": max(1, usage.calls),
            "prompt": usage.prompt or (request_tokens(request) if reply.text else 0),
            "completion": usage.completion or (count_tokens(reply.text) if reply.text else 0),
        }
    )
