"""Which way of outlining is meant: `model: auto`, `extractive`, or the name of a server in the settings."""

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
    server = _addressed(settings.models[name], environment)
    if model_id:
        server = server.model_copy(update={"model": model_id})
    key_present = _has_key(server, environment)
    if not key_present and server.base_url is None:
        raise SettingsError(
            f"model {name!r} needs a key in the environment variable {server.key_variable}",
            remedy=f"Set {server.key_variable}, give models.{name}.base_url, or use --model {EXTRACTIVE}.",
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
