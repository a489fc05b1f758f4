"""Money, end to end: what is told before, what is spent, and what stops a run, over a server on the loopback."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.commands import EXAMPLES, arguments, environment, everything, pages, written
from tests.commands import citenote as apart
from tests.scripted_server import Asked, Behaviour, ScriptedServer

TALK = EXAMPLES / "chronometer-interview.en.srt"
OTHER = EXAMPLES / "gps-time.en.vtt"
PRICE = {"input": 1, "cached": 0.1, "output": 4}
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def workspace(folder: Path, server: ScriptedServer, *, price: dict[str, float] | None = PRICE, **more: Any) -> None:
    model = {"base_url": server.url, "model": "m", "price": price, "max_output_tokens": 300} | more.pop("model", {})
    settings = {"split": {"chunk_tokens": 280}, "models": {"scripted": model}} | more
    written(folder, json.dumps(settings))


def citenote(*words: object, folder: Path) -> Result:
    """One command in this process: what it does is the same, and nothing need be imported anew."""
    environ = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None}
    with contextlib.chdir(folder):
        done = CliRunner(env=environ).invoke(main, [*map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def rows(done: Result) -> list[dict[str, Any]]:
    """The objects that `run --json` printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def spent(folder: Path) -> dict[str, tuple[int, float]]:
    """Calls and dollars by their state in the store."""
    with sqlite3.connect(folder / ".citenote/store.db") as connection:
        query = "SELECT state, count(*), sum(cost) / 1e12 FROM spending GROUP BY state"
        found = {state: (calls, cost) for state, calls, cost in connection.execute(query)}
    connection.close()
    return found


def test_the_cost_is_told_kept_and_never_stands_on_a_page(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server)
        told = citenote("run", TALK, folder=tmp_path)
        vault = everything(tmp_path / "outputs")
        (again,) = rows(citenote("run", TALK, "--json", folder=tmp_path))
        assert everything(tmp_path / "outputs") == vault
        (fresh,) = rows(citenote("run", TALK, "--fresh", "--json", folder=tmp_path))
        assert server.calls == spent(tmp_path)["answered"][0]
    assert told.exit_code == 0, told.stderr
    calls = server.calls // 2
    assert (again["cost_usd"], again["remembered"], again["tokens"]["calls"]) == (0, calls, 0)
    assert fresh["cost_usd"] == pytest.approx(spent(tmp_path)["answered"][1] / 2, abs=1e-6)
    assert f"cost      ${fresh['cost_usd']:.4f}" in told.stderr
    assert "so far)" in told.stderr
    used = fresh["tokens"]
    paid = (used["prompt"] - used["cached"]) * 1 + used["cached"] * 0.1 + used["completion"] * 4
    assert fresh["cost_usd"] == pytest.approx(paid / 1e6, abs=1e-6)


def test_the_summary_tells_what_was_remembered(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server)
        citenote("run", TALK, folder=tmp_path)
        told = citenote("run", TALK, folder=tmp_path).stderr
    assert f"cost      $0.0000; {server.calls} of {server.calls} answers were remembered and cost nothing" in told


def test_a_price_that_nobody_knows_is_said(tmp_path: Path) -> None:
    """A server that is not on this machine, as far as its address tells: the loopback has other names."""
    with ScriptedServer() as server:
        address = server.url.replace("127.0.0.1", "0.0.0.0")
        workspace(tmp_path, server, price=None, model={"base_url": address})
        dry = apart("run", TALK, "--dry-run", folder=tmp_path).stdout
        told = apart("run", TALK, folder=tmp_path).stderr
        again = json.loads(apart("run", TALK, "--fresh", "--json", folder=tmp_path).stdout)
        calls = server.calls
        workspace(tmp_path, server, price=None, model={"base_url": address}, budget={"run": 1})
        refused = apart("run", TALK, "--fresh", folder=tmp_path)
        assert server.calls == calls > 0
    assert "an unknown price" in dry
    assert "cost      unknown: no price is known for scripted/m (set models.NAME.price)" in told
    assert again["cost_usd"] is None
    assert refused.returncode == 2
    assert "models.scripted.price" in refused.stderr


