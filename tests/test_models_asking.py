"""Asking a model about a whole script, over the real client and a real socket."""

import logging
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline.errors import BadReply, CitenoteError, SettingsError, StopRun, TransientError
from pipeline.models.asking import Asker
from pipeline.models.build import build_model
from pipeline.models.outlining import Outlining
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings, NotesPolicy
from pipeline.stages.propose import numbers_of
from pipeline.store.store import Store
from pipeline.values.draft import ChunkDraft
from pipeline.values.script import Script
from tests.building import script
from tests.scripted_server import Asked, Behaviour, Decide, ScriptedServer
from tests.test_prompts_texts import outline_of

SPOKEN = script(
    *(f"In the year {1800 + i} the keeper number {i} lit the lamp of the tower." for i in range(24)), chunk_tokens=80
)
WHOLE = script(*(f"In the year {1800 + i} the keeper number {i} lit the lamp of the tower." for i in range(24)))
PROMPTS = PromptFolder()


def ignore(_: ChunkDraft) -> None:
    """Nobody watches."""


@contextmanager
def asking(
    server: ScriptedServer, store: Path, spoken: Script = SPOKEN, *, attempts: int = 3, timeout_s: float = 5
) -> Iterator[Outlining]:
    settings = ModelSettings(base_url=server.url, model="small", timeout_s=timeout_s, attempts=attempts)
    with Store(store) as kept, ThreadPoolExecutor(4) as pool:
        model = build_model(settings, kept, environment={}, sleep=lambda _: None)
        yield Asker(model, settings, PROMPTS, pool)(spoken)


def on(kind: str, *behaviours: Behaviour, rest: Behaviour = "good") -> Decide:
    """Behaves so in turn whenever a chunk that begins at line 1, or the plan, is asked about."""
    left = list(behaviours)
    lock = threading.Lock()

    def decide(asked: Asked) -> Behaviour:
        about_it = asked.kind == kind and (kind == "plan_draft" or asked.core[0][0] == 1)
        with lock:
            return (left.pop(0) if left else rest) if about_it else "good"

    return decide


def drafts_with(script: Decide, tmp_path: Path, **options: Any) -> tuple[ScriptedServer, tuple[ChunkDraft, ...]]:
    with ScriptedServer(script=script) as server, asking(server, tmp_path / "s.db", **options) as outlining:
        return server, outlining.draft(ignore)


def lines_of(drafts: tuple[ChunkDraft, ...]) -> list[int]:
    return [c.evidence[0].line for d in drafts for c in d.outline.claims]


def test_every_chunk_is_asked_once_and_kept_in_order(tmp_path: Path) -> None:
    heard: list[int] = []
    with ScriptedServer(delay_s=0.05) as server, asking(server, tmp_path / "s.db") as outlining:
        driver = threading.get_ident()

        def done(draft: ChunkDraft) -> None:
            assert threading.get_ident() == driver
            heard.append(draft.chunk)

        drafts = outlining.draft(done)
        spent = outlining.usage
    count = len(SPOKEN.chunks)
    assert count > 4
    assert [d.chunk for d in drafts] == [c.number for c in SPOKEN.chunks]
    assert sorted(heard) == [d.chunk for d in drafts]
    assert server.calls == spent.calls == count
    assert server.most_at_once > 1, "chunks are asked side by side"
    assert spent == sum((d.usage for d in drafts[1:]), drafts[0].usage)
    assert all(d.failure is None and d.outline.claims for d in drafts)
    assert lines_of(drafts) == sorted(lines_of(drafts))


def test_a_second_run_asks_nothing(tmp_path: Path) -> None:
    with ScriptedServer(script=on("outline_draft", "bad_json")) as server:
        with asking(server, tmp_path / "s.db") as outlining:
            first = outlining.draft(ignore)
        calls = server.calls
        with asking(server, tmp_path / "s.db") as outlining:
            second = outlining.draft(ignore)
            assert outlining.usage.calls == 0
        assert server.calls == calls == len(SPOKEN.chunks) + 1
    assert [d.outline for d in first] == [d.outline for d in second]


