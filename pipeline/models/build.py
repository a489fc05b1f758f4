"""The one place where a model and its wrappers are put together."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from pipeline.errors import SettingsError
from pipeline.models.budgeting import Budgeting, Payer
from pipeline.models.capabilities import Abilities, Capable, Learning, OneWay, ways_of
from pipeline.models.choosing import needs_key
from pipeline.models.faults import Way
from pipeline.models.fitting import Fitting
from pipeline.models.local import LocalModel, check_model_file
from pipeline.models.openai import OpenAIModel
from pipeline.models.outlining import Model
from pipeline.models.pacing import Gate, Pace, Pacing
from pipeline.models.presets import resolved
from pipeline.models.remembering import Remembering, Replies
from pipeline.models.retrying import Retrying
from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import server_name


class Servers:
    """The models of one run; models of one server pass one gate, so that its limits hold for all of them.

    Args:
        replies: where replies are kept.
        abilities: where it is kept which way of asking a server knows; None to find it out anew.
        fresh: ask again even what was answered before.
        environment: where keys are looked up.
        sleep: waits for seconds; may raise to end the waiting.
    """

    def __init__(
        self,
        replies: Replies,
        *,
        abilities: Abilities | None = None,
        fresh: bool = False,
        environment: Mapping[str, str] = os.environ,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._replies = replies
        self._abilities = abilities
        self._fresh = fresh
        self._environment = environment
        self._sleep = sleep
        self._making = threading.Lock()
        self._gates: dict[tuple[str | None, str | None, Pace], Gate] = {}
        self._learnt: dict[tuple[str, str, tuple[Way, ...]], Learning] = {}
        self._vendors: dict[ModelSettings, OpenAIModel | LocalModel] = {}

    def model(self, settings: ModelSettings, payer: Payer | None = None) -> Model:
        """The model of these settings: a stored reply spends no limit, every attempt passes the gate and is paid for.

        Args:
            settings: the server, the model and their limits.
            payer: who pays for the calls; None where nobody counts.

        Raises:
            SettingsError: there is no key for a server that needs one, or the key or the base URL cannot be right.
        """
        settings = served(resolved("NAME", settings))
        with self._making:  # videos are begun in several threads
            gate, learnt = self._gate(settings), self._learning(settings)
            model = self._vendor(settings, gate)

        def asked(way: Way) -> Model:
            once: Model = OneWay(model, way)
            return Retrying(
                Pacing(Budgeting(once, settings, payer) if payer else once, gate),
                attempts=settings.attempts,
                give_up_after_s=settings.give_up_after_s,
                sleep=self._sleep,
            )

        fitting = Fitting(Capable(asked, learnt))
        told = payer.remember if payer else lambda: None
        return Remembering(fitting, self._replies, fresh=self._fresh, told=told)

    def _vendor(self, settings: ModelSettings, gate: Gate) -> OpenAIModel | LocalModel:
        """One client for all videos, or one model file in memory."""
        if settings not in self._vendors:
            heard = partial(gate.learn, model=settings.model)
            self._vendors[settings] = (
                LocalModel(settings, heard=heard)
                if settings.gguf
                else OpenAIModel(settings, key_of(settings, self._environment), heard=heard)
            )
        return self._vendors[settings]

    def _gate(self, settings: ModelSettings) -> Gate:
        pace = Pace(settings.concurrency, settings.requests_per_minute, settings.tokens_per_minute)
        server = (settings.base_url, settings.key_variable, pace)
        if server not in self._gates:
            self._gates[server] = Gate(
                pace, patience_s=settings.give_up_after_s, clock=time.monotonic, sleep=self._sleep
            )
        return self._gates[server]

    def _learning(self, settings: ModelSettings) -> Learning:
        named = (server_name(settings), settings.model, ways_of(settings))
        if named not in self._learnt:
            self._learnt[named] = learning(settings, self._abilities)
        return self._learnt[named]


def learning(settings: ModelSettings, abilities: Abilities | None) -> Learning:
    """What is remembered of the ways of a model, and where what is learnt goes."""
    ways, server, model = ways_of(settings), server_name(settings), settings.model
    if abilities is None:
        return Learning(ways, None, lambda _: None)
    return Learning(ways, abilities.way(server, model), partial(abilities.keep_way, server, model))


def build_model(
    settings: ModelSettings,
    replies: Replies,
    *,
    fresh: bool = False,
    environment: Mapping[str, str] = os.environ,
    sleep: Callable[[float], None] = time.sleep,
) -> Model:
    """The only model of a run, as `Servers` makes it.

    Args:
        settings: the server, the model and their limits.
        replies: where replies are kept.
        fresh: ask again even what was answered before.
        environment: where the key is looked up.
        sleep: waits for seconds; may raise to end the waiting.

    Raises:
        SettingsError: there is no key for a server that needs one, or the key or the base URL cannot be right.
    """
    return Servers(replies, fresh=fresh, environment=environment, sleep=sleep).model(settings)


def served(settings: ModelSettings) -> ModelSettings:
    """The settings, which name a server that can be there: an address that can be right, or a file that can be run.

    Raises:
        SettingsError: they do not.
    """
    if settings.gguf is not None:
        check_model_file(settings.gguf)
    _check_url(settings.base_url)
    return settings


def key_of(settings: ModelSettings, environment: Mapping[str, str]) -> str | None:
    """The key of whole settings; None for a server that needs none.

    Raises:
        SettingsError: it is missing, or holds characters that no key has.
    """
    key = environment.get(settings.key_variable or "", "").strip()
    if not key and needs_key(settings):
        raise SettingsError(
            f"the environment variable {settings.key_variable} holds no key",
            remedy="Set it, set `base_url` to a server that needs none, or use `--model extractive`.",
        )
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(
            f"the key in {settings.key_variable} holds characters that no key has", remedy="Copy it again."
        )
    return key or None


def _check_url(url: str | None) -> None:
    if url is None:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise SettingsError(
            "a `base_url` below `models` is no http(s) address", remedy="Write it like http://localhost:11434/v1."
        )
