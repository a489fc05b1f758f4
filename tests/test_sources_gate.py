"""The gate of YouTube: its pace, what closes it and for how long, and that the next run knows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BlockedError, SourceError, TransientError
from pipeline.sources.gate import CoolDowns, Forgetful, Gate, Timing
from pipeline.store.cooling import CoolDowns as StoredCoolDowns
from pipeline.store.store import Store
from pipeline.values.sourcing import WebshareProxy, YouTubeSettings

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Clock:
    """Time that passes when it is waited for."""

    def __init__(self, chance: float = 0.0) -> None:
        self.passed = 0.0
        self.waits: list[float] = []
        self.chance = chance

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds

    def timing(self) -> Timing:
        return Timing(
            self.sleep, lambda: self.passed, lambda: NOON + timedelta(seconds=self.passed), lambda: self.chance
        )


def ask(gate: Gate, outcome: Exception | None = None) -> None:
    with gate.turn():
        if outcome:
            raise outcome


def refused(gate: Gate, wait_s: float | None = None) -> BlockedError:
    with pytest.raises(BlockedError) as caught:
        ask(gate, BlockedError("refused", remedy="Wait.", wait_s=wait_s))
    return caught.value


def test_requests_keep_their_distance_and_chance_adds_to_it() -> None:
    clock = Clock(chance=1.0)
    gate = Gate(YouTubeSettings(min_interval_s=2, jitter=0.5), Forgetful(), clock.timing())
    for _ in range(3):
        ask(gate)
    assert clock.waits == [3.0, 3.0]
    clock.passed += 10
    ask(gate)
    assert clock.waits == [3.0, 3.0]  # enough time has passed already


def test_a_refusal_closes_the_gate_and_says_until_when() -> None:
    clock = Clock()
    gate = Gate(YouTubeSettings(cool_down_s=600), Forgetful(), clock.timing())
    first = refused(gate)
    again = (NOON + timedelta(seconds=600)).astimezone().strftime("%H:%M")
    assert f"asked again from {again}" in str(first)
    with pytest.raises(BlockedError) as second:
        ask(gate)
    assert str(second.value) == str(first)
    clock.passed += 601
    ask(gate)


@given(st.integers(min_value=1, max_value=40), st.floats(min_value=1, max_value=1e5))
def test_the_wait_doubles_up_to_a_day(times: int, cool_down_s: float) -> None:
    clock = Clock()
    gate = Gate(YouTubeSettings(cool_down_s=cool_down_s), Forgetful(), clock.timing())
    for strike in range(times):
        wait_s = refused_for(gate, clock)
        assert wait_s == pytest.approx(min(86_400, cool_down_s * 2 ** min(strike, 20)))
        clock.passed += wait_s + 1


def refused_for(gate: Gate, clock: Clock) -> float:
    refused(gate)
    held = gate._memory.cool_down("youtube")
    assert held is not None
    return (held.until - NOON).total_seconds() - clock.passed


def test_the_wait_that_the_server_names_counts_where_it_is_longer() -> None:
    clock = Clock()
    memory = Forgetful()
    refused(Gate(YouTubeSettings(cool_down_s=600), memory, clock.timing()), wait_s=7200)
    held = memory.cool_down("youtube")
    assert held is not None
    assert held.until == NOON + timedelta(hours=2)


def test_the_next_run_knows_until_the_time_is_over_and_an_answer_ends_it(tmp_path: Path) -> None:
    clock = Clock()
    settings = YouTubeSettings(cool_down_s=600)
    with Store(tmp_path / "store.db") as store:
        refused(Gate(settings, StoredCoolDowns(store), clock.timing()))
    with Store(tmp_path / "store.db") as store:
        memory: CoolDowns = StoredCoolDowns(store)
        gate = Gate(settings, memory, clock.timing())
        with pytest.raises(BlockedError, match="is left alone") as caught:
            ask(gate)
        assert caught.value.wait_s == 600
        clock.passed += 601
        refused(gate)
        held = memory.cool_down("youtube")
        assert held is not None
        assert (held.strikes, held.until) == (2, NOON + timedelta(seconds=601 + 1200))
        clock.passed += 1201
        with pytest.raises(SourceError):
            ask(gate, SourceError("no captions"))  # an answer all the same
        assert memory.cool_down("youtube") is None


def test_another_way_out_has_a_gate_of_its_own() -> None:
    clock, memory = Clock(), Forgetful()
    refused(Gate(YouTubeSettings(), memory, clock.timing()))
    for other in (
        YouTubeSettings(proxy="http://127.0.0.1:1"),
        YouTubeSettings(proxy_env="PROXY"),
        YouTubeSettings(webshare=WebshareProxy()),
    ):
        ask(Gate(other, memory, clock.timing()))


def test_without_a_cool_down_only_this_run_stops_asking() -> None:
    clock, memory = Clock(), Forgetful()
    settings = YouTubeSettings(cool_down_s=0)
    gate = Gate(settings, memory, clock.timing())
    refused(gate)
    clock.passed += 1e6
    with pytest.raises(BlockedError, match="in this run"):
        ask(gate)
    ask(Gate(settings, memory, clock.timing()))


def test_trouble_that_does_not_end_closes_the_gate_for_this_run_only() -> None:
    clock, memory = Clock(), Forgetful()
    gate = Gate(YouTubeSettings(), memory, clock.timing())
    for n in range(12):
        with pytest.raises(TransientError):
            ask(gate, TransientError(f"trouble {n}"))
    with pytest.raises(BlockedError, match=r"12 requests in a row failed.*trouble 11"):
        ask(gate)
    assert memory.cool_down("youtube") is None


def test_an_answer_in_between_ends_the_row_of_trouble() -> None:
    clock = Clock()
    gate = Gate(YouTubeSettings(), Forgetful(), clock.timing())
    for n in range(30):
        if n % 6:
            with pytest.raises(TransientError):
                ask(gate, TransientError("trouble"))
        else:
            ask(gate)