@pytest.mark.parametrize(
    "bad",
    ["bad_json", "cut_json", "wrong_shape", "empty", "outside", "context", "loop", "other_language", "copies"],
)
def test_a_bad_reply_is_asked_again_with_the_objection(bad: Behaviour, tmp_path: Path) -> None:
    spoken = SPOKEN if bad != "context" else script(*(line.text for line in SPOKEN.lines), chunk_tokens=80)
    seen: list[Asked] = []

    def decide(asked: Asked) -> Behaviour:
        seen.append(asked)
        return bad if asked.core[0][0] == spoken.chunks[1].first and not asked.again else "good"

    server, drafts = drafts_with(decide, tmp_path)
    assert all(d.failure is None and d.outline.claims for d in drafts)
    assert server.calls == len(SPOKEN.chunks) + 1
    (again,) = [a for a in seen if a.again]
    assert [m["role"] for m in again.body["messages"]] == ["system", "user", "assistant", "user"]
    assert "could not be used" in again.body["messages"][-1]["content"]


def test_asking_again_is_bounded_and_costs_the_others_nothing(tmp_path: Path) -> None:
    server, drafts = drafts_with(on("outline_draft", rest="bad_json"), tmp_path)
    assert server.calls == len(SPOKEN.chunks) + 2
    assert drafts[0].failure is not None
    assert "JSON" in drafts[0].failure
    assert drafts[0].usage.calls == 3
    assert all(d.failure is None for d in drafts[1:])


@pytest.mark.parametrize("replies", [("outside", "bad_json", "wrong_shape"), ("outside", "empty", "refusal")])
def test_the_best_of_persistently_bad_replies_is_kept(replies: tuple[Behaviour, ...], tmp_path: Path) -> None:
    server, drafts = drafts_with(on("outline_draft", *replies), tmp_path)
    assert server.calls == len(SPOKEN.chunks) + 2
    assert drafts[0].failure is None
    assert min(lines_of(drafts[:1])) > 10_000, "verification will say what these are worth"


def test_the_good_claims_of_a_partly_good_reply_are_kept(tmp_path: Path) -> None:
    server, drafts = drafts_with(on("outline_draft", "partly"), tmp_path)
    assert server.calls == len(SPOKEN.chunks)
    assert 0 < len(drafts[0].outline.claims) < len(drafts[1].outline.claims)


LONG = script(*(f"In the year {1800 + i} the keeper number {i} lit the lamp of the tower." for i in range(60)))


@pytest.mark.parametrize(
    ("bad", "calls", "told"),
    [
        ("loop", 9, "repeated itself"),
        ("repeats", 9, "repeated itself"),
        ("other_language", 3, "another language"),
        ("copies", 3, "repeated the instructions"),
    ],
)
def test_an_answer_that_is_bad_as_a_whole_costs_a_bounded_number_of_calls(
    bad: Behaviour, calls: int, told: str, tmp_path: Path
) -> None:
    server, (draft,) = drafts_with(lambda _: bad, tmp_path, spoken=LONG)
    assert server.calls == calls
    assert told in str(draft.failure)
    assert draft.unread
    texts = [claim.text for claim in draft.outline.claims]
    assert len(texts) == len(set(texts))
    assert not [text for text in texts if "keeper" not in text]


@pytest.mark.parametrize(
    ("fault", "told"), [("refusal", "refused"), ("filter", "filter"), ("filtered_prompt", "filter")]
)
def test_a_refused_chunk_is_recorded_and_not_asked_again(fault: Behaviour, told: str, tmp_path: Path) -> None:
    server, drafts = drafts_with(on("outline_draft", rest=fault), tmp_path)
    assert server.calls == len(SPOKEN.chunks)
    assert told in str(drafts[0].failure)
    assert all(d.failure is None for d in drafts[1:])


@pytest.mark.parametrize("fault", ["truncated", "too_long"])
def test_a_truncated_chunk_is_asked_in_halves(fault: Behaviour, tmp_path: Path) -> None:
    server, drafts = drafts_with(on("outline_draft", fault), tmp_path)
    assert server.calls == len(SPOKEN.chunks) + 2
    assert drafts[0].failure is None
    first = SPOKEN.chunks[0]
    assert lines_of(drafts[:1]) == list(range(first.first, first.last + 1))


