"""Which way of outlining is meant: `model: auto`, `extractive`, or the name of a server; and who judges."""

import difflib
from collections.abc import Mapping

from pipeline.errors import SettingsError
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

    A name may carry a model id after a slash (`openai/gpt-5`), which then replaces the one in the settings.

    Raises:
        SettingsError: for a name that is not configured, or a server that needs a key and has none.
    """
    name, _, model_id = settings.model.partition("/")
    if name == EXTRACTIVE:
        return Choice(name=EXTRACTIVE, server=None, why="as asked")
    if name == "auto":
        return _automatic(settings, environment)
    if name not in settings.models:
        known = ["auto", EXTRACTIVE, *settings.models]
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
        raise SettingsError(f"model {settings.model!r} is not configured", remedy=remedy)
    return _named(settings.models, (name, model_id), environment, f"use --model {EXTRACTIVE}")


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
    if name not in settings.models:
        near = difflib.get_close_matches(name, list(settings.models), n=1)
        remedy = (
            f"Did you mean {near[0]}?" if near else f"Known below `models`: {', '.join(settings.models) or 'none'}."
        )
        raise SettingsError(f"citations.judge_model {named!r} is not configured", remedy=remedy)
    return _named(settings.models, (name, model_id), environment, "set citations.judge to none")


def _named(
    models: Mapping[str, ModelSettings], chosen: tuple[str, str], environment: Mapping[str, str], otherwise: str
) -> Choice:
    """The server of a name and a model id, which may be empty; `otherwise` is what to do without a key."""
    name, model_id = chosen
    server = _addressed(models[name], environment)
    if model_id:
        server = server.model_copy(update={"model": model_id})
    key_present = _has_key(server, environment)
    if not key_present and server.base_url is None:
        raise SettingsError(
            f"model {name!r} needs a key in the environment variable {server.key_variable}",
            remedy=f"Set {server.key_variable}, give models.{name}.base_url, or {otherwise}.",
        )
    return Choice(name=f"{name}/{server.model}", server=server, key_present=key_present, why="as asked")


def _automatic(settings: Settings, environment: Mapping[str, str]) -> Choice:
    for name, configured in settings.models.items():
        server = _addressed(configured, environment)
        key_present = _has_key(server, environment)
        if key_present or server.base_url:
            why = f"{server.key_variable} is set" if key_present else f"models.{name}.base_url is set"
            return Choice(name=f"{name}/{server.model}", server=server, key_present=key_present, why=why)
    return Choice(name=EXTRACTIVE, server=None, why="no key and no base URL is configured")


def _has_key(server: ModelSettings, environment: Mapping[str, str]) -> bool:
    return bool(environment.get(server.key_variable or "", "").strip())


def _addressed(server: ModelSettings, environment: Mapping[str, str]) -> ModelSettings:
    """OpenAI's own variable for another base URL is honoured where the settings name none, with OpenAI's key."""
    base_url = environment.get("OPENAI_BASE_URL")
    if server.base_url is None and server.key_variable == OPENAI_KEY and base_url:
        return server.model_copy(update={"base_url": base_url, "key_env": OPENAI_KEY})
    return server