@pytest.mark.parametrize("cap", ["run", "day"])
def test_a_cap_in_the_middle_is_never_passed_and_the_next_run_goes_on(tmp_path: Path, cap: str) -> None:
    with ScriptedServer(delay_s=0.3) as server:
        workspace(tmp_path, server, budget={cap: 0.018})
        stopped = citenote("run", TALK, OTHER, folder=tmp_path)
        asked = server.calls
        assert server.most_at_once > 2
        assert stopped.exit_code == 3, stopped.stderr
        assert f"budget.{cap} is $0.018" in stopped.stderr
        assert "cost      $0.0" in stopped.stderr, "what was spent is told although nothing was made"
        assert spent(tmp_path)["answered"][1] <= 0.018
        assert 1 < spent(tmp_path)["answered"][0] == asked
        assert set(spent(tmp_path)) == {"answered"}, "what is in flight finishes and is kept"
        workspace(tmp_path, server)
        done = citenote("run", TALK, OTHER, "--json", folder=tmp_path)
    found = rows(done)
    assert (done.exit_code, sum(row["remembered"] for row in found)) == (0, asked)
    assert sum(row["tokens"]["calls"] for row in found) == server.calls - asked
    questions = Counter(json.dumps(a.body["messages"]) for a in server.asked)
    assert set(questions.values()) == {1}, "nothing is paid for twice"


def test_a_run_that_is_continued_again_and_again_ends(tmp_path: Path) -> None:
    codes: list[int] = []
    with ScriptedServer() as server:
        workspace(tmp_path, server, budget={"run": 0.009})
        while not codes or codes[-1] == 3:
            codes.append(citenote("run", TALK, OTHER, folder=tmp_path).exit_code)
            assert len(codes) < 12
        questions = Counter(json.dumps(a.body["messages"]) for a in server.asked)
    assert codes[-1] == 0
    assert len(codes) > 1
    assert set(questions.values()) == {1}


def test_two_runs_at_once_keep_the_cap_of_the_day(tmp_path: Path) -> None:
    with ScriptedServer(delay_s=0.05) as server:
        workspace(tmp_path, server, budget={"day": 0.018})
        runs = [
            subprocess.Popen(
                arguments("run", talk, "--fresh", "--out", f"notes-{number}"),
                cwd=tmp_path,
                env=environment(),
                stderr=subprocess.PIPE,
                text=True,
            )
            for number, talk in enumerate((TALK, TALK))
        ]
        told = [process.communicate(timeout=120)[1] for process in runs]
    assert {process.returncode for process in runs} & {3}, told
    assert spent(tmp_path)["answered"][1] <= 0.018
    assert spent(tmp_path)["answered"][0] == server.calls


def test_a_video_over_its_budget_ends_with_what_it_has_and_can_be_completed(tmp_path: Path) -> None:
    with ScriptedServer(delay_s=0.05) as server:
        workspace(tmp_path, server, budget={"video": 0.0085})
        cut = citenote("run", TALK, "--json", folder=tmp_path)
        text = "\n".join(pages(tmp_path / "outputs").values())
        vault, calls = everything(tmp_path / "outputs"), server.calls
        outlined = server.kinds["outline_draft"]
        again = citenote("run", TALK, "--json", folder=tmp_path)
        assert (server.calls, everything(tmp_path / "outputs")) == (calls, vault), "a rerun asks and changes nothing"
        workspace(tmp_path, server, budget={"video": 1})
        whole = citenote("run", TALK, "--json", folder=tmp_path)
    (first,), (second,), (last,) = rows(cut), rows(again), rows(whole)
    assert (cut.exit_code, again.exit_code, whole.exit_code) == (1, 1, 0)
    assert (first["state"], second["state"], last["state"]) == ("done", "done", "done")
    assert 0 < first["cost_usd"] <= 0.0085
    assert 0 < first["coverage"]["read"] < 1 == last["coverage"]["read"]
    assert "budget.video ($0.0085) is spent" in first["warnings"][0]
    assert "the budget of this video was spent" in text
    assert (last["warnings"], last["remembered"]) == ([], outlined)


