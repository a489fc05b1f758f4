"""Retrying, pacing and remembering around a scripted model; nothing here waits by the clock of the wall."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadReply, CitenoteError, SettingsError, StopRun, TransientError
from pipeline.models.build import build_model
from pipeline.models.outlining import Model
from pipeline.models.pacing import Gate, Pace, Pacing
from pipeline.models.remembering import Remembering
from pipeline.models.retrying import Retrying
from pipeline.settings import ModelSettings
from pipeline.store.store import Store
from pipeline.values.exchange import Message, Reply, Request, Usage
from tests.scripted_server import ScriptedServer

REPLY = Reply(text="{}", finish="stop", model="m", usage=Usage(calls=1, prompt=10, cached=4, completion=5))
# what a request to the scripted server must hold for it to answer
SCHEMA = '{"type":"object"}'


def request(text: str = "q") -> Request:
    user = Message(role="user", content=f"{text}\nCORE\n[1] five words are said here\nAt most 3 claims")
    return Request(
        model="m", base_url=None, messages=(user,), schema_name="outline_draft", schema_text=SCHEMA, max_tokens=9
    )


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


class Scripted:
    """Raises or returns what it is given, in turn; then replies."""

    def __init__(self, *outcomes: CitenoteError | Reply, during: Callable[[], None] = lambda: None) -> None:
        self._outcomes = list(outcomes)
        self._during = during
        self.calls = 0

    def answer(self, request: Request) -> Reply:  # noqa: ARG002 - the interface
        self.calls += 1
        self._during()
        outcome = self._outcomes.pop(0) if self._outcomes else REPLY
        if isinstance(outcome, CitenoteError):
            raise outcome
        return outcome


def retrying(model: Model, clock: Clock, attempts: int = 5, give_up_after_s: float = 600) -> Retrying:
    return Retrying(model, attempts=attempts, give_up_after_s=give_up_after_s, clock=clock, sleep=clock.sleep)


def test_transient_errors_are_tried_again() -> None:
    clock, model = Clock(), Scripted(TransientError("a"), TransientError("b"))
    assert retrying(model, clock).answer(request()) == REPLY
    assert model.calls == 3
    assert len(clock.slept) == 2


def test_the_last_error_is_raised_when_attempts_are_used_up() -> None:
    clock, model = Clock(), Scripted(*(TransientError(str(i)) for i in range(9)))
    with pytest.raises(TransientError, match=r"^2$"):
        retrying(model, clock, attempts=3).answer(request())
    assert (model.calls, len(clock.slept)) == (3, 2)


@settings(deadline=None)
@given(st.floats(0, 500))
def test_never_sooner_than_the_server_asked_and_not_much_later(asked: float) -> None:
    clock = Clock()
    retrying(Scripted(TransientError("wait", wait_s=asked)), clock).answer(request())
    assert asked <= clock.slept[0] <= asked + 1


def test_backoff_doubles_within_its_limits() -> None:
    limits = [0.0] * 8
    for _ in range(60):
        clock = Clock()
        model = Scripted(*(TransientError("x") for _ in range(8)))
        retrying(model, clock, attempts=9, give_up_after_s=1e9).answer(request())
        assert all(s <= min(60, 2**i) for i, s in enumerate(clock.slept))
        limits = [max(a, b) for a, b in zip(limits, clock.slept, strict=True)]
    assert limits[6] > limits[3] > limits[0]


def test_no_attempt_begins_after_the_time_is_up() -> None:
    clock, model = Clock(), Scripted(TransientError("later", wait_s=30), TransientError("much later", wait_s=3_600))
    with pytest.raises(TransientError, match="much later") as caught:
        retrying(model, clock, give_up_after_s=100).answer(request())
    assert caught.value.wait_s == 3_600
    assert model.calls == 2
    assert sum(clock.slept) < 32


@pytest.mark.parametrize("error", [StopRun("s"), BadReply("b"), SettingsError("c")])
def test_other_errors_pass_at_once(error: CitenoteError) -> None:
    clock, model = Clock(), Scripted(error)
    with pytest.raises(type(error)):
        retrying(model, clock).answer(request())
    assert (model.calls, clock.slept) == (1, [])


def test_the_gate_lets_so_many_in_at_once() -> None:
    inside, most, lock = 0, 0, threading.Lock()
    full = threading.Barrier(3)

    def during() -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        full.wait(5)  # passes only when all three slots are taken
        with lock:
            inside -= 1

    clock = Clock()
    pacing = Pacing(Scripted(during=during), Gate(Pace(3), patience_s=600, clock=clock, sleep=clock.sleep))
    with ThreadPoolExecutor(9) as pool:
        list(pool.map(pacing.answer, [request()] * 9))
    assert most == 3


@settings(deadline=None)
@given(st.lists(st.floats(0, 40), min_size=1, max_size=30), st.integers(1, 5))
def test_never_more_in_any_minute(pauses: Sequence[float], per_minute: int) -> None:
    clock = Clock()
    gate = Gate(Pace(1, per_minute), patience_s=600, clock=clock, sleep=clock.sleep)
    begun = []
    for pause in pauses:
        clock.now += pause
        with gate.slot():
            begun.append(clock.now)
    for i, start in enumerate(begun[per_minute:]):
        assert start >= begun[i] + 60 - 1e-9


def test_a_wait_that_the_server_named_holds_everyone_back() -> None:
    clock = Clock()
    gate = Gate(Pace(2), patience_s=600, clock=clock, sleep=clock.sleep)
    pacing = Pacing(Scripted(TransientError("429", wait_s=20)), gate)
    with pytest.raises(TransientError):
        pacing.answer(request())
    assert clock.slept == []
    gate.cool_down(5)  # a shorter one does not end a longer one
    pacing.answer(request("another"))
    assert clock.slept == [20]


def test_nobody_waits_for_the_end_of_a_cool_down_that_is_too_long() -> None:
    clock = Clock()
    gate = Gate(Pace(2), patience_s=600, clock=clock, sleep=clock.sleep)
    model = Scripted(TransientError("429", wait_s=3_600))
    for _ in range(3):
        with pytest.raises(TransientError) as caught:
            retrying(Pacing(model, gate), clock).answer(request())
        assert caught.value.wait_s == 3_600
    assert (model.calls, clock.slept) == (1, [])
    clock.now += 3_300
    assert Pacing(model, gate).answer(request()) == REPLY
    assert clock.slept == [300]


def test_the_slot_is_free_while_a_retry_waits() -> None:
    clock = Clock()
    gate = Gate(Pace(1), patience_s=600, clock=clock, sleep=clock.sleep)
    model = Scripted(TransientError("429"))

    def sleep(_: float) -> None:
        with gate.slot():  # would wait for ever if the slot were held
            pass

    pacing = Pacing(model, gate)
    Retrying(pacing, attempts=2, give_up_after_s=9, clock=clock, sleep=sleep).answer(request())
    assert model.calls == 2


def test_a_sleep_that_raises_frees_the_slot() -> None:
    def stop(_: float) -> None:
        raise StopRun("interrupted")

    gate = Gate(Pace(1), patience_s=600, clock=Clock(), sleep=stop)
    gate.cool_down(9)
    for _ in range(2):
        with pytest.raises(StopRun), gate.slot():
            pytest.fail("the gate is closed")


def test_a_question_is_paid_for_once(tmp_path: Path) -> None:
    model = Scripted()
    with Store(tmp_path / "store.db") as store:
        first = Remembering(model, store).answer(request())
        second = Remembering(model, store).answer(request())
        Remembering(model, store).answer(request("another"))
    assert (first, second.text, second.usage) == (REPLY, REPLY.text, Usage())
    assert model.calls == 2


def test_a_reply_is_stored_before_it_is_used_and_errors_are_not(tmp_path: Path) -> None:
    refused = REPLY.model_copy(update={"refusal": "no"})
    with Store(tmp_path / "store.db") as store:
        with pytest.raises(TransientError):
            Remembering(Scripted(TransientError("x")), store).answer(request())
        assert store.reply(request().key) is None
        Remembering(Scripted(refused), store).answer(request())
    with Store(tmp_path / "store.db") as store:
        assert store.reply(request().key) == refused


def test_fresh_asks_again_and_replaces(tmp_path: Path) -> None:
    new = REPLY.model_copy(update={"text": "new"})
    with Store(tmp_path / "store.db") as store:
        Remembering(Scripted(), store).answer(request())
        assert Remembering(Scripted(new), store, fresh=True).answer(request()) == new
        assert store.reply(request().key) == new


def test_the_wrappers_nest(tmp_path: Path) -> None:
    slept: list[float] = []
    settings = ModelSettings(model="m", concurrency=2)
    with ScriptedServer(script=["error", "rate_limited"]) as server, Store(tmp_path / "s.db") as store:
        settings = settings.model_copy(update={"base_url": server.url})
        model = build_model(settings, store, environment={}, sleep=slept.append)
        assert model.answer(request()).usage.calls == 1
        assert model.answer(request()).usage.calls == 0
        assert server.calls == 3
    assert len(slept) >= 2


@pytest.mark.parametrize(
    ("base_url", "key", "told"),
    [
        (None, "", "OPENAI_API_KEY holds no key"),
        (None, "sk-geheim\nX: y", "characters"),
        (None, "sk-gehéim", "characters"),
        ("localhost:11434", "", "http"),
        ("http://[::1", "", "http"),
        ("file:///etc/passwd", "", "http"),
    ],
)
def test_settings_that_cannot_work(base_url: str | None, key: str, told: str, tmp_path: Path) -> None:
    settings = ModelSettings(base_url=base_url)
    with Store(tmp_path / "s.db") as store, pytest.raises(SettingsError, match=told) as caught:
        build_model(settings, store, environment={"OPENAI_API_KEY": key})
    assert "geh" not in str(caught.value)
