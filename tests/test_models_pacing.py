"""Pacing: what servers say of their limits, what users set, and that nobody is passed over. No clock of the wall."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import TransientError
from pipeline.models.build import build_model
from pipeline.models.headers import Rates, Room, asked_wait, rates, reset_s
from pipeline.models.openai import OpenAIModel
from pipeline.models.pacing import Gate, Pace, Pacing, most_tokens
from pipeline.settings import ModelSettings
from pipeline.store.store import Store
from pipeline.values.exchange import Message, Reply, Request, Usage
from tests.capable_server import CapableServer


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def request(text: str = "q", model: str = "m", tokens: int = 9) -> Request:
    user = Message(role="user", content=text)
    return Request(
        model=model,
        base_url=None,
        messages=(user,),
        schema_name="s",
        schema_text='{"type":"object","properties":{}}',
        max_tokens=tokens,
    )


def gate(clock: Clock, pace: Pace) -> Gate:
    return Gate(pace, patience_s=600, clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("120ms", 0.12),
        ("1h2m3.5s", 3723.5),
        ("2m59.56s", 179.56),
        ("30", 30),
        ("0.5", 0.5),
        ("-3", 0),
        ("2d", 172_800),
        ("soon", None),
        ("", None),
        (None, None),
        ("nan", None),
        ("inf", None),
        ("1s and more", None),
    ],
)
def test_the_formats_of_resets(text: str | None, seconds: float | None) -> None:
    assert reset_s(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize("ahead_s", [90, -90])
def test_resets_as_points_in_time(ahead_s: int) -> None:
    then = datetime.now(UTC) + timedelta(seconds=ahead_s)
    expected = pytest.approx(max(0, ahead_s), abs=5)
    assert reset_s(then.strftime("%Y-%m-%dT%H:%M:%SZ")) == expected
    assert reset_s(str(int(then.timestamp()))) == expected
    assert reset_s(str(int(then.timestamp() * 1_000))) == expected
    assert reset_s(then.strftime("%a, %d %b %Y %H:%M:%S GMT")) == expected


def test_the_names_of_limits() -> None:
    openai = {
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": "499",
        "x-ratelimit-reset-requests": "120ms",
        "x-ratelimit-limit-tokens": "30000",
        "x-ratelimit-remaining-tokens": "12000",
        "x-ratelimit-reset-tokens": "6m0s",
    }
    assert rates(openai) == Rates(
        requests=Room(left=499, limit=500, reset_s=0.12), tokens=Room(left=12_000, limit=30_000, reset_s=360)
    )
    anthropic = {"anthropic-ratelimit-tokens-remaining": "7", "anthropic-ratelimit-tokens-limit": "9"}
    assert rates(anthropic) == Rates(tokens=Room(left=7, limit=9))
    assert rates({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "7"}).requests == Room(left=0, reset_s=7)
    assert rates({}) == Rates()
    assert rates({"x-ratelimit-remaining-tokens": "many"}) == Rates()


def test_waits_in_milliseconds_come_before_those_in_seconds() -> None:
    assert asked_wait({"retry-after-ms": "250", "retry-after": "9"}) == 0.25
    assert asked_wait({"retry-after-ms": "x", "retry-after": "9"}) == 9


@given(st.lists(st.tuples(st.floats(0, 40), st.integers(1, 900)), min_size=1, max_size=30), st.integers(500, 1_000))
def test_never_more_tokens_in_any_minute(asked: Sequence[tuple[float, int]], per_minute: int) -> None:
    clock = Clock()
    paced = gate(clock, Pace(1, tokens=per_minute))
    begun: list[tuple[float, int]] = []
    for pause, tokens in asked:
        clock.now += pause
        with paced.slot(tokens) as ticket:
            begun.append((clock.now, ticket.tokens))
    for start, tokens in begun:
        within = sum(t for s, t in begun if start - 60 + 1e-9 < s <= start)
        assert within <= max(per_minute, tokens)


def test_what_was_used_takes_the_place_of_what_was_thought() -> None:
    clock = Clock()
    paced = gate(clock, Pace(1, tokens=1_700))
    for _ in range(9):
        with paced.slot(900) as ticket:
            ticket.tokens = 100
    assert clock.slept == [], "nine calls of a hundred tokens"
    with paced.slot(900):
        pass
    assert clock.slept == [60]


def test_a_model_is_counted_before_and_after() -> None:
    clock = Clock()

    class Answering:
        def answer(self, request: Request) -> Reply:
            used = Usage(calls=1, prompt=300, completion=200)
            return Reply(text="{}", finish="stop", model=request.model, usage=used)

    paced = gate(clock, Pace(1, tokens=1_500))
    pacing = Pacing(Answering(), paced)
    asked = request(tokens=900)
    assert most_tokens(asked) > 900
    for _ in range(2):
        pacing.answer(asked)
    assert clock.slept == []
    pacing.answer(asked)
    assert clock.slept == [60]


def test_one_request_greater_than_the_minute_goes_alone() -> None:
    clock = Clock()
    paced = gate(clock, Pace(1, tokens=100))
    for _ in range(2):
        with paced.slot(5_000):
            pass
    assert clock.slept == [60]


def test_what_the_server_has_left_is_kept_to_and_refills() -> None:
    clock = Clock()
    paced = gate(clock, Pace(4))
    paced.learn(Rates(tokens=Room(left=1_000, limit=6_000, reset_s=50)), "m")
    with paced.slot(900, "m"):
        pass
    assert clock.slept == []
    with paced.slot(600, "m"):  # 100 are left, 500 more take five seconds
        pass
    assert clock.slept == [pytest.approx(5)]
    with paced.slot(9_000, "other"):  # limits are a model's own
        pass
    assert len(clock.slept) == 1


def test_no_request_left_waits_for_the_next_and_not_for_all() -> None:
    clock = Clock()
    paced = gate(clock, Pace(4))
    paced.learn(Rates(requests=Room(left=0, limit=60, reset_s=60)))
    with paced.slot():
        pass
    assert clock.slept == [pytest.approx(1)]
    paced.learn(Rates(requests=Room(left=0, reset_s=8)))
    with paced.slot():
        pass
    assert clock.slept[1:] == [pytest.approx(8)], "without a limit, nothing is known to be there before the reset"


def test_a_hint_is_only_a_hint() -> None:
    clock = Clock()
    paced = gate(clock, Pace(4))
    paced.learn(Rates(requests=Room(left=0, reset_s=86_400), tokens=Room(left=0)))
    with paced.slot(50):
        pass
    assert clock.slept == [pytest.approx(60)]


def test_first_come_first_served() -> None:
    clock = Clock()
    paced = gate(clock, Pace(1))
    order: list[int] = []
    waiting = threading.Semaphore(0)

    def enter(number: int) -> None:
        waiting.release()
        with paced.slot():
            order.append(number)

    with ThreadPoolExecutor(12) as pool:
        with paced.slot():
            for number in range(12):
                pool.submit(enter, number)
                waiting.acquire()
                while len(paced._line) <= number:  # it is in the line before the next one comes
                    threading.Event().wait(0.001)
        pool.shutdown(wait=True)
    assert order == list(range(12))


@contextmanager
def answering(headers: dict[str, str], status: int = 200) -> Iterator[list[Rates]]:
    heard: list[Rates] = []
    with CapableServer(headers=headers, status=lambda _: status) as server:
        settings = ModelSettings(base_url=server.url, model="small", timeout_s=5)
        model = OpenAIModel(settings, None, heard=heard.append)
        try:
            asked = request().model_copy(update={"schema_text": '{"properties":{"year":{}}}'})
            if status == 200:
                model.answer(asked)
            else:
                with pytest.raises(TransientError):
                    model.answer(asked)
        finally:
            model.close()
    yield heard


@pytest.mark.parametrize("status", [200, 429])
def test_the_headers_of_good_and_of_bad_responses_are_heard(status: int) -> None:
    headers = {"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "2s"}
    with answering(headers, status) as heard:
        assert heard == [Rates(requests=Room(left=3, reset_s=2))]


def test_a_run_waits_for_what_the_server_told_and_not_longer(tmp_path: Path) -> None:
    headers = {
        "x-ratelimit-limit-requests": "30",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1m0s",
    }
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        raise CancelledError

    with CapableServer(headers=headers) as server, Store(tmp_path / "s.db") as store:
        model = build_model(ModelSettings(base_url=server.url, model="m"), store, environment={}, sleep=sleep)
        asked = request().model_copy(update={"schema_text": '{"properties":{"year":{}}}'})
        model.answer(asked)
        with pytest.raises(CancelledError):
            model.answer(asked.model_copy(update={"max_tokens": 10}))
        assert len(server.ways) == 1
    assert slept == [pytest.approx(2, abs=0.5)], "thirty in a minute are one in two seconds"
