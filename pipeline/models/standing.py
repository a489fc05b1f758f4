"""Which models can be used here, and why the others cannot: found out without asking any server."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pipeline.errors import SettingsError
from pipeline.models.build import key_of, served
from pipeline.models.choosing import entry, has_key, needs_key
from pipeline.models.presets import OPENAI_URL, presets
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.exchanging import public_url, server_name
from pipeline.values.base import Value


class Standing(Value):
    """How it stands with one model."""

    name: str
    """What to give to `--model`."""
    origin: Literal["configured", "preset"]
    """Below `models` in the settings, or known without them."""
    preset: str | None = None
    model: str = ""
    address: str = ""
    server: str = ""
    """Under which name what is learnt of it is kept."""
    learnt: str | None = None
    """The way of asking for a form that worked last, where one was found out."""
    key_variable: str | None = None
    key_set: bool = False
    usable: bool
    why: str
    """Why it can be used or cannot, for people."""
    remedy: str = ""
    """What to do about it, where it cannot."""


def standings(settings: Settings, environment: Mapping[str, str]) -> Iterator[Standing]:
    """The configured models in their order, then the known providers that are not configured."""
    for name in settings.models:
        yield _standing(settings, name, "configured", environment)
    for name in presets():
        if name not in settings.models:
            yield _standing(settings, name, "preset", environment)


def _standing(
    settings: Settings, name: str, origin: Literal["configured", "preset"], environment: Mapping[str, str]
) -> Standing:
    preset = settings.models[name].preset if origin == "configured" else name
    try:
        server = entry(settings, name, environment)
    except SettingsError as error:
        return Standing(name=name, origin=origin, preset=preset, usable=False, why=error.message, remedy=error.remedy)
    if server is None:  # every name given here is configured or known
        raise KeyError(name)
    why, remedy = _trouble(server, environment)
    return Standing(
        name=name,
        origin=origin,
        preset=server.preset,
        model=server.model,
        address=str(server.gguf) if server.gguf else public_url(server.base_url) or OPENAI_URL,
        server=server_name(server),
        key_variable=server.key_variable,
        key_set=has_key(server, environment),
        usable=not why,
        why=why or _reason(server, environment),
        remedy=remedy,
    )


def _trouble(server: ModelSettings, environment: Mapping[str, str]) -> tuple[str, str]:
    """Why a model cannot be used, and the remedy; empty if it can."""
    try:
        served(server)
        if needs_key(server) and not has_key(server, environment):
            return f"{server.key_variable} is not set", f"Set {server.key_variable}."
        key_of(server, environment)
    except SettingsError as error:
        return error.message, error.remedy
    return "", ""


def _reason(server: ModelSettings, environment: Mapping[str, str]) -> str:
    if server.gguf:
        return "the file is there"
    if has_key(server, environment):
        return f"{server.key_variable} is set"
    return "needs no key"
