"""`citenote run --batch` as a person runs it: the notes of an ordinary run at half the price, also after kill -9."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.store.batches import alone
from tests.batch_server import BatchServer, Call, Trouble
from tests.commands import EXAMPLES, arguments, environment, everything, written
from tests.scripted_server import Asked, Behaviour, ScriptedServer

KEY = "sk-planted-7c41f0aa9d"
VIDEOS = (EXAMPLES / "gps-time.en.vtt",)
BATCH = ("run", *VIDEOS, "--model", "scripted", "--batch")


def workspace(folder: Path, url: str) -> Path:
    model = {"base_url": url, "model": "m", "key_env": "PLANTED", "price": {"input": 1, "output": 2}}
    written(folder, json.dumps({"split": {"chunk_tokens": 900}, "models": {"scripted": model}}))
    return folder


class Here:
    """The command in this process, in a folder of its own: most of what a process takes is loading it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def __call__(self, folder: Path, *words: object) -> Result:
        self._patch.chdir(folder)
        return CliRunner().invoke(main, list(map(str, words)))

    def batched(self, folder: Path, *more: str) -> Result:
        return self(folder, *BATCH, *more)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.setenv("PLANTED", KEY)
    return Here(monkeypatch)


def told(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


Ordinary = tuple[dict[str, bytes], float, int]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ordinary]:
    """The vault of a run without batches, its price and its calls."""
    folder = tmp_path_factory.mktemp("ordinary")
    with ScriptedServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTED", KEY)
        done = Here(patch)(workspace(folder, server.url), "run", *VIDEOS, "--model", "scripted", "--json")
        assert done.exit_code == 0, done.stderr
        yield everything(folder / "outputs"), told(done)[0]["cost_usd"], server.calls


def test_the_notes_are_those_of_an_ordinary_run_at_half_the_price(
    tmp_path: Path, ordinary: Ordinary, here: Here
) -> None:
    vault, price, calls = ordinary
    with BatchServer() as server:
        done = here.batched(workspace(tmp_path, server.url), "--json")
        assert done.exit_code == 0, done.stderr
        assert everything(tmp_path / "outputs") == vault
        (row,) = told(done)
        assert row["cost_usd"] == pytest.approx(price / 2, abs=1e-6)
        assert row["tokens"]["calls"] == calls == sum(server.paid.values())
        assert server.calls["create"] == len(server.batches) == 2
        again = here(tmp_path, "run", *VIDEOS, "--model", "scripted", "--json")
        assert [(row["tokens"]["calls"], row["remembered"]) for row in told(again)] == [(0, calls)]


def _trying(asked: Asked) -> Behaviour:
    """A model that is wrong at first: its claims are mended, its bad answers asked for again, in every stage."""
    first = not asked.again
    behaviours: dict[str, Behaviour] = {"outline_draft": "negated", "judge_draft": "partly", "plan_draft": "bad_json"}
    if asked.kind == "outline_draft" and len(asked.core) % 3 == 0:
        return "truncated" if len(asked.core) > 20 else "good"
    if asked.kind == "outline_draft" and len(asked.core) % 3 == 1 and first:
        return "wrong_shape"
    return behaviours.get(asked.kind, "good") if first or asked.kind == "outline_draft" else "good"


def test_repairs_judgements_halves_and_second_tries_are_those_of_an_ordinary_run(tmp_path: Path, here: Here) -> None:
    words = ("run", EXAMPLES / "longitude-lecture.en.vtt", "--model", "scripted", "--judge", "all", "--json")
    (tmp_path / "ordinary").mkdir()
    (tmp_path / "batched").mkdir()
    with ScriptedServer(_trying) as server:
        one = here(workspace(tmp_path / "ordinary", server.url), *words)
        kinds = server.kinds
    with BatchServer(answers=_trying) as batches:
        other = here(workspace(tmp_path / "batched", batches.url), *words, "--batch")
    assert one.exit_code == other.exit_code, other.stderr
    assert everything(tmp_path / "ordinary/outputs") == everything(tmp_path / "batched/outputs")
    assert batches.kinds == kinds
    assert set(batches.paid.values()) == {1}
    assert len(batches.batches) < sum(kinds.values()) / 3
    assert min(kinds[kind] for kind in ("outline_draft", "mend_draft", "judge_draft", "plan_draft")) > 0


def test_a_run_that_does_not_wait_says_so_with_exit_code_3_and_is_gone_on_with(
    tmp_path: Path, ordinary: Ordinary, here: Here
) -> None:
    with BatchServer(looks=2) as server:
        workspace(tmp_path, server.url)
        first = here.batched(tmp_path, "--no-wait")
        assert first.exit_code == 3
        assert "1 not done" in first.stderr
        assert "run the same command again to go on" in first.stderr
        assert "batch batch_0: 2 questions sent" in first.stderr
        assert not list(tmp_path.glob("outputs/*.md"))
        assert here.batched(tmp_path).exit_code == 0
        assert set(server.paid.values()) == {1}
    assert everything(tmp_path / "outputs") == ordinary[0]