def test_halving_ends(tmp_path: Path) -> None:
    with ScriptedServer(script=lambda _: "truncated") as server, asking(server, tmp_path / "s.db", WHOLE) as outlining:
        (draft,) = outlining.draft(ignore)
    assert server.calls == 15
    assert "0:00:12 to 0:00:24: the answer was cut off" in str(draft.failure)
    cited = set(lines_of((draft,)))
    unread = {line for u in draft.unread for line in range(u.first, u.last + 1)}
    assert cited
    assert unread
    assert cited | unread == set(range(1, 25)), "what was read before an answer broke off is kept"


def test_half_a_chunk_is_better_than_none(tmp_path: Path) -> None:
    def decide(asked: Asked) -> Behaviour:
        if len(asked.core) == len(WHOLE.lines):
            return "truncated"
        return "refusal" if asked.core[0][0] == 1 else "good"

    with ScriptedServer(script=decide) as server, asking(server, tmp_path / "s.db", WHOLE) as outlining:
        (draft,) = outlining.draft(ignore)
    assert str(draft.failure).startswith("0:00:00 to 0:00:48: the model refused")
    (unread,) = draft.unread
    assert (unread.last, unread.reason) == (12, "the model refused")
    kept = lines_of((draft,))
    assert [n for n in kept if n <= 12] == list(range(1, unread.first))
    assert 13 in kept


@pytest.mark.parametrize(
    "fault", ["rate_limited", "overloaded", "error", "drop", "hang", "cut_body", "not_json_http", "bad_utf8"]
)
def test_transient_faults_pass(fault: Behaviour, tmp_path: Path) -> None:
    server, drafts = drafts_with(on("outline_draft", fault, fault), tmp_path, timeout_s=0.3 if fault == "hang" else 5)
    assert server.calls == len(SPOKEN.chunks) + 2
    assert all(d.failure is None and d.outline.claims for d in drafts)


def test_a_chunk_that_cannot_be_had_costs_only_itself_and_is_asked_for_next_time(tmp_path: Path) -> None:
    with ScriptedServer(script=on("outline_draft", "error", "error", "error")) as server:
        with asking(server, tmp_path / "s.db") as outlining:
            drafts = outlining.draft(ignore)
        assert drafts[0].failure == "the server gave no answer"
        assert all(d.failure is None for d in drafts[1:])
        calls = server.calls
        with asking(server, tmp_path / "s.db") as outlining:
            assert all(d.failure is None for d in outlining.draft(ignore))
        assert server.calls == calls + 1


@pytest.mark.parametrize(
    ("fault", "kind"), [("error", TransientError), ("drop", TransientError), ("rejected", BadReply)]
)
def test_no_reply_at_all_is_an_error(fault: Behaviour, kind: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(kind):
        drafts_with(lambda _: fault, tmp_path)


@pytest.mark.parametrize("behaviour", get_args(Behaviour))
def test_no_behaviour_of_a_server_ends_in_anything_but_drafts_or_an_error_of_ours(
    behaviour: Behaviour, tmp_path: Path
) -> None:
    try:
        _, drafts = drafts_with(lambda _: behaviour, tmp_path, spoken=WHOLE, timeout_s=0.2, attempts=1)
    except (TransientError, StopRun, SettingsError, BadReply):
        return
    assert [d.chunk for d in drafts] == [1]
    assert drafts[0].outline.claims or drafts[0].failure


def test_refusing_everything_loses_no_video(tmp_path: Path) -> None:
    _, drafts = drafts_with(lambda _: "refusal", tmp_path)
    assert all(d.failure for d in drafts)


@pytest.mark.parametrize(("fault", "kind"), [("bad_key", StopRun), ("no_credit", StopRun), ("no_model", SettingsError)])
def test_what_concerns_the_run_stops_it(fault: Behaviour, kind: type[Exception], tmp_path: Path) -> None:
    with ScriptedServer(script=lambda _: fault, delay_s=0.02) as server:
        with asking(server, tmp_path / "s.db") as outlining, pytest.raises(kind):
            outlining.draft(ignore)
        assert server.calls <= 8, "what was not begun is not begun any more"


def test_a_pool_that_is_closed_ends_the_waiting(tmp_path: Path) -> None:
    release = threading.Event()

    def decide(asked: Asked) -> Behaviour:  # noqa: ARG001 - the interface
        release.wait(10)
        return "good"

    with ScriptedServer(script=decide) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, model="small")
        model = build_model(settings, store, environment={})
        pool = ThreadPoolExecutor(1)

        def close() -> None:
            pool.shutdown(wait=False, cancel_futures=True)
            release.set()

        threading.Timer(0.2, close).start()
        with pytest.raises(CancelledError):
            Asker(model, settings, PROMPTS, pool)(SPOKEN).draft(ignore)
        pool.shutdown()
        assert server.calls == 1


