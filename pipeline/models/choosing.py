"""Which way of outlining is meant: `model: auto`, `extractive`, or the name of a server; and who judges."""

import difflib
from collections.abc import Mapping

from pipeline.errors import SettingsError
from pipeline.models.presets import preset_of, presets, resolved
from pipeline.settings import OPENAI_KEY, ModelSettings, Settings
from pipeline.values.base import Value

EXTRACTIVE = "extractive"


class Choice(Value):
    """The way chosen, and why, for the person at the terminal."""

    name: str
    server: ModelSettings | None
    """None for the embedded extractive outliner."""
    key_present: bool = False
    why: str


class Choices(Value):
    """Who does what in a run."""

    outlining: Choice
    judging: Choice | None = None
    """None when nothing is judged."""

    @property
    def servers(self) -> dict[str, ModelSettings]:
        """Those who are asked, by name."""
        return {c.name: c.server for c in (self.outlining, self.judging) if c and c.server}

    @property
    def slots(self) -> int:
        """Requests that can be in flight at once."""
        servers = {c.server for c in (self.outlining, self.judging) if c and c.server}
        return sum(server.concurrency for server in servers) or 1


def choose_all(settings: Settings, environment: Mapping[str, str]) -> Choices:
    """Who outlines and who judges. Raises as `choose` and `choose_judge`."""
    outlining = choose(settings, environment)
    return Choices(outlining=outlining, judging=choose_judge(settings, environment, outlining))


def choose(settings: Settings, environment: Mapping[str, str]) -> Choice:
    """The way of outlining for a run.

    A name may carry a model id after a slash (`openai/gpt-5`), which then replaces the one in the settings. A name that
    is not configured may be that of a known provider.

    Raises:
        SettingsError: for a name that is not configured, or a server that needs a key and has none.
    """
    name, _, model_id = settings.model.partition("/")
    if name == EXTRACTIVE:
        return Choice(name=EXTRACTIVE, server=None, why="as asked")
    if name == "auto":
        return _automatic(settings, environment)
    configured = _configured(settings, name)
    if configured is None:
        known = ["auto", EXTRACTIVE, *settings.models]
        near = difflib.get_close_matches(name, [*known, *presets()], n=1)
        remedy = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}; `citenote models` lists more."
        raise SettingsError(f"model {settings.model!r} is not configured", remedy=remedy)
    return _named(configured, (name, model_id), environment, f"use --model {EXTRACTIVE}")


def choose_judge(settings: Settings, environment: Mapping[str, str], outlining: Choice) -> Choice | None:
    """The judging model of a run; None when nothing is to be judged.

    Args:
        settings: of which `citations.judge` and `citations.judge_model` count.
        environment: where keys are looked up.
        outlining: the way of outlining, whose model judges too where no other is named.

    Raises:
        SettingsError: for a model that is not configured or has no key, or when there is none at all.
    """
    if settings.citations.judge == "none":
        return None
    named = settings.citations.judge_model
    if not named:
        if outlining.server is None:
            raise SettingsError(
                f"citations.judge is {settings.citations.judge!r}, but no model is known that could judge: "
                "the embedded outliner cannot",
                remedy="Name one below `models` in citations.judge_model, or set citations.judge to none.",
            )
        return outlining.model_copy(update={"why": "it outlines too"})
    name, _, model_id = named.partition("/")
    configured = _configured(settings, name)
    if configured is None:
        near = difflib.get_close_matches(name, [*settings.models, *presets()], n=1)
        remedy = (
            f"Did you mean {near[0]}?" if near else f"Known below `models`: {', '.join(settings.models) or 'none'}."
        )
        raise SettingsError(f"citations.judge_model {named!r} is not configured", remedy=remedy)
    return _named(configured, (name, model_id), environment, "set citations.judge to none")


def entry(settings: Settings, name: str, environment: Mapping[str, str]) -> ModelSettings | None:
    """The whole entry of a name, which may carry a model id: with its preset and with what the environment says.

    None for a name that is neither configured nor a known provider's. Raises as `resolved`.
    """
    short, _, model_id = name.partition("/")
    configured = _configured(settings, short)
    return None if configured is None else _whole(configured, (short, model_id), environment)


def has_key(server: ModelSettings, environment: Mapping[str, str]) -> bool:
    """Whether there is a key for a whole entry."""
    return bool(environment.get(server.key_variable or "", "").strip())


def needs_key(server: ModelSettings) -> bool:
    """Whether a whole entry cannot be used without a key: a provider's own server, not one that the user named."""
    return bool(server.key_variable) and (server.base_url is None or preset_of(server).owns(server.base_url))


def _configured(settings: Settings, name: str) -> ModelSettings | None:
    return settings.models.get(name) or (ModelSettings() if name in presets() else None)


def _whole(configured: ModelSettings, chosen: tuple[str, str], environment: Mapping[str, str]) -> ModelSettings:
    name, model_id = chosen
    server = _addressed(resolved(name, configured), environment)
    return server.model_copy(update={"model": model_id}) if model_id else server


def _named(
    configured: ModelSettings, chosen: tuple[str, str], environment: Mapping[str, str], otherwise: str
) -> Choice:
    """The entry of a name and a model id, which may be empty; `otherwise` is what to do without a key."""
    name, _ = chosen
    server = _whole(configured, chosen, environment)
    key_present = has_key(server, environment)
    if not key_present and needs_key(server):
        raise SettingsError(
            f"model {name!r} needs a key in the environment variable {server.key_variable}",
            remedy=f"Set {server.key_variable}, give models.{name}.base_url, or {otherwise}.",
        )
    return Choice(name=f"{name}/{server.model}", server=server, key_present=key_present, why="as asked")


def _automatic(settings: Settings, environment: Mapping[str, str]) -> Choice:
    for name, configured in settings.models.items():
        server = _whole(configured, (name, ""), environment)
        key_present = has_key(server, environment)
        if key_present or not needs_key(server):
            why = f"{server.key_variable} is set" if key_present else _keyless(name, configured, server)
            return Choice(name=f"{name}/{server.model}", server=server, key_present=key_present, why=why)
    return Choice(name=EXTRACTIVE, server=None, why="no key and no base URL is configured")


def _keyless(name: str, configured: ModelSettings, server: ModelSettings) -> str:
    if server.gguf:
        return f"models.{name}.gguf is set"
    if configured.base_url is None and server.base_url and server.preset:
        return f"{presets()[server.preset].title} at {server.base_url} needs no key"
    return f"models.{name}.base_url is set"


def _addressed(server: ModelSettings, environment: Mapping[str, str]) -> ModelSettings:
    """OpenAI's own variable for another base URL is honoured where the settings name none, with OpenAI's key."""
    base_url = environment.get("OPENAI_BASE_URL")
    if server.base_url is None and server.key_variable == OPENAI_KEY and base_url:
        preset = server.preset if presets()["openai"].owns(base_url) else None
        return server.model_copy(update={"base_url": base_url, "key_env": OPENAI_KEY, "preset": preset})
    return server