@pytest.mark.slow  # begins a process
def test_ctrl_c_ends_the_waiting_and_not_the_batch(tmp_path: Path, ordinary: Ordinary, here: Here) -> None:
    seen: list[Call] = []
    with BatchServer(looks=10**6, heard=lambda call, _: seen.append(call)) as server:
        run = _begun(workspace(tmp_path, server.url))
        _until(lambda: "retrieve" in seen)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
        assert run.returncode == 130, said
        assert "The batches go on at the server" in said
        server.looks = 0
        assert here.batched(tmp_path).exit_code == 0
        assert set(server.paid.values()) == {1}
    assert everything(tmp_path / "outputs") == ordinary[0]


def test_a_second_run_over_the_same_store_is_refused(tmp_path: Path, here: Here) -> None:
    with BatchServer() as server:
        workspace(tmp_path, server.url)
        (tmp_path / ".citenote").mkdir()
        with alone(tmp_path / ".citenote/store.db"):
            done = here.batched(tmp_path)
        assert done.exit_code == 3
        assert "another run in batches" in done.stderr
        assert not server.calls


_SLOW = pytest.mark.slow  # each begins and kills a process
MOMENTS: tuple[Any, ...] = (
    ("create", "after", 0),
    pytest.param(("upload", "before", 0), marks=_SLOW),
    pytest.param(("upload", "after", 1), marks=_SLOW),
    pytest.param(("create", "before", 0), marks=_SLOW),
    pytest.param(("create", "after", 1), marks=_SLOW),
    pytest.param(("retrieve", "after", 1), marks=_SLOW),
    pytest.param(("content", "before", 0), marks=_SLOW),
    pytest.param(("content", "after", 1), marks=_SLOW),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_killed_within_a_call_is_gone_on_with_and_nothing_is_paid_twice(
    tmp_path: Path, ordinary: Ordinary, here: Here, moment: tuple[Call, str, int]
) -> None:
    runs: list[subprocess.Popen[str]] = []
    seen: list[tuple[Call, str]] = []

    def heard(call: Call, when: str) -> None:
        seen.append((call, when))
        if runs and seen.count(moment[:2]) == moment[2] + 1:
            os.kill(runs.pop().pid, signal.SIGKILL)

    with BatchServer(heard=heard) as server:
        run = _begun(workspace(tmp_path, server.url))
        runs.append(run)
        run.communicate(timeout=60)
        assert run.returncode == -signal.SIGKILL
        done = here.batched(tmp_path)
        assert done.exit_code == 0, done.stderr
        assert set(server.paid.values()) == {1}
    assert everything(tmp_path / "outputs") == ordinary[0]


@pytest.mark.slow  # a dozen processes are begun, and most of them killed
def test_a_run_killed_at_random_moments_is_gone_on_with_and_nothing_is_paid_twice(
    tmp_path: Path, ordinary: Ordinary, here: Here
) -> None:
    chance = random.Random(11)
    with BatchServer(looks=2) as server:
        workspace(tmp_path, server.url)
        for _ in range(12):
            run = _begun(tmp_path)
            time.sleep(chance.uniform(0.6, 3.0))
            run.kill()
            run.communicate()
        done = here.batched(tmp_path)
        assert done.exit_code == 0, done.stderr
        assert set(server.paid.values()) == {1}
    assert everything(tmp_path / "outputs") == ordinary[0]


@pytest.mark.parametrize(("trouble", "code", "words"), [("401", 3, "refuses the key"), ("404", 2, "has no batches")])
def test_a_server_that_refuses_ends_the_run_and_the_key_is_nowhere(
    tmp_path: Path, here: Here, trouble: Trouble, code: int, words: str
) -> None:
    with BatchServer(troubles=lambda call, _: trouble if call == "create" else None) as server:
        done = here.batched(workspace(tmp_path, server.url))
        assert done.exit_code == code, done.stderr
        assert words in done.stderr
        assert KEY not in done.output


def test_the_key_goes_into_the_header_and_nowhere_else(tmp_path: Path, here: Here) -> None:
    with BatchServer(
        troubles=lambda _, number: "429" if number == 0 else None,
        line=lambda asked, _: "400" if asked.number == 1 else None,
    ) as server:
        done = here.batched(workspace(tmp_path, server.url))
        assert done.exit_code == 0, done.stderr
        assert {headers["authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
        assert KEY not in server.received
        assert KEY not in str([batch.metadata for batch in server.batches])
    assert KEY not in done.output
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "store.db" for path in kept)
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]


def test_batches_need_a_model_on_a_server(tmp_path: Path, here: Here) -> None:
    done = here(tmp_path, "run", *VIDEOS, "--model", "extractive", "--batch")
    assert done.exit_code == 2
    assert "--batch needs a model" in done.stderr
    assert here(tmp_path, "run", *VIDEOS, "--no-wait").exit_code == 2


def _begun(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        arguments(*BATCH),
        cwd=folder,
        env=environment(PLANTED=KEY),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _until(happened: Callable[[], bool]) -> None:
    for _ in range(600):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError
