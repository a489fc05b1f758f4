"""Ways of asking for a form: tried best first, decided by what a server says, and remembered."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.errors import BadReply, CitenoteError, SettingsError
from pipeline.models.build import Servers
from pipeline.models.capabilities import Learning
from pipeline.models.faults import Unable, early_reply, read_fault, refuses
from pipeline.models.pacing import most_tokens
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings
from pipeline.stages.draft import header_of, outline_request, read_outline
from pipeline.stages.exchanging import Truncated
from pipeline.store.abilities import StoredAbilities
from pipeline.store.store import Store
from pipeline.values.exchange import Message, Reply, Request
from tests.building import script
from tests.capable_server import CapableServer, Refusal, by_location, by_param, by_words
from tests.commands import EXAMPLES, pages

SPOKEN = script(
    "The first tower was cast iron and they lit it in 1854.",
    "It was not the waves that worried the keepers there.",
    "The shaking broke the lamp glass every single winter.",
)
ALL = ("json_schema", "json_object", "tool", "plain")


def question(settings: ModelSettings) -> Request:
    return outline_request(SPOKEN, SPOKEN.chunks[0], header_of(SPOKEN), PromptFolder(), settings)


def asked(store: Store, settings: ModelSettings, *, fresh: bool = True) -> Reply:
    """A question to a server by a run of its own."""
    servers = Servers(store, abilities=StoredAbilities(store), fresh=fresh, environment={}, sleep=lambda _: None)
    return servers.model(settings).answer(question(settings))


@pytest.mark.parametrize("refusal", [by_param, by_location, by_words])
@pytest.mark.parametrize("best", ALL)
def test_the_next_way_follows_a_refused_one_and_the_next_run_begins_there(
    refusal: Refusal, best: str, tmp_path: Path
) -> None:
    knows = ALL[ALL.index(best) :]
    with CapableServer(knows, refusal) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, model="small")
        for _ in range(2):
            reply = asked(store, settings)
            assert len(read_outline(reply, SPOKEN.chunks[0]).claims) == 3
        assert server.ways == [*ALL[: ALL.index(best) + 1], best]
        other = settings.model_copy(update={"model": "another"})
        asked(store, other)
        assert server.ways[-1] == best
        assert len(server.ways) == 2 * (ALL.index(best) + 1) + 1, "each model is found out for itself"


def test_of_many_that_are_refused_together_one_finds_the_way_for_all(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def refusal(way: str) -> tuple[int, Any]:
        if way == "json_schema":
            together.wait(10)  # none is refused before all have asked
        return by_param(way)

    with CapableServer(["plain"], refusal) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, model="small", concurrency=8)
        model = Servers(store, fresh=True, environment={}, sleep=lambda _: None).model(settings)
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(model.answer, [question(settings)] * 8))
        assert len(replies) == 8
        assert Counter(server.ways) == {"json_schema": 8, "json_object": 1, "tool": 1, "plain": 8}


def test_a_way_that_is_no_longer_known_is_left(tmp_path: Path) -> None:
    with CapableServer(["plain"]) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, model="small")
        StoredAbilities(store).keep_way(server.url, "small", "tool")
        asked(store, settings)
        asked(store, settings)
        assert server.ways == ["tool", "json_schema", "json_object", "plain", "plain"]


def test_what_is_sent_in_each_way(tmp_path: Path) -> None:
    request = question(ModelSettings())
    with CapableServer() as server, Store(tmp_path / "s.db") as store:
        for way in ALL:
            settings = ModelSettings(base_url=server.url, model="small", output=way)
            asked(store, settings)
    strict, loose, tool, plain = server.bodies
    assert strict["response_format"]["json_schema"]["strict"] is True
    assert loose["response_format"] == {"type": "json_object"}
    assert tool["tool_choice"] == {"type": "function", "function": {"name": request.schema_name}}
    assert tool["tools"][0]["function"]["parameters"] == request.answer_schema
    assert "response_format" not in plain
    for body in (loose, plain):
        assert body["messages"][0]["content"].endswith(request.schema_text)
        assert body["messages"][1] == strict["messages"][1]
    for body in (strict, tool):
        assert request.schema_text not in str(body["messages"])


def test_a_question_keeps_its_key_whatever_way_it_is_asked() -> None:
    keys = {question(ModelSettings(output=way)).key for way in ("auto", *ALL)}
    assert len(keys) == 1
    assert question(ModelSettings(service_tier="flex")).key in keys
    assert question(ModelSettings(reasoning_effort="low")).key not in keys


def test_the_key_of_a_question_without_new_parameters_is_what_it_always_was() -> None:
    request = Request(
        model="m",
        base_url=None,
        messages=(Message(role="user", content="q"),),
        schema_name="s",
        schema_text="{}",
        max_tokens=9,
    )
    assert request.key == "k1:2d565fc7e5b292ea90584212c467a0e42d5c5da063c6558cfbcdbafd92703d49"


def test_what_a_user_names_is_sent(tmp_path: Path) -> None:
    with CapableServer() as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(
            base_url=server.url, service_tier="flex", reasoning_effort="low", max_output_tokens=700
        )
        asked(store, settings)
    (body,) = server.bodies
    assert (body["service_tier"], body["reasoning_effort"], body["max_tokens"]) == ("flex", "low", 700)


def test_a_way_that_was_chosen_is_the_only_one(tmp_path: Path) -> None:
    with CapableServer(["plain"]) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, output="tool")
        with pytest.raises(Unable):
            asked(store, settings)
        assert server.ways == ["tool"]


def test_a_preset_leaves_out_what_its_server_ignores(tmp_path: Path) -> None:
    with CapableServer() as server, Store(tmp_path / "s.db") as store:
        asked(store, ModelSettings(base_url=server.url, preset="anthropic"))
        assert server.ways == ["tool"]


def test_nothing_is_learnt_from_a_refusal_of_everything(tmp_path: Path) -> None:
    def about_the_text(_: str) -> tuple[int, Any]:
        return 400, {"error": {"message": "your text speaks of a response_format and a schema and tools"}}

    with CapableServer([], about_the_text) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, model="small")
        with pytest.raises(BadReply):
            asked(store, settings)
        assert StoredAbilities(store).way(server.url, "small") is None
        assert server.ways == list(ALL)


@pytest.mark.parametrize(
    ("status", "body", "way", "expected"),
    [
        (400, {"error": {"message": "x", "param": "response_format.json_schema"}}, "json_schema", True),
        (400, {"error": {"message": "the tools of response_format", "param": "messages"}}, "json_schema", False),
        (400, {"error": {"message": "Invalid schema for response_format", "code": "model_not_found"}}, "tool", False),
        (400, {"error": {"message": "qwen does not support tools"}}, "tool", True),
        (400, {"error": {"message": "qwen does not support tools"}}, "json_object", False),
        (400, {"error": {"message": "This response_format type is unavailable now"}}, "json_object", True),
        (400, {"error": {"message": "the prompt is bad"}}, "json_schema", False),
        (400, {"error": {"message": "response_format: too long", "code": "context_length_exceeded"}}, "tool", False),
        (500, {"error": {"message": "response_format"}}, "json_schema", False),
        (429, {"error": {"message": "response_format"}}, "json_schema", False),
        (
            400,
            {"error": {"metadata": {"raw": "guided decoding is not enabled"}, "message": "upstream"}},
            "json_schema",
            True,
        ),
        (400, "response_format is not supported", "json_schema", True),
        (400, None, "json_schema", False),
        (400, {"error": {"message": "response_format"}}, "plain", False),
    ],
)
def test_which_refusals_mean_the_way(status: int, body: Any, way: Any, expected: bool) -> None:
    assert refuses(read_fault(status, body), way) is expected


def test_what_a_model_wrote_against_the_form_is_an_answer_to_be_judged() -> None:
    body = {
        "error": {"message": "Failed to generate JSON", "code": "json_validate_failed", "failed_generation": "{bad"}
    }
    reply = early_reply(read_fault(400, body), question(ModelSettings()))
    assert reply is not None
    assert (reply.text, reply.finish) == ("{bad", "stop")


def test_a_hostile_body_is_read_in_bounds() -> None:
    deep: Any = "tools"
    for _ in range(400):
        deep = {"error": deep}
    assert not refuses(read_fault(400, deep), "tool")
    assert refuses(read_fault(400, {"detail": ["x"] * 10_000, "message": "tools"}), "tool")


def test_learning_writes_only_what_is_new() -> None:
    kept: list[str] = []
    learning = Learning(("json_schema", "tool", "plain"), "tool", kept.append)
    assert learning.order() == ("tool", "json_schema", "plain")
    learning.worked("tool")
    assert kept == []
    learning.worked("plain")
    learning.worked("plain")
    assert kept == ["plain"]
    assert learning.order()[0] == "plain"
    assert Learning(("plain", "tool"), "no such way", kept.append).order() == ("plain", "tool")


def test_a_question_that_does_not_fit_is_not_sent(tmp_path: Path) -> None:
    with CapableServer() as server, Store(tmp_path / "s.db") as store:
        whole = question(ModelSettings())
        asked_with = most_tokens(whole) - whole.max_tokens
        small = ModelSettings(base_url=server.url, context_tokens=asked_with + 700)
        reply = asked(store, small, fresh=False)
        assert (reply.finish, reply.usage.calls, server.ways) == ("length", 0, [])
        with pytest.raises(Truncated):
            read_outline(reply, SPOKEN.chunks[0])
        assert store.reply(question(small).key) is None, "nothing was answered, so nothing is remembered"
        large = ModelSettings(base_url=server.url, context_tokens=asked_with + 3_000)
        asked(store, large)
        assert 2_900 < question(large).max_tokens <= 3_000 < whole.max_tokens
        assert server.bodies[-1]["max_tokens"] == question(large).max_tokens


def test_a_context_that_holds_nothing_but_the_rules_is_told() -> None:
    with pytest.raises(SettingsError, match="context_tokens"):
        question(ModelSettings(context_tokens=1_000))


def test_errors_of_ways_name_the_remedy(tmp_path: Path) -> None:
    with (
        CapableServer([], lambda _: (400, {"error": "tools, response_format"})) as server,
        Store(tmp_path / "s") as store,
        pytest.raises(CitenoteError, match="models --probe"),
    ):
        asked(store, ModelSettings(base_url=server.url))


def test_the_notes_are_the_same_whatever_way_the_server_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vaults = []
    for best in ALL:
        folder = tmp_path / best
        folder.mkdir()
        monkeypatch.chdir(folder)
        with CapableServer([best], by_words) as server:
            models = {"home": {"base_url": server.url, "model": "small", "concurrency": 1}}
            Path("config.yaml").write_text(json.dumps({"model": "home", "models": models}), encoding="utf-8")
            done = CliRunner(env={"OPENAI_BASE_URL": None}).invoke(main, ["run", str(EXAMPLES / "gps-time.en.vtt")])
            refused = ALL.index(best)
            assert done.exit_code == 0, done.output
            assert server.ways[: refused + 1] == list(ALL[: refused + 1])
            assert set(server.ways[refused:]) == {best}, "what was found out is not found out again"
        vaults.append(pages(folder / "outputs"))
    assert vaults[0]
    assert all(vault == vaults[0] for vault in vaults)