RUN = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pipeline.models.asking import Asker
from pipeline.models.build import build_model
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings
from pipeline.store.store import Store
from pipeline.values.script import Script
settings = ModelSettings(base_url=sys.argv[1], model="small")
with Store(Path(sys.argv[2])) as store, ThreadPoolExecutor(2) as pool:
    asker = Asker(build_model(settings, store, environment={}), settings, PromptFolder(), pool)
    asker(Script.model_validate_json(sys.stdin.read())).draft(lambda draft: None)
"""


def test_a_killed_run_is_resumed_with_exactly_the_missing_calls(tmp_path: Path) -> None:
    enough = threading.Event()

    def decide(asked: Asked) -> Behaviour:
        if asked.number == 4:
            enough.set()
        return "good"

    with ScriptedServer(script=decide, delay_s=0.05) as server:
        command = [sys.executable, "-c", RUN, server.url, str(tmp_path / "s.db")]
        running = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdin=subprocess.PIPE)
        with running:
            assert running.stdin is not None
            running.stdin.write(SPOKEN.model_dump_json().encode())
            running.stdin.close()
            assert enough.wait(60)
            running.kill()
        while server.at_once:
            time.sleep(0.01)
        connection = sqlite3.connect(tmp_path / "s.db")
        (stored,) = connection.execute("SELECT count(*) FROM replies").fetchone()
        connection.close()
        assert 0 < stored < len(SPOKEN.chunks)
        before = server.calls
        with asking(server, tmp_path / "s.db") as outlining:
            resumed = outlining.draft(ignore)
        assert server.calls - before == len(SPOKEN.chunks) - stored
        with asking(server, tmp_path / "other.db") as outlining:
            undisturbed = outlining.draft(ignore)
    assert [d.outline for d in resumed] == [d.outline for d in undisturbed]


@pytest.mark.parametrize("fault", ["good", "rejected", "error", "bad_key", "refusal"])
def test_the_key_is_told_to_nobody_but_the_server(
    fault: Behaviour, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = "sk-planted-0123456789"
    told = ""
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(script=lambda _: fault) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, model="small", attempts=2, key_env="OPENAI_API_KEY")
        model = build_model(settings, store, environment={"OPENAI_API_KEY": key}, sleep=lambda _: None)
        with ThreadPoolExecutor(2) as pool:
            try:
                told = repr(Asker(model, settings, PROMPTS, pool)(SPOKEN).draft(ignore))
            except CitenoteError as error:
                told = "".join(traceback.format_exception(error))
        assert server.asked[0].headers["authorization"] == f"Bearer {key}"
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert key not in told
    assert key not in caplog.text
    assert key.encode() not in stored


CLAIMS = outline_of(*(f"Keeper number {i} lit the lamp of the tower." for i in range(1, 25)))


def test_a_plan(tmp_path: Path) -> None:
    with ScriptedServer() as server, asking(server, tmp_path / "s.db") as outlining:
        plan = outlining.plan(CLAIMS)
        assert outlining.usage.calls == 1
    placed = [s.claim for n in plan.notes for p in (n.lead, *(p for s in n.sections for p in s.paragraphs)) for s in p]
    assert sorted(placed) == list(range(1, 25))
    assert server.kinds == {"plan_draft": 1}


@pytest.mark.parametrize("bad", ["bad_json", "cut_json", "wrong_shape", "empty"])
def test_a_bad_plan_is_asked_for_again(bad: Behaviour, tmp_path: Path) -> None:
    with ScriptedServer(script=[bad, bad]) as server, asking(server, tmp_path / "s.db") as outlining:
        assert outlining.plan(CLAIMS).notes
    assert [a.again for a in server.asked] == [0, 1, 2]


@pytest.mark.parametrize(
    ("fault", "calls"),
    [("bad_json", 3), ("refusal", 1), ("filter", 1), ("too_long", 7), ("rejected", 1), ("error", 3)],
)
def test_no_plan_to_be_had(fault: Behaviour, calls: int, tmp_path: Path) -> None:
    with (
        ScriptedServer(script=lambda _: fault) as server,
        asking(server, tmp_path / "s.db") as outlining,
        pytest.raises(BadReply),
    ):
        outlining.plan(CLAIMS)
    assert server.calls == calls


def test_the_good_notes_of_a_partly_good_plan(tmp_path: Path) -> None:
    with ScriptedServer(script=lambda _: "partly") as server, asking(server, tmp_path / "s.db") as outlining:
        assert len(outlining.plan(CLAIMS).notes) == 1
    assert server.calls == 1, "half of the claims are placed, the others find a place by rule"


def test_a_plan_that_is_good_in_part_is_better_than_none(tmp_path: Path) -> None:
    many = outline_of(*(f"Keeper number {i} lit the lamp of the tower." for i in range(1, 37)))
    script: list[Behaviour] = ["mostly_bad", "bad_json", "truncated"]
    with ScriptedServer(script=script) as server, asking(server, tmp_path / "s.db") as outlining:
        plan = outlining.plan(many)
    assert len(plan.notes) == 1
    assert server.calls == 3


def test_a_plan_that_is_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    many = outline_of(*(f"Keeper number {i} lit the lamp of the tower." for i in range(1, 61)))
    with ScriptedServer(script=["truncated"]) as server, asking(server, tmp_path / "s.db") as outlining:
        plan = outlining.plan(many)
    placed = [n for note in plan.notes for n in numbers_of(note)]
    assert sorted(placed) == list(range(1, 61))
    asked = [a.question.count("Keeper number") for a in server.asked]
    assert len(asked) == 2
    assert asked[0] == 60 > asked[1] > 30


def test_a_plan_whose_question_is_too_long_is_asked_for_in_halves(tmp_path: Path) -> None:
    with ScriptedServer(script=["too_long"]) as server, asking(server, tmp_path / "s.db") as outlining:
        plan = outlining.plan(CLAIMS)
    assert server.calls == 3
    assert sorted(n for note in plan.notes for n in numbers_of(note)) == list(range(1, 25))


def test_nothing_to_arrange_is_not_asked_about(tmp_path: Path) -> None:
    nothing = CLAIMS.model_copy(update={"claims": ()})
    with (
        ScriptedServer() as server,
        asking(server, tmp_path / "s.db") as outlining,
        pytest.raises(BadReply, match="no claim"),
    ):
        outlining.plan(nothing)
    assert server.calls == 0


def test_doubtful_claims_are_planned_only_if_they_are_shown(tmp_path: Path) -> None:
    doubtful = CLAIMS.claims[0].check.model_copy(update={"verdict": "partial"})
    first = CLAIMS.claims[0].model_copy(update={"check": doubtful})
    outline = CLAIMS.model_copy(update={"claims": (first, *CLAIMS.claims[1:])})
    with ScriptedServer() as server, Store(tmp_path / "s.db") as store, ThreadPoolExecutor(1) as pool:
        settings = ModelSettings(base_url=server.url, model="small")
        model = build_model(settings, store, environment={})
        for policy in (NotesPolicy(), NotesPolicy(doubtful="drop")):
            Asker(model, settings, PROMPTS, pool, policy)(SPOKEN).plan(outline)
    assert ["\n1: Keeper" in a.question for a in server.asked] == [True, False]
