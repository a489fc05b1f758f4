"""The one place where a model and its wrappers are put together."""

import os
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from pipeline.errors import SettingsError
from pipeline.models.openai import OpenAIModel
from pipeline.models.outlining import Model
from pipeline.models.pacing import Gate, Pacing
from pipeline.models.remembering import Remembering, Replies
from pipeline.models.retrying import Retrying
from pipeline.settings import ModelSettings


class Servers:
    """The models of one run; models of one server pass one gate, so that its limits hold for all of them.

    Args:
        replies: where replies are kept.
        fresh: ask again even what was answered before.
        environment: where keys are looked up.
        sleep: waits for seconds; may raise to end the waiting.
    """

    def __init__(
        self,
        replies: Replies,
        *,
        fresh: bool = False,
        environment: Mapping[str, str] = os.environ,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._replies = replies
        self._fresh = fresh
        self._environment = environment
        self._sleep = sleep
        self._gates: dict[ModelSettings, Gate] = {}

    def model(self, settings: ModelSettings) -> Model:
        """The model of these settings: a stored reply spends no limit, and every attempt passes the gate.

        Raises:
            SettingsError: there is no key for OpenAI, or the key or the base URL cannot be right.
        """
        _check_url(settings.base_url)
        model = OpenAIModel(settings, _key(settings, self._environment))
        paced = Pacing(model, self._gate(settings))
        patience_s = settings.give_up_after_s
        retrying = Retrying(paced, attempts=settings.attempts, give_up_after_s=patience_s, sleep=self._sleep)
        return Remembering(retrying, self._replies, fresh=self._fresh)

    def _gate(self, settings: ModelSettings) -> Gate:
        server = settings.model_copy(update={"model": "", "temperature": None})
        if server not in self._gates:
            self._gates[server] = Gate(
                settings.concurrency,
                settings.requests_per_minute,
                patience_s=settings.give_up_after_s,
                clock=time.monotonic,
                sleep=self._sleep,
            )
        return self._gates[server]


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
        SettingsError: there is no key for OpenAI, or the key or the base URL cannot be right.
    """
    return Servers(replies, fresh=fresh, environment=environment, sleep=sleep).model(settings)


def _key(settings: ModelSettings, environment: Mapping[str, str]) -> str | None:
    key = environment.get(settings.key_variable or "", "").strip()
    if not key and settings.base_url is None:
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