def test_a_video_whose_budget_covers_no_question_fails_and_says_how_much_it_takes(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, budget={"video": 0.001})
        done = citenote("run", TALK, folder=tmp_path)
        assert server.calls == 0
    assert done.exit_code == 1
    assert "budget.video is $0.001" in done.stderr
    assert "can cost up to $0.0" in done.stderr


def test_a_judge_is_paid_from_the_same_budget(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, citations={"judge": "all"})
        (row,) = rows(citenote("run", OTHER, "--json", folder=tmp_path))
        with sqlite3.connect(tmp_path / ".citenote/store.db") as connection:
            stages = dict(connection.execute("SELECT stage, sum(cost) / 1e12 FROM spending GROUP BY stage"))
        connection.close()
        assert set(stages) == {"outline", "judge", "plan"}
        assert row["cost_usd"] == pytest.approx(sum(stages.values()), abs=1e-6)
        workspace(tmp_path, server, citations={"judge": "all"}, budget={"run": stages["outline"] + 0.005})
        stopped = citenote("run", OTHER, "--fresh", folder=tmp_path)
        judged = server.kinds["judge_draft"]
    assert stopped.exit_code == 3, stopped.stderr
    assert judged < 2 * server.kinds["outline_draft"], "it was the judge that was stopped"


def test_a_killed_run_is_gone_on_with_and_each_answer_is_paid_once(tmp_path: Path) -> None:
    with ScriptedServer(delay_s=0.2) as server:
        workspace(tmp_path, server, model={"concurrency": 2})
        process = subprocess.Popen(arguments("run", TALK), cwd=tmp_path, env=environment(), stderr=subprocess.DEVNULL)
        store = tmp_path / ".citenote/store.db"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (store.is_file() and server.calls >= 4):
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        before = spent(tmp_path)
        done = citenote("run", TALK, "--json", folder=tmp_path)
        after = spent(tmp_path)
        (row,) = rows(done)
    with sqlite3.connect(store) as connection:
        (replies,) = connection.execute("SELECT count(*) FROM replies").fetchone()
        (keys,) = connection.execute("SELECT count(DISTINCT key) FROM spending WHERE state = 'answered'").fetchone()
    connection.close()
    assert before["open"][0] in {1, 2}, "what was in flight is not forgotten: it may be billed"
    assert after["open"] == before["open"]
    assert after["answered"][0] - before["answered"][0] == row["tokens"]["calls"]
    assert keys == replies
    assert after["answered"][0] - keys <= 2, "an answer that was paid but not stored yet is paid again, no other"
    assert after["answered"][0] + after["open"][0] == server.calls


def test_an_answer_lost_on_its_way_may_be_billed_and_one_that_was_refused_is_not(tmp_path: Path) -> None:
    def decide(asked: Asked) -> Behaviour:
        return ("rate_limited", "error", "hang", "cut_body", "good")[min(asked.number, 4)]

    with ScriptedServer(decide) as server:
        workspace(tmp_path, server, model={"concurrency": 1, "timeout_s": 1})
        done = citenote("run", OTHER, folder=tmp_path)
    assert done.exit_code == 0, done.stderr
    assert spent(tmp_path)["lost"][0] == 2
    assert spent(tmp_path)["answered"][0] == server.calls - 4


# before anything is paid


def _talks() -> list[list[Path]]:
    real = ["3b1b__aircAruvnKk__de__manual.srt", "lexicap__oCkkjnpS2f8-large__en__whisper.vtt"]
    return [[EXAMPLES], *([CORPUS / name] for name in real)]


