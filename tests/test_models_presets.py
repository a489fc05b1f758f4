"""Known providers: what they fill in, where their keys may go, and what `citenote models` tells of them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.errors import SettingsError
from pipeline.models.bodies import body_of
from pipeline.models.choosing import choose, entry
from pipeline.models.faults import Way
from pipeline.models.presets import UNKNOWN, preset_of, presets, resolved
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.exchanging import request as request_of
from pipeline.store.abilities import StoredAbilities
from pipeline.store.store import Store
from pipeline.values.exchange import Message
from tests.capable_server import CapableServer, by_words

EVERY_KEY = {
    variable: f"key-of-{name}"
    for name, preset in presets().items()
    if (variable := preset.settings.get("key_env")) is not None
}
NAMES = ["openai", "azure", "openrouter", "gemini", "anthropic", "ollama", "vllm", "lmstudio", "llamacpp"]


def test_every_preset_is_whole() -> None:
    assert list(presets()) == NAMES
    for preset in presets().values():
        settings = ModelSettings.model_validate(preset.settings)
        assert settings.base_url or preset.example or preset.title == "OpenAI"
        assert preset.ways[-1] == "plain", "the last way is one that no server refuses"
        if settings.key_env:
            assert preset.hosts
            assert settings.base_url is None or preset.owns(settings.base_url)
        else:
            assert (settings.base_url or "").startswith("http://127.0.0.1:")


def test_a_users_own_fields_win() -> None:
    own = ModelSettings(preset="ollama", model="mine", base_url="http://10.0.0.2:1/v1", concurrency=7)
    found = resolved("home", own)
    assert (found.model, found.base_url, found.concurrency) == ("mine", "http://10.0.0.2:1/v1", 7)
    assert found.timeout_s == presets()["ollama"].settings["timeout_s"]
    assert resolved("home", found) == found
    assert resolved("gemini", ModelSettings()).preset == "gemini", "the entry's own name is a preset's"
    assert resolved("gemini", ModelSettings(preset="ollama")).preset == "ollama"
    assert resolved("mine", ModelSettings()) == ModelSettings()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/v1",
        "https://example.org/v1",
        "http://openrouter.ai/api/v1",
        "https://openrouter.ai.example.org/v1",
        "https://evilopenai.azure.com.example.org/v1",
        "https://user:pass@example.org/api.openai.com",
        "https://api.openai.com@example.org/v1",
    ],
)
def test_no_key_goes_to_a_server_that_it_was_not_named_for(name: str, url: str) -> None:
    for configured in (ModelSettings(base_url=url), ModelSettings(base_url=url, preset=name)):
        assert resolved(name, configured).key_variable is None
        choice = choose(Settings(model=name, models={name: configured}), EVERY_KEY)
        assert not choice.key_present
    named = ModelSettings(base_url=url, preset=name, key_env="MINE")
    assert resolved(name, named).key_variable == "MINE"


def test_azure_needs_an_address_of_its_own_and_gets_its_key_there() -> None:
    with pytest.raises(SettingsError, match=r"models.work.base_url, like https://"):
        resolved("work", ModelSettings(preset="azure"))
    with pytest.raises(SettingsError, match="Azure"):
        choose(Settings(model="azure"), EVERY_KEY)
    url = "https://mine.openai.azure.com/openai/v1"
    assert resolved("work", ModelSettings(preset="azure", base_url=url)).key_variable == "AZURE_OPENAI_API_KEY"


def test_a_provider_that_nobody_knows() -> None:
    with pytest.raises(SettingsError, match="Did you mean openai"):
        resolved("x", ModelSettings(preset="opnai"))


def test_a_known_provider_can_be_named_without_an_entry() -> None:
    choice = choose(Settings(model="gemini"), {"GEMINI_API_KEY": "k"})
    assert choice.name == "gemini/gemini-3.5-flash"
    assert choice.server is not None
    assert choice.server.base_url == "https://generativelanguage.googleapis.com/v1beta/openai"
    with pytest.raises(SettingsError, match="GEMINI_API_KEY"):
        choose(Settings(model="gemini"), {})
    own = entry(Settings(), "openrouter/qwen/qwen3-8b", {})
    assert own is not None
    assert own.model == "qwen/qwen3-8b"


def test_auto_takes_the_first_that_can_be_used() -> None:
    models = {"gemini": ModelSettings(), "home": ModelSettings(preset="ollama"), "openai": ModelSettings()}
    settings = Settings(models=models)
    assert choose(settings, {"OPENAI_API_KEY": "k"}).name == "home/qwen3:8b"
    assert "needs no key" in choose(settings, {}).why
    assert choose(settings, {"GEMINI_API_KEY": "k"}).name == "gemini/gemini-3.5-flash"
    assert choose(Settings(), {"GEMINI_API_KEY": "k"}).name == "extractive", "what is not configured is not taken"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (ModelSettings(), "max_completion_tokens"),
        (ModelSettings(base_url="https://mine.openai.azure.com/openai/v1"), "max_completion_tokens"),
        (ModelSettings(base_url="https://openrouter.ai/api/v1"), "max_tokens"),
        (ModelSettings(base_url="http://127.0.0.1:1/v1"), "max_tokens"),
        (ModelSettings(base_url="http://127.0.0.1:1/v1", preset="openai"), "max_completion_tokens"),
    ],
)
def test_the_name_of_the_limit_by_preset_and_by_address(settings: ModelSettings, name: str) -> None:
    request = request_of((Message(role="user", content="q"),), ModelSettings, settings, 9)
    assert body_of(request, settings, "plain")[name] == 9


def test_a_name_alone_makes_no_server_a_providers() -> None:
    proxy = "http://127.0.0.1:9/v1"
    assert resolved("openai", ModelSettings(base_url=proxy)).preset is None
    assert resolved("openai", ModelSettings(base_url=proxy, preset="openai")).preset == "openai"
    assert resolved("openai", ModelSettings(base_url="https://eu.api.openai.com/v1")).key_variable == "OPENAI_API_KEY"
    assert resolved("ollama", ModelSettings(base_url="http://10.0.0.2:11434/v1")).concurrency == 1
    choice = choose(Settings(model="openai"), {"OPENAI_BASE_URL": proxy})
    assert choice.server is not None
    assert (choice.server.base_url, preset_of(choice.server)) == (proxy, UNKNOWN)


def test_a_server_that_nobody_told_us_about_may_know_every_way() -> None:
    assert preset_of(ModelSettings(base_url="http://127.0.0.1:1/v1")) == UNKNOWN
    assert UNKNOWN.ways == ("json_schema", "json_object", "tool", "plain")


def citenote(*words: str, **environment: str) -> Result:
    keys = dict.fromkeys([*EVERY_KEY, "OPENAI_BASE_URL"])
    return CliRunner(env={**keys, **environment}).invoke(main, ["models", *words])


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(folder: Path, **models: dict[str, object]) -> None:
    (folder / "config.yaml").write_text(json.dumps({"models": models}), encoding="utf-8")


def test_the_list_tells_what_can_be_used_and_why_not(workspace: Path) -> None:
    configured(
        workspace,
        home={"base_url": "http://127.0.0.1:1/v1"},
        work={"preset": "azure"},
        wrong={"base_url": "localhost"},
        file={"gguf": "no-such.gguf"},
    )
    done = citenote("--json", GEMINI_API_KEY="planted-key")
    assert done.exit_code == 0
    told = {row["name"]: row for row in map(json.loads, done.output.splitlines())}
    assert list(told) == ["home", "work", "wrong", "file", *NAMES]
    usable = {name for name, row in told.items() if row["usable"]}
    assert usable == {"home", "gemini", "ollama", "vllm", "lmstudio", "llamacpp"}
    assert "address" in told["work"]["why"]
    assert "http" in told["wrong"]["why"]
    assert told["openai"]["why"] == "OPENAI_API_KEY is not set"
    assert told["gemini"]["key_set"] is True
    assert "planted-key" not in done.output
    plain = citenote(GEMINI_API_KEY="planted-key").output
    for name, row in told.items():
        assert f"{name} " in plain
        assert row["why"] in plain


@pytest.mark.parametrize("best", ["json_schema", "json_object", "tool", "plain"])
def test_a_probe_finds_the_way_and_keeps_it(best: Way, workspace: Path) -> None:
    headers = {"x-ratelimit-remaining-tokens": "9000", "x-ratelimit-reset-tokens": "6m0s"}
    with CapableServer([best], by_words, headers=headers) as server:
        configured(workspace, home={"base_url": server.url, "model": "small"})
        done = citenote("--probe", "home", "--json")
        told = json.loads(done.output)
        asked = len(server.ways)
        plain = citenote("--probe", "home").output
    assert done.exit_code == 0
    assert (told["way"], told["answered_as"], told["tells_usage"]) == (best, "small", True)
    assert told["usage"] == {"calls": 1, "prompt": 90, "cached": 64, "completion": 10}
    assert told["rates"]["tokens"] == {"left": 9_000, "limit": None, "reset_s": 360}
    assert [trial["outcome"] for trial in told["trials"]] == [*["refused"] * (asked - 1), "works"]
    assert f"{best:12} works" in plain
    assert "9,000, whole again in 360 s" in plain
    with Store(workspace / ".citenote/store.db") as store:
        abilities = StoredAbilities(store)
        assert abilities.way(server.url, "small") == best
        assert json.loads(abilities.report(server.url, "small") or "")["way"] == best
    (row,) = [r for r in map(json.loads, citenote("--json").output.splitlines()) if r["name"] == "home"]
    assert row["learnt"] == best


def test_a_way_that_is_taken_and_ignored_does_not_work(workspace: Path) -> None:
    with CapableServer(ignores=["json_schema", "json_object"]) as server:
        configured(workspace, home={"base_url": server.url})
        told = json.loads(citenote("--probe", "home", "--json").output)
    assert [(t["way"], t["outcome"]) for t in told["trials"]] == [
        ("json_schema", "ignored"),
        ("json_object", "ignored"),
        ("tool", "works"),
    ]


def test_a_probe_that_finds_nothing_keeps_nothing(workspace: Path) -> None:
    with CapableServer([], ignores=["plain"]) as server:
        configured(workspace, home={"base_url": server.url})
        done = citenote("--probe", "home")
    assert done.exit_code == 1
    assert "no way" in done.output
    assert not (workspace / ".citenote").exists()


@pytest.mark.parametrize(("status", "code"), [(401, 3), (402, 3), (404, 2), (500, 1), (429, 1), (400, 1)])
def test_exit_codes_of_a_probe(status: int, code: int, workspace: Path) -> None:
    with CapableServer(status=lambda _: status) as server:
        configured(workspace, home={"base_url": server.url})
        assert citenote("--probe", "home").exit_code == code


def test_a_probe_of_nobody(workspace: Path) -> None:
    with CapableServer() as server:
        pass
    configured(workspace, home={"base_url": server.url})
    assert citenote("--probe", "home").exit_code == 1
    assert citenote("--probe", "nobody").exit_code == 2
    done = citenote("--probe", "openai")
    assert (done.exit_code, "OPENAI_API_KEY" in done.output) == (2, True)
