"""What is remembered of money: reserved, settled, and never above a cap."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.spending import SpendingLedger
from pipeline.store.store import Store
from pipeline.values.exchange import Usage
from pipeline.values.spending import Caps, Planned, Refusal, dollars
from tests.commands import ROOT

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
USED = Usage(calls=1, prompt=900, cached=100, completion=50)


def planned(most: str | None = "0.01", *, run: str = "a", video: str = "v", begun: datetime = NOON) -> Planned:
    return Planned(
        begun=begun,
        run=run,
        video=video,
        stage="outline",
        model="openai/gpt-5-mini",
        key="k1:x",
        most=None if most is None else Decimal(most),
        expected_prompt=1_000,
    )


def caps(**most: str | bool) -> Caps:
    return Caps(**{name: cap if isinstance(cap, bool) else Decimal(cap) for name, cap in most.items()})


def test_what_was_set_aside_gives_way_to_what_it_cost(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        ledger = SpendingLedger(store)
        number = ledger.reserve(planned(), caps())
        assert isinstance(number, int)
        assert ledger.unanswered() == (1, Decimal("0.01"))
        ledger.settle(number, USED, Decimal("0.0025"))
        (line,) = ledger.spending()
        assert ledger.unanswered() == (0, Decimal(0))
    assert line.model_dump(exclude={"usage"}) == {
        "day": "2026-11-24",
        "video": "v",
        "stage": "outline",
        "model": "openai/gpt-5-mini",
        "cost_usd": Decimal("0.0025"),
        "expected_prompt": 1_000,
    }
    assert line.usage == USED


@pytest.mark.parametrize("cap", ["run", "day", "video"])
def test_a_call_that_could_pass_a_cap_is_refused_and_leaves_no_trace(tmp_path: Path, cap: str) -> None:
    with Store(tmp_path / "s.db") as store:
        ledger = SpendingLedger(store)
        limit = caps(**{cap: "0.025"})
        assert isinstance(ledger.reserve(planned(), limit), int)
        assert isinstance(ledger.reserve(planned(), limit), int)
        refused = ledger.reserve(planned(), limit)
        assert refused == Refusal(cap=cap, limit=Decimal("0.025"), spent=Decimal("0.02"))
        assert ledger.unanswered()[0] == 2
        assert isinstance(ledger.reserve(planned("0.005"), limit), int), "just as much as is left"


def test_each_cap_counts_what_is_its_own(tmp_path: Path) -> None:
    yesterday = NOON - timedelta(hours=13)
    with Store(tmp_path / "s.db") as store:
        ledger = SpendingLedger(store)
        ledger.reserve(planned("1", run="b", video="w", begun=yesterday), caps())
        assert isinstance(ledger.reserve(planned(), caps(run="0.01", day="0.01", video="0.01")), int)
        assert isinstance(ledger.reserve(planned(run="c", video="w", begun=NOON), caps(video="0.5")), Refusal)
        again = caps(video="0.5", this_run_only=True)
        assert isinstance(ledger.reserve(planned(run="c", video="w", begun=NOON), again), int)
        assert isinstance(ledger.reserve(planned(run="c", video="", begun=NOON), caps(video="0.001")), int)


def test_a_day_ends_at_midnight_utc_wherever_one_is(tmp_path: Path) -> None:
    late = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    tokyo = datetime(2026, 11, 25, 0, 1, tzinfo=UTC).astimezone(timezone(timedelta(hours=9)))
    with Store(tmp_path / "s.db") as store:
        ledger = SpendingLedger(store)
        ledger.reserve(planned("1", begun=late), caps())
        assert isinstance(ledger.reserve(planned(begun=late), caps(day="1")), Refusal)
        assert isinstance(ledger.reserve(planned(begun=tokyo), caps(day="1")), int)


def test_a_refused_call_costs_nothing_and_a_lost_one_stays_spent(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        ledger = SpendingLedger(store)
        first, second = (ledger.reserve(planned(), caps(day="0.02")) for _ in range(2))
        assert isinstance(first, int)
        assert isinstance(second, int)
        ledger.release(first)
        ledger.lose(second)
        assert ledger.unanswered() == (1, Decimal("0.01"))
        assert isinstance(ledger.reserve(planned(), caps(day="0.02")), int)
        assert isinstance(ledger.reserve(planned(), caps(day="0.02")), Refusal)
        ledger.settle(first, USED, Decimal(1))
        assert ledger.spending() == (), "what is given back is gone"


def test_an_unknown_price_stays_unknown(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        ledger = SpendingLedger(store)
        for cost in (None, Decimal("0.5")):
            number = ledger.reserve(planned(None), caps())
            assert isinstance(number, int)
            ledger.settle(number, USED, cost)
        (line,) = ledger.spending()
    assert (line.cost_usd, line.usage.calls) == (None, 2)


def test_threads_never_pass_a_cap_together(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store, ThreadPoolExecutor(8) as pool:
        ledger = SpendingLedger(store)
        found = list(pool.map(lambda _: ledger.reserve(planned(), caps(run="0.105")), range(40)))
        assert sum(isinstance(n, int) for n in found) == 10
        assert ledger.unanswered() == (10, Decimal("0.1"))


_PROCESS = """
import sys
from pathlib import Path
from pipeline.store.spending import SpendingLedger
from pipeline.store.store import Store
from tests.test_store_spending import caps, planned
with Store(Path(sys.argv[1])) as store:
    ledger = SpendingLedger(store)
    found = [ledger.reserve(planned(run=sys.argv[2]), caps(day="0.305")) for _ in range(25)]
print(sum(isinstance(n, int) for n in found))
"""


def test_two_processes_never_pass_the_cap_of_the_day_together(tmp_path: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, str(tmp_path / "s.db"), run], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for run in ("one", "two")
    ]
    told = [int(process.communicate(timeout=60)[0]) for process in both]
    assert sum(told) == 30
    with Store(tmp_path / "s.db") as store:
        assert SpendingLedger(store).unanswered() == (30, Decimal("0.3"))


_CENTS = st.decimals(min_value=0, max_value=3, places=6)


@settings(max_examples=30)
@given(st.lists(st.tuples(_CENTS, _CENTS, st.sampled_from("ab"), st.sampled_from("vw")), max_size=12), _CENTS)
def test_what_is_spent_never_passes_a_cap_whatever_comes(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[Decimal, Decimal, str, str]], cap: Decimal
) -> None:
    """Calls cost at most what was set aside for them; each is settled before the next but one."""
    path = tmp_path_factory.mktemp("spending") / "s.db"
    with Store(path) as store:
        ledger = SpendingLedger(store)
        open_calls: list[tuple[int, Decimal]] = []
        for most, part, run, video in calls:
            number = ledger.reserve(planned(str(most), run=run, video=video), Caps(day=cap))
            if isinstance(number, int):
                open_calls.append((number, min(most, part)))
            if len(open_calls) > 1:
                number, cost = open_calls.pop(0)
                ledger.settle(number, USED, cost)
        for number, cost in open_calls:
            ledger.settle(number, USED, cost)
        spent = sum((line.cost_usd or 0 for line in ledger.spending()), Decimal(0))
    assert spent <= cap


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (None, "an unknown price"),
        (Decimal(0), "$0.0000"),
        (Decimal("0.00001"), "less than $0.0001"),
        (Decimal("0.01234"), "$0.0123"),
        (Decimal("1234.5"), "$1,234.50"),
    ],
)
def test_amounts_are_told_to_what_matters(amount: Decimal | None, told: str) -> None:
    assert dollars(amount) == told