@pytest.mark.parametrize("talks", _talks(), ids=lambda talks: talks[0].name)
def test_the_dry_run_is_within_a_tenth_of_what_is_then_paid(tmp_path: Path, talks: list[Path]) -> None:
    if not all(talk.exists() for talk in talks):
        pytest.skip("the talks do not travel with the project")
    with ScriptedServer(delay_s=0.02, caching=True) as server:
        model = {
            "scripted": {"base_url": server.url, "model": "m", "price": {"input": 0.25, "cached": 0.025, "output": 2}}
        }
        written(tmp_path, json.dumps({"models": model}))
        dry = rows(citenote("run", *talks, "--dry-run", "--json", folder=tmp_path))
        assert server.calls == 0
        found = rows(citenote("run", *talks, "--json", folder=tmp_path))
        mended = server.kinds["mend_draft"]
        after = rows(citenote("run", *talks, "--dry-run", "--json", folder=tmp_path))
    expected = {name: sum(row["total"][name] for row in dry) for name in dry[0]["total"]}
    used = {name: sum(row["tokens"][name] for row in found) for name in found[0]["tokens"]}
    assert expected["calls"] == server.calls - mended
    assert expected["prompt_tokens"] == pytest.approx(used["prompt"], rel=0.1)
    assert expected["completion_tokens"] == pytest.approx(used["completion"], rel=0.1)
    assert expected["cost_usd"] == pytest.approx(sum(row["cost_usd"] for row in found), rel=0.1)
    assert all(row["total"]["calls"] == 0 < row["total"]["remembered"] for row in after)


def test_what_is_remembered_is_subtracted_and_said(tmp_path: Path) -> None:
    with ScriptedServer(delay_s=0.02) as server:
        workspace(tmp_path, server, budget={"run": 0.018})
        citenote("run", TALK, folder=tmp_path)
        known = server.calls
        (row,) = rows(citenote("run", TALK, "--dry-run", "--json", folder=tmp_path))
        (fresh,) = rows(citenote("run", TALK, "--fresh", "--dry-run", "--json", folder=tmp_path))
        told = citenote("run", TALK, "--dry-run", folder=tmp_path).stdout
        assert server.calls == known
        workspace(tmp_path, server)
        citenote("run", TALK, folder=tmp_path)
    assert (row["total"]["remembered"], row["total"]["calls"]) == (known, server.calls - known)
    assert (fresh["total"]["remembered"], fresh["total"]["calls"]) == (0, server.calls)
    assert f"{known} of {server.calls} answers are remembered and cost nothing" in told


def test_a_dry_run_tells_which_cap_would_be_reached(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, budget={"run": 0.001, "day": 100, "video": 0.002})
        told = citenote("run", TALK, "--dry-run", folder=tmp_path).stdout
    assert "budget.run ($0.001) would stop the run before its end" in told
    assert "budget.video ($0.002) would cut short 1 of 1 videos" in told
    assert "budget.day" not in told


def test_a_dry_run_learns_from_what_answers_took(tmp_path: Path) -> None:
    """A model that thinks at length answers in three times the tokens: the next estimate knows."""
    for name in ("one", "two"):
        shutil.copy(TALK, tmp_path / f"{name}.en.vtt")
    with ScriptedServer() as server:
        workspace(tmp_path, server, split={"chunk_tokens": 150})
        (before,) = rows(citenote("run", "two.en.vtt", "--dry-run", "--json", folder=tmp_path))
        citenote("run", "one.en.vtt", folder=tmp_path)
        with sqlite3.connect(tmp_path / ".citenote/store.db") as connection:
            connection.execute("UPDATE spending SET completion_tokens = 3 * completion_tokens")
        connection.close()
        (after,) = rows(citenote("run", "two.en.vtt", "--dry-run", "--json", folder=tmp_path))
    outline, learnt = before["stages"]["outline"], after["stages"]["outline"]
    assert outline["calls"] >= 10, "fewer tell nothing"
    assert learnt["completion_tokens"] == pytest.approx(3 * outline["completion_tokens"], rel=0.15)
    assert after["stages"]["plan"] == before["stages"]["plan"], "one answer is no habit"
