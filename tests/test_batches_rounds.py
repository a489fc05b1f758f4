"""Runs in batches: each question is paid once, whatever happens and wherever the process is killed."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pipeline.settings import BudgetPolicy
from tests.batch_rounds import QUESTIONS, SETTINGS, VIDEOS, Dying, Killed, World
from tests.batch_server import BatchServer, Call, LineTrouble, Trouble
from tests.scripted_server import Asked

Ending = tuple[str, list[dict[str, Any]]]
ALL = len(VIDEOS) * (QUESTIONS + 1)


def undisturbed(folder: Path) -> World:
    world = World(folder, BatchServer())
    assert [outcome.state for outcome in world.run()] == ["done", "done"], world.told
    return world


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: that a disk keeps what it is told to is for the store's own tests."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> World:
    return undisturbed(tmp_path_factory.mktemp("calm"))


def test_each_stage_is_one_batch_and_each_question_is_asked_once(calm: World) -> None:
    assert [len(batch.lines) for batch in calm.server.batches] == [ALL - len(VIDEOS), len(VIDEOS)]
    assert set(calm.server.paid.values()) == {1}
    assert len(calm.server.paid) == ALL


def test_a_second_run_asks_nothing(tmp_path: Path) -> None:
    world = undisturbed(tmp_path)
    before = dict(world.server.calls)
    assert [outcome.state for outcome in world.run()] == ["done", "done"]
    assert dict(world.server.calls) == before
    assert world.purse.spent().remembered == ALL


def test_the_usage_of_each_answer_is_counted_once_at_half_the_price(calm: World) -> None:
    calls, prompt, completion = map(sum, zip(*calm.spending(), strict=True))
    assert calls == ALL
    spent = calm.purse.spent()
    assert spent.usage.calls == ALL
    assert spent.cost_usd is not None
    assert float(spent.cost_usd) == pytest.approx((prompt + 2 * completion) / 1e6 / 2)


def test_a_kill_at_any_step_costs_nothing_twice(tmp_path: Path, calm: World) -> None:
    step = 0
    while True:
        folder = tmp_path / str(step)
        folder.mkdir()
        world = World(folder, BatchServer(), wrap=Dying(step))
        try:
            world.run()
        except Killed:
            pass
        else:
            break  # it was over before this step
        world.wrap = lambda thing: thing
        assert [outcome.state for outcome in world.run()] == ["done", "done"], (step, world.told)
        assert set(world.server.paid.values()) == {1}, (step, world.told)
        assert len(world.server.paid) == ALL
        assert world.texts == calm.texts
        assert sum(calls for calls, *_ in world.spending()) == ALL, step
        step += 1
    assert step > 60


def test_two_kills_in_a_row_cost_nothing_twice(tmp_path: Path, calm: World) -> None:
    for number, (first, second) in enumerate([(10, 15), (18, 3), (20, 6), (22, 22), (27, 4), (30, 15)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = World(folder, BatchServer())
        for step in (first, second):
            world.wrap = Dying(step)
            with pytest.raises(Killed):
                world.run()
        world.wrap = lambda thing: thing
        world.run()
        assert set(world.server.paid.values()) == {1}
        assert world.texts == calm.texts


@pytest.mark.parametrize("call", ["upload", "create", "retrieve", "content"])
@pytest.mark.parametrize("trouble", ["500", "429", "drop", "drop_after", "garbage", "cut"])
def test_calls_that_fail_are_made_again_and_nothing_is_created_twice(
    tmp_path: Path, calm: World, call: Call, trouble: Trouble
) -> None:
    def troubles(made: Call, number: int) -> Trouble | None:
        return trouble if made == call and number in {0, 2} else None

    with BatchServer(troubles=troubles) as server:
        world = World(tmp_path, server, url=server.url)
        assert [outcome.state for outcome in world.run()] == ["done", "done"], world.told
    assert set(server.paid.values()) == {1}
    assert world.texts == calm.texts


def test_a_batch_whose_list_lags_behind_is_found(tmp_path: Path) -> None:
    server = BatchServer(troubles=lambda call, n: "drop_after" if (call, n) == ("create", 0) else None, hidden=2)
    world = World(tmp_path, server)
    world.run()
    assert set(server.paid.values()) == {1}


def test_a_batch_is_found_among_many_of_others(tmp_path: Path) -> None:
    server = BatchServer(troubles=lambda call, n: "drop_after" if (call, n) == ("create", 0) else None, page=2)
    world = World(tmp_path, server)
    form = {"json_schema": {"name": "plan_draft"}}
    body = {"model": "m", "messages": [{"role": "user", "content": ""}], "response_format": form}
    line = json.dumps({"custom_id": "x", "body": body}).encode()
    for number in range(5):
        file_id = server.upload("other", line)["id"]
        server.create({"input_file_id": file_id, "endpoint": "/v1/chat/completions", "metadata": {"mine": str(number)}})
    server.paid.clear()
    world.run()
    assert set(server.paid.values()) == {1}
    assert len(server.paid) == ALL


@pytest.mark.parametrize("trouble", ["twice", "stranger"])
def test_lines_too_many_change_nothing(tmp_path: Path, calm: World, trouble: LineTrouble) -> None:
    world = World(tmp_path, BatchServer(line=lambda _, __: trouble))
    world.run()
    assert world.texts == calm.texts
    assert sum(calls for calls, *_ in world.spending()) == ALL


@pytest.mark.parametrize("trouble", ["missing", "bad_json", "bad_utf8", "no_completion", "429", "500", "expired"])
def test_what_is_missing_is_asked_again_and_nothing_else(tmp_path: Path, calm: World, trouble: LineTrouble) -> None:
    def line(asked: Asked, time: int) -> LineTrouble | None:
        return trouble if "one 1" in asked.question.partition("\n")[0] and time < 2 else None

    world = World(tmp_path, BatchServer(line=line))
    assert [outcome.state for outcome in world.run()] == ["done", "done"]
    assert world.texts == calm.texts
    assert sorted(world.server.asked.values())[-2:] == [1, 3]
    assert [len(batch.lines) for batch in world.server.batches] == [6, 2, 1, 1]


def test_results_that_stay_garbled_are_lost_and_asked_again(tmp_path: Path, calm: World) -> None:
    with BatchServer(troubles=lambda call, n: "garbage" if call == "content" and n < 3 else None) as server:
        world = World(tmp_path, server, url=server.url)
        assert [outcome.state for outcome in world.run()] == ["done", "done"], world.told
    assert sorted(set(server.paid.values())) == [1, 2]
    assert world.texts == calm.texts


@pytest.mark.parametrize(("trouble", "kind"), [("400", "BadReply"), ("500", "TransientError")])
def test_what_is_never_answered_is_a_gap_and_is_asked_again_by_the_next_run(
    tmp_path: Path, trouble: LineTrouble, kind: str
) -> None:
    def line(asked: Asked, _: int) -> LineTrouble | None:
        return trouble if "one 1" in asked.question.partition("\n")[0] else None

    world = World(tmp_path, BatchServer(line=line))
    assert [outcome.state for outcome in world.run()] == ["done", "done"]
    assert world.texts["one"].splitlines()[1] == kind
    tries = max(world.server.asked.values())
    assert tries == (1 if trouble == "400" else 3)
    world.server.line = lambda _, __: None
    world.run()
    assert world.texts["one"].splitlines()[1] != kind
    assert max(world.server.asked.values()) == tries + 1


def test_what_is_never_answered_is_a_gap_also_where_nobody_waits(tmp_path: Path) -> None:
    def line(asked: Asked, _: int) -> LineTrouble | None:
        return "500" if "one 1" in asked.question.partition("\n")[0] else None

    world = World(tmp_path, BatchServer(line=line))
    for _ in range(20):
        if all(outcome.state == "done" for outcome in world.run(wait=False)):
            break
    assert world.texts["one"].splitlines()[1] == "TransientError"
    assert max(world.server.asked.values()) == 3


def test_a_run_that_does_not_wait_ends_and_the_next_goes_on(tmp_path: Path, calm: World) -> None:
    world = World(tmp_path, BatchServer(looks=3))
    runs = [world.run(wait=False) for _ in range(10)]
    assert {outcome.kind for outcome in runs[0]} == {"waiting"}
    assert "run the same command again" in runs[0][0].message
    assert [outcome.state for outcome in runs[-1]] == ["done", "done"]
    assert set(world.server.paid.values()) == {1}
    assert world.texts == calm.texts


def test_no_credit_stops_the_run_and_what_was_answered_is_kept(tmp_path: Path, calm: World) -> None:
    def line(asked: Asked, time: int) -> LineTrouble | None:
        return "no_credit" if "two 0" in asked.question.partition("\n")[0] and time == 0 else None

    world = World(tmp_path, BatchServer(line=line))
    outcomes = world.run()
    assert {(outcome.state, outcome.kind) for outcome in outcomes} == {("stopped", "stopped")}
    assert "no credit" in outcomes[0].message
    world.run()
    assert set(world.server.paid.values()) == {1}
    assert world.texts == calm.texts


def test_a_cancelled_batch_stops_the_run_and_the_next_asks_for_the_rest(tmp_path: Path, calm: World) -> None:
    def ending(number: int, _: object) -> Ending:
        return ("cancelled" if number == 0 else "completed"), []

    def line(asked: Asked, time: int) -> LineTrouble | None:
        return "expired" if "two" in asked.question.partition("\n")[0] and time == 0 else None

    world = World(tmp_path, BatchServer(ending=ending, line=line))
    assert "was cancelled" in world.run()[0].message
    world.run()
    assert set(world.server.paid.values()) == {1}
    assert world.texts == calm.texts


def test_a_batch_refused_for_some_of_its_lines_is_sent_without_them(tmp_path: Path) -> None:
    def ending(number: int, _: object) -> Ending:
        return (
            ("failed", [{"code": "invalid_request", "message": "no", "line": 2}]) if number == 0 else ("completed", [])
        )

    world = World(tmp_path, BatchServer(ending=ending))
    assert [outcome.state for outcome in world.run()] == ["done", "done"]
    assert [len(batch.lines) for batch in world.server.batches[:2]] == [6, 5]
    assert sum(text.count("BadReply") for text in world.texts.values()) == 1


def test_a_batch_refused_for_no_line_stops_the_run_with_the_servers_words(tmp_path: Path) -> None:
    world = World(tmp_path, BatchServer(ending=lambda _, __: ("failed", [{"code": "x", "message": "not this model"}])))
    outcomes = world.run()
    assert "not this model" in outcomes[0].message
    assert len(world.server.batches) == 1
    assert world.spending() == ()


def test_too_many_tokens_at_once_are_sent_in_parts(tmp_path: Path, calm: World) -> None:
    def ending(_: int, lines: list[dict[str, Any]]) -> Ending:
        full = len(lines) > 2
        return ("failed", [{"code": "token_limit_exceeded", "message": "full"}]) if full else ("completed", [])

    world = World(tmp_path, BatchServer(ending=ending))
    assert [outcome.state for outcome in world.run()] == ["done", "done"], world.told
    assert world.texts == calm.texts
    assert set(world.server.paid.values()) == {1}


def test_a_known_limit_of_tokens_is_kept(tmp_path: Path) -> None:
    world = World(tmp_path, BatchServer(), settings=SETTINGS.model_copy(update={"batch_tokens": 100}))
    world.run()
    assert max(len(batch.lines) for batch in world.server.batches) == 2
    assert set(world.server.paid.values()) == {1}


def test_a_fresh_run_asks_all_again_and_a_killed_one_is_gone_on_with(tmp_path: Path) -> None:
    world = undisturbed(tmp_path)
    assert {outcome.kind for outcome in world.run(wait=False, fresh=True)} == {"waiting"}
    world.run()  # waits for what the fresh run asked, although there are older answers
    assert sorted(world.server.asked.values()) == [1] * len(VIDEOS) + [2] * (ALL - len(VIDEOS))


@pytest.mark.parametrize("trouble", ["401", "400", "404", "no_credit"])
@pytest.mark.parametrize("refused", ["upload", "create", "retrieve"])
def test_a_server_that_refuses_stops_the_run_and_leaves_nothing_behind(
    tmp_path: Path, trouble: Trouble, refused: Call
) -> None:
    with BatchServer(troubles=lambda call, _: trouble if call == refused else None) as server:
        world = World(tmp_path, server, url=server.url)
        assert {outcome.state for outcome in world.run()} == {"stopped"}
        server.troubles = lambda _, __: None
        assert {outcome.state for outcome in world.run()} == {"done"}, world.told
    assert set(server.paid.values()) == {1}
    assert sum(calls for calls, *_ in world.spending()) == ALL


def test_a_server_that_stays_silent_stops_the_run_after_an_hour_and_the_next_goes_on(tmp_path: Path) -> None:
    world = World(tmp_path, BatchServer(troubles=lambda call, _: "drop" if call == "retrieve" else None))
    began = world.now
    outcomes = world.run()
    assert {outcome.kind for outcome in outcomes} == {"stopped"}
    assert 3_600 < world.now - began < 5_000
    world.server.troubles = lambda _, __: None
    world.run()
    assert set(world.server.paid.values()) == {1}


def test_a_batch_that_the_server_does_not_know_is_waited_for_three_days(tmp_path: Path) -> None:
    world = World(tmp_path, BatchServer())
    world.run(wait=False)
    world.server.batches.clear()
    assert "knows no batch batch_0" in world.run()[0].message
    assert max(world.server.asked.values()) == 1
    world.now += 4 * 86_400
    assert [outcome.state for outcome in world.run()] == ["done", "done"]
    assert max(world.server.asked.values()) == 2


def test_two_models_of_one_server_may_share_its_batches(tmp_path: Path) -> None:
    """As an outlining and a judging model with other settings do: also what is asked anew is asked once."""
    world = World(tmp_path, BatchServer(), more={"two": SETTINGS.model_copy(update={"concurrency": 9})})
    for fresh in (False, True):
        assert [outcome.state for outcome in world.run(fresh=fresh)] == ["done", "done"], world.told
    assert set(world.server.asked.values()) == {2}


def test_a_budget_holds_questions_back_until_it_is_known_what_others_cost(tmp_path: Path, calm: World) -> None:
    spent = calm.purse.spent().cost_usd
    assert spent is not None
    world = World(tmp_path, BatchServer(), budget=BudgetPolicy(day=float(spent) * 1.6))
    assert [outcome.state for outcome in world.run()] == ["done", "done"], world.told
    assert len(world.server.batches) > 2
    assert world.texts == calm.texts


def test_a_budget_that_is_spent_stops_the_run_and_more_of_it_goes_on(tmp_path: Path, calm: World) -> None:
    spent = calm.purse.spent().cost_usd
    assert spent is not None
    world = World(tmp_path, BatchServer(), budget=BudgetPolicy(day=float(spent) * 0.8))
    outcomes = world.run()
    assert {outcome.kind for outcome in outcomes} >= {"stopped"}
    assert any("budget.day" in outcome.message for outcome in outcomes)
    world.budget = BudgetPolicy()
    world.run()
    assert set(world.server.paid.values()) == {1}
    assert world.texts == calm.texts


def test_the_budget_of_a_video_costs_questions_of_that_video(tmp_path: Path, calm: World) -> None:
    spent = calm.purse.spent("one").cost_usd
    assert spent is not None
    world = World(tmp_path, BatchServer(), budget=BudgetPolicy(video=float(spent) * 1.6))
    assert [outcome.state for outcome in world.run()] == ["done", "done"]
    assert "VideoSpent" in world.texts["one"]
    assert world.purse.spent("one").refused > 0
