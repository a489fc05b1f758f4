"""Paying for calls: set aside before, settled after, waited for where that helps, refused where it does not."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import BadReply, CitenoteError, StopRun, TransientError
from pipeline.models.budgeting import Budgeting, Payer, Purse, VideoSpent, counted
from pipeline.models.counting import count_tokens, request_tokens
from pipeline.models.pricing import most_price
from pipeline.models.unanswered import OVER_BUDGET, why_unanswered
from pipeline.settings import BudgetPolicy, ModelSettings, Price
from pipeline.store.spending import SpendingLedger
from pipeline.store.store import Store
from pipeline.values.exchange import Message, Reply, Request, Usage

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
SERVER = ModelSettings(base_url="https://llm.example.org/v1", model="m", price=Price(input=1, output=1))
UNPRICED = SERVER.model_copy(update={"price": None})
REQUEST = Request(
    model="m",
    base_url=None,
    messages=(Message(role="user", content="When was the clock tried at sea?"),),
    schema_name="outline_draft",
    schema_text="{}",
    max_tokens=900,
)
MOST = most_price(REQUEST, SERVER, at=AT) or Decimal(0)
USED = Usage(calls=1, prompt=40, completion=10)
COST = Decimal("0.00005")


class Model:
    """Answers as it is told, or raises it; waits for `gate` first."""

    def __init__(self, answer: Reply | BaseException, gate: threading.Event | None = None) -> None:
        self.answer_with = answer
        self.gate = gate
        self.calls = 0
        self.inside = threading.Semaphore(0)

    def answer(self, request: Request) -> Reply:
        del request
        self.calls += 1
        self.inside.release()
        if self.gate:
            assert self.gate.wait(10)
        if isinstance(self.answer_with, BaseException):
            raise self.answer_with
        return self.answer_with


def reply(text: str = "{}", usage: Usage = USED) -> Reply:
    return Reply(text=text, finish="stop", model="m", usage=usage)


@contextmanager
def purse(folder: Path, *, fresh: bool = False, **budget: Decimal) -> Iterator[tuple[Purse, SpendingLedger]]:
    with Store(folder / "s.db") as store:
        ledger = SpendingLedger(store)
        policy = BudgetPolicy(**{cap: float(most) for cap, most in budget.items()})
        yield Purse(ledger, policy, "run", fresh=fresh, now=lambda: AT), ledger


def paying(model: Model, held: Purse, video: str = "v", server: ModelSettings = SERVER) -> Budgeting:
    return Budgeting(model, server, Payer(held, "mine/m", video))


def test_a_call_is_paid_and_remembered_with_what_it_was_for(tmp_path: Path) -> None:
    with purse(tmp_path) as (held, ledger):
        assert paying(Model(reply()), held).answer(REQUEST) == reply()
        spent, (line,) = held.spent("v"), ledger.spending()
    assert (spent.usage, spent.cost_usd) == (USED, COST)
    assert (line.day, line.video, line.stage, line.model) == ("2026-11-24", "v", "outline", "mine/m")
    assert (line.usage, line.cost_usd) == (USED, COST)


def test_a_cap_is_kept_to_the_last_call(tmp_path: Path) -> None:
    model = Model(reply())
    with purse(tmp_path, run=MOST + 3 * COST) as (held, ledger):
        for _ in range(4):
            paying(model, held).answer(REQUEST)
        with pytest.raises(StopRun, match=r"(?s)budget\.run is \$.*Run again to go on"):
            paying(model, held).answer(REQUEST)
        assert sum((line.cost_usd or 0 for line in ledger.spending()), Decimal(0)) == 4 * COST
    assert model.calls == 4


def test_a_call_waits_for_those_under_way_and_is_made_when_they_were_cheap(tmp_path: Path) -> None:
    gate = threading.Event()
    model = Model(reply(), gate)
    with purse(tmp_path, run=MOST * 2 + COST) as (held, _), ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(paying(model, held).answer, REQUEST) for _ in range(4)]
        for _ in range(2):
            assert model.inside.acquire(timeout=10)
        assert model.calls == 2, "there is money for two at once"
        gate.set()
        assert [future.result(timeout=10) for future in asked] == [reply()] * 4
        assert held.spent().priced_usd == 4 * COST


def test_of_calls_side_by_side_none_passes_the_cap(tmp_path: Path) -> None:
    dear = Usage(calls=1, prompt=100, completion=900)
    cost = Decimal("0.001")
    model = Model(reply(usage=dear))
    cap = cost * 3 + MOST / 2
    with purse(tmp_path, day=cap) as (held, ledger), ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(paying(model, held).answer, REQUEST) for _ in range(8)]
        errors = [future.exception(timeout=10) for future in asked]
        spent = sum((line.cost_usd or 0 for line in ledger.spending()), Decimal(0))
        assert spent == held.spent().priced_usd <= cap
    assert all(error is None or isinstance(error, StopRun) for error in errors)
    assert model.calls == sum(error is None for error in errors) == 3


def test_once_the_cap_of_a_run_is_reached_nothing_more_is_asked(tmp_path: Path) -> None:
    small = REQUEST.model_copy(update={"max_tokens": 1})
    model = Model(reply())
    with purse(tmp_path, run=MOST / 2) as (held, _):
        with pytest.raises(StopRun):
            paying(model, held).answer(REQUEST)
        with pytest.raises(StopRun):
            paying(model, held).answer(small)
    assert model.calls == 0


def test_the_cap_of_a_video_stops_that_video_alone(tmp_path: Path) -> None:
    model = Model(reply())
    with purse(tmp_path, video=MOST) as (held, _):
        paying(model, held).answer(REQUEST)
        with pytest.raises(VideoSpent, match=r"budget\.video") as caught:
            paying(model, held).answer(REQUEST)
        paying(model, held, "another").answer(REQUEST)
        assert (held.spent("v").refused, held.spent("another").refused) == (1, 0)
    assert why_unanswered(caught.value) == OVER_BUDGET


def test_a_video_has_its_cap_over_all_runs_unless_all_is_asked_afresh(tmp_path: Path) -> None:
    for fresh, allowed in ((False, True), (False, False), (True, True)):
        with Store(tmp_path / "s.db") as store:
            held = Purse(
                SpendingLedger(store), BudgetPolicy(video=float(MOST)), f"{store!r}", fresh=fresh, now=lambda: AT
            )
            asked = paying(Model(reply()), held)
            if allowed:
                asked.answer(REQUEST)
            else:
                with pytest.raises(VideoSpent):
                    asked.answer(REQUEST)


@pytest.mark.parametrize(("billable", "kept"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("kind", [TransientError, BadReply])
def test_what_was_refused_costs_nothing_and_what_was_lost_may(
    tmp_path: Path, billable: bool, kept: int, kind: type[CitenoteError]
) -> None:
    error = kind("no answer")
    error.billable = billable
    with purse(tmp_path) as (held, ledger):
        with pytest.raises(kind):
            paying(Model(error), held).answer(REQUEST)
        assert ledger.unanswered() == (kept, MOST * kept)
        assert held.spent().usage.calls == 0


def test_a_failed_call_gives_way_to_the_one_that_waits(tmp_path: Path) -> None:
    gate = threading.Event()
    failing, good = Model(TransientError("busy"), gate), Model(reply())
    with purse(tmp_path, run=MOST) as (held, _), ThreadPoolExecutor(2) as pool:
        first = pool.submit(paying(failing, held).answer, REQUEST)
        assert failing.inside.acquire(timeout=10)
        second = pool.submit(paying(good, held).answer, REQUEST)
        gate.set()
        assert isinstance(first.exception(timeout=10), TransientError)
        assert second.result(timeout=10) == reply()


def test_what_has_no_price_is_counted_as_unknown(tmp_path: Path) -> None:
    with purse(tmp_path) as (held, ledger):
        paying(Model(reply()), held, server=UNPRICED).answer(REQUEST)
        spent = held.spent() + held.spent("nobody")
        assert ledger.spending()[0].cost_usd is None
    assert (spent.cost_usd, spent.unpriced, spent.unpriced_models) == (None, 1, frozenset({"mine/m"}))


def test_a_server_that_does_not_count_is_counted_for() -> None:
    silent = reply("a long answer " * 9, Usage(calls=1))
    assert counted(REQUEST, silent) == Usage(
        calls=1, prompt=request_tokens(REQUEST), completion=count_tokens(silent.text)
    )
    assert counted(REQUEST, reply()) == USED
    assert counted(REQUEST, reply("", Usage(calls=1))) == Usage(calls=1), "a question that was turned down"


def test_what_is_remembered_is_told_apart(tmp_path: Path) -> None:
    with purse(tmp_path) as (held, _):
        Payer(held, "mine/m", "v").remember()
        assert (held.spent("v").remembered, held.spent("w").remembered, held.spent().remembered) == (1, 0, 1)
