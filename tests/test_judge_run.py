"""Runs with a judge: what is asked, what stands on the pages and in the proof, what it costs, what goes wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SettingsError
from pipeline.models.choosing import choose_all, choose_judge
from pipeline.settings import CitationPolicy, ModelSettings, Settings
from pipeline.values.outline import GOOD
from tests.commands import EXAMPLES, citenote, everything, pages, rows, written
from tests.scripted_judge import ScriptedJudge, items_of
from tests.scripted_server import Asked, Behaviour, ScriptedServer
from tests.token_counting import prompt_of, tokens

LECTURE = EXAMPLES / "longitude-lecture.en.vtt"
TALK = "talk.en.vtt"
_CUES = 60  # of the lecture: enough for two chunks and several requests


def workspace(folder: Path, server: ScriptedServer, judge: str, **settings: Any) -> None:
    citations = {"judge": judge, **settings.pop("citations", {})}
    models = {"scripted": {"base_url": server.url, "model": "m", "timeout_s": 20, "attempts": 2}}
    blocks = LECTURE.read_text(encoding="utf-8").split("\n\n")
    written(folder, "\n\n".join(blocks[: _CUES + 1]) + "\n", TALK)
    written(folder, json.dumps({"split": {"chunk_tokens": 500}, "citations": citations, "models": models, **settings}))


def proof(folder: Path) -> dict[str, Any]:
    (path,) = (folder / "outputs/.citenote/proofs").glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def video_page(folder: Path) -> str:
    return next(text for text in pages(folder / "outputs").values() if "kind: video" in text)


def test_an_honest_judge_verifies_what_can_stand_on_a_page(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, "all")
        done = citenote("run", TALK, folder=tmp_path)
        judged, calls = server.kinds["judge_draft"], server.calls
        before = everything(tmp_path / "outputs")
        again = citenote("run", TALK, "--json", folder=tmp_path)
        assert server.calls == calls, "opinions are remembered"
    (row,) = rows(again)
    assert done.returncode == again.returncode == 0, done.stderr
    assert "judge: scripted/m (it outlines too)" in done.stderr
    assert row["verified"] > 10
    assert 2 <= judged <= 2 * -(-row["claims"] // 5)
    assert everything(tmp_path / "outputs") == before
    assert "- Judged by: scripted/m\n" in video_page(tmp_path)
    assert proof(tmp_path)["judge"] == "scripted/m"
    assert {p["name"] for p in proof(tmp_path)["prompts"]} >= {"judge.system.j2", "judge.user.j2", "outline.system.j2"}
    verified = [c for c in proof(tmp_path)["claims"] if c["check"]["verdict"] == "verified"]
    said = " ".join(segment[2] for segment in proof(tmp_path)["segments"])
    assert all(words in said for c in verified for words in c["check"]["words"]), "the transcript's own words"
    assert citenote("check", "outputs", folder=tmp_path).returncode == 0


def test_nothing_is_asked_and_nothing_is_told_of_a_judge_without_one(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, "none", citations={"judge_model": "nobody"})
        done = citenote("run", TALK, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert server.kinds["judge_draft"] == 0
    assert "judge" not in done.stderr
    assert "Judged" not in video_page(tmp_path)
    assert "judge" not in proof(tmp_path)
    assert not any("judge" in p["name"] for p in proof(tmp_path)["prompts"])


def test_claims_are_judged_by_a_second_server_while_the_embedded_outliner_drafts(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, "all", model="extractive", citations={"judge_model": "scripted/large"})
        done = citenote("run", TALK, "--json", folder=tmp_path)
        assert set(server.kinds) == {"judge_draft"}
        assert {asked.body["model"] for asked in server.asked} == {"large"}
    (row,) = rows(done)
    assert done.returncode == 0, done.stderr
    assert row["verified"] > 5
    assert row["tokens"]["calls"] == server.calls
    assert {p["name"] for p in proof(tmp_path)["prompts"]} == {"judge.system.j2", "judge.user.j2", "again.user.j2"}


def test_doubtful_asks_about_less_than_all(tmp_path: Path) -> None:
    asked: dict[str, int] = {}
    for mode in ("doubtful", "all"):
        folder = tmp_path / mode
        folder.mkdir()
        with ScriptedServer(lambda a: "negated" if a.kind == "outline_draft" and a.number % 2 else "good") as server:
            workspace(folder, server, mode, citations={"repair": False})
            assert citenote("run", TALK, folder=folder).returncode in {0, 1}
            asked[mode] = sum(len(items_of(a.question)) for a in server.asked if a.kind == "judge_draft")
    assert 0 < asked["doubtful"] < asked["all"]


@pytest.mark.parametrize("judge", [ScriptedJudge("first"), ScriptedJudge("inventing")])
def test_a_judge_with_a_habit_changes_no_claim(judge: ScriptedJudge, tmp_path: Path) -> None:
    with ScriptedServer(judge=judge) as server:
        workspace(tmp_path, server, "all")
        done = citenote("run", TALK, "--json", folder=tmp_path)
    (row,) = rows(done)
    assert done.returncode == 0, done.stderr
    assert row["verified"] == 0
    assert not [c for c in proof(tmp_path)["claims"] if c["check"]["tier"] == "judge"]


@pytest.mark.parametrize("behaviour", ["bad_json", "truncated", "rejected"])
def test_a_judge_that_fails_costs_no_claim_and_is_not_named(behaviour: Behaviour, tmp_path: Path) -> None:
    with ScriptedServer(lambda asked: behaviour if asked.kind == "judge_draft" else "good") as server:
        workspace(tmp_path, server, "all")
        done = citenote("run", TALK, "--json", folder=tmp_path)
    (row,) = rows(done)
    assert done.returncode == 0, done.stderr
    assert row["verified"] == 0
    assert row["supported"] + row["quoted"] > 10
    assert "Judged" not in video_page(tmp_path)


def test_a_judge_without_credit_stops_the_run(tmp_path: Path) -> None:
    with ScriptedServer(lambda asked: "no_credit" if asked.kind == "judge_draft" else "good") as server:
        workspace(tmp_path, server, "all")
        assert citenote("run", TALK, folder=tmp_path).returncode == 3


def test_a_lying_model_and_a_judge_that_lies_every_fifth_time_let_no_changed_number_through(tmp_path: Path) -> None:
    def decide(asked: Asked) -> Behaviour:
        return "numbers" if asked.kind == "outline_draft" and asked.number % 2 else "good"

    with ScriptedServer(decide, judge=ScriptedJudge(lies=0.2, seed=1)) as server:
        workspace(tmp_path, server, "all", citations={"repair": False})
        done = citenote("run", TALK, "--json", folder=tmp_path)
    good = [c for c in proof(tmp_path)["claims"] if c["check"]["verdict"] in GOOD]
    assert done.returncode in {0, 1}, done.stderr
    assert len(good) > 3
    assert not [c["text"] for c in good if "1847" in c["text"]]
    assert "in 1847" not in "\n".join(pages(tmp_path / "outputs").values())


def test_the_dry_run_tells_at_most_what_judging_takes(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, "all")
        dry = citenote("run", TALK, "--dry-run", folder=tmp_path)
        assert server.calls == 0
        (told,) = rows(citenote("run", TALK, "--dry-run", "--json", folder=tmp_path))
        citenote("run", TALK, folder=tmp_path)
        judging = [asked for asked in server.asked if asked.kind == "judge_draft"]
    expected, most = told["stages"]["judge"], told["judging_most"]
    assert "judging, which is in it:" in dry.stdout
    assert expected["calls"] == len(judging) <= most["calls"]
    sent = sum(tokens(prompt_of(asked.body)) for asked in judging)
    assert 0.9 * sent < expected["prompt_tokens"] < 1.1 * sent
    assert sent < 1.05 * most["prompt_tokens"], "tokens are estimates"


def test_the_dry_run_of_the_embedded_outliner_with_a_judge(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, "doubtful", model="extractive", citations={"judge_model": "scripted"})
        dry = citenote("run", TALK, "--dry-run", folder=tmp_path)
        assert server.calls == 0
    assert dry.returncode == 0, dry.stderr
    assert "judging, which is in it:" in dry.stdout
    assert "scripted/m" in dry.stdout


# who judges

LOCAL = ModelSettings(base_url="http://127.0.0.1:1/v1", model="small")


def chosen(environment: dict[str, str], model: str = "auto", **citations: Any) -> Any:
    models = {"local": LOCAL, "paid": ModelSettings(key_env="PAID")}
    settings = Settings(model=model, models=models, citations=CitationPolicy(**citations))
    return choose_all(settings, environment)


def test_nobody_judges_unless_asked_for() -> None:
    assert chosen({}).judging is None
    assert chosen({}, judge_model="nobody at all").judging is None


def test_the_outlining_model_judges_where_no_other_is_named() -> None:
    both = chosen({}, judge="doubtful")
    assert both.judging.server == both.outlining.server == LOCAL
    assert both.slots == LOCAL.concurrency, "one server, one share of threads"


def test_another_model_judges_where_it_is_named() -> None:
    both = chosen({"PAID": "k"}, model="local", judge="all", judge_model="paid/o9")
    assert (both.outlining.name, both.judging.name) == ("local/small", "paid/o9")
    assert both.slots == 2 * LOCAL.concurrency
    assert chosen({}, judge="all", judge_model="local/large").judging.server.model == "large"


@pytest.mark.parametrize(
    ("model", "named", "message"),
    [
        ("extractive", None, "no model is known that could judge"),
        ("extractive", "", "no model is known that could judge"),
        ("auto", "locl", "Did you mean local"),
        ("auto", "extractive", "Known below `models`: local, paid"),
        ("auto", "paid", "needs a key in the environment variable PAID"),
    ],
)
def test_mistakes_are_told_with_a_remedy(model: str, named: str | None, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        chosen({}, model=model, judge="doubtful", judge_model=named)


def test_a_judge_that_is_not_known_ends_a_run_before_anything_is_sent(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        workspace(tmp_path, server, "all", citations={"judge_model": "scriptd"})
        done = citenote("run", TALK, folder=tmp_path)
        assert (done.returncode, server.calls) == (2, 0)
    assert "Did you mean scripted?" in done.stderr


def test_the_one_who_outlines_by_rule_needs_a_named_judge() -> None:
    settings = Settings(citations=CitationPolicy(judge="all"))
    outlining = chosen({}, model="extractive").outlining
    with pytest.raises(SettingsError, match="no model is known"):
        choose_judge(settings, {}, outlining)
