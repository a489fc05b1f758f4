"""Known providers as data: their addresses, keys, limits and peculiarities, for entries that name none of their own."""

import difflib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import Field, TypeAdapter

from pipeline.errors import SettingsError
from pipeline.models.faults import Way
from pipeline.settings import ModelSettings
from pipeline.values.base import Value

OPENAI_URL = "https://api.openai.com/v1"
FILE_CONTEXT_TOKENS = 8_192
"""Of a model file whose entry names no `context_tokens`."""
ALL_WAYS: tuple[Way, ...] = ("json_schema", "json_object", "tool", "plain")


class Preset(Value):
    """What is known of a provider."""

    title: str
    hosts: tuple[str, ...] = ()
    """Where its key may go; `.x` is any host below x."""
    example: str | None = None
    """What an address looks like, where the user must name one."""
    ways: tuple[Way, ...] = ALL_WAYS
    """Of asking for a form that it has and does not silently ignore, best first."""
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """Its name for the most tokens of an answer."""
    takes: frozenset[Literal["prompt_cache_key", "service_tier", "reasoning_effort"]] = frozenset()
    """Parameters that it knows."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """What an entry has where the user says nothing."""

    def owns(self, url: str) -> bool:
        """Whether an address is the provider's own, so that its key may be sent there."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme == "https" and any(
            host.endswith(own) if own.startswith(".") else host == own for own in self.hosts
        )


UNKNOWN = Preset(title="OpenAI-compatible server")
"""What is assumed of a server that nobody told us about."""


@cache
def presets() -> dict[str, Preset]:
    """The known providers by name."""
    text = files("pipeline.models").joinpath("presets.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Preset]).validate_python(yaml.safe_load(text))


def preset_of(settings: ModelSettings) -> Preset:
    """What is known of the server of resolved settings: by the preset they name, else by their address."""
    known = presets()
    if settings.preset in known:
        return known[settings.preset]
    if settings.gguf is not None:
        return known["llamacpp"]
    url = settings.base_url or OPENAI_URL
    return next((preset for preset in known.values() if preset.owns(url)), UNKNOWN)


def _on_file(settings: ModelSettings, file: Path) -> ModelSettings:
    """An entry with a model file: named after it, and as patient as with any llama.cpp."""
    known = {
        name: value for name, value in presets()["llamacpp"].settings.items() if name not in {"base_url", "key_env"}
    }
    said = {"model": file.stem, "context_tokens": FILE_CONTEXT_TOKENS}
    filled = {name: value for name, value in (known | said).items() if name not in settings.model_fields_set}
    return settings.model_copy(update=filled)


def resolved(name: str, settings: ModelSettings) -> ModelSettings:
    """An entry with what its preset knows in the place of what it does not say itself.

    The key of a preset is meant for the provider's own servers: it is left out for any other address, where only
    `key_env` of the entry itself can name one.

    Args:
        name: of the entry, which is a preset's if the entry names none.
        settings: the entry.

    Raises:
        SettingsError: there is no such preset, or it needs an address.
    """
    known = presets()
    chosen = settings.preset or (name if name in known and settings.gguf is None else None)
    if chosen is None:
        return settings if settings.gguf is None else _on_file(settings, settings.gguf)
    if chosen not in known:
        near = difflib.get_close_matches(chosen, known, n=1)
        raise SettingsError(
            f"models.{name}.preset: {chosen!r} is no known provider",
            remedy=f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}.",
        )
    preset = known[chosen]
    if settings.preset is None and settings.base_url and preset.hosts and not preset.owns(settings.base_url):
        return settings  # the name alone does not make somebody else's server that provider's
    filled = {key: value for key, value in preset.settings.items() if key not in settings.model_fields_set}
    url = settings.base_url or filled.get("base_url") or (OPENAI_URL if chosen == "openai" else None)
    if url is None:
        raise SettingsError(
            f"models.{name} is {preset.title}, which has an address of your own, and names none",
            remedy=f"Set models.{name}.base_url, like {preset.example}.",
        )
    if not preset.owns(url):
        filled.pop("key_env", None)
    return settings.model_copy(update={"preset": chosen, **filled})
