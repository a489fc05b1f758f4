"""A model file on this machine: llama.cpp in this process, asked over the loopback like any other server.

Its server is started by the first question, on a port that was free and with a key that nobody else knows, and ends
with the process at the latest.
"""

import atexit
import os
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.models.faults import Way
from pipeline.models.headers import Rates
from pipeline.models.openai import OpenAIModel
from pipeline.models.presets import FILE_CONTEXT_TOKENS
from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import server_name
from pipeline.values.exchange import Reply, Request

_MAGIC = b"GGUF"
_HEALTH_S = 30.0


def check_model_file(file: Path) -> None:
    """Whether a model file can be run, as far as can be told without loading it.

    Raises:
        SettingsError: it cannot be read, is no GGUF file, or the extra is not installed.
    """
    try:
        with file.open("rb") as opened:
            magic = opened.read(len(_MAGIC))
    except OSError as error:
        raise SettingsError(
            f"{file}: cannot be read ({error.strerror})", remedy="Correct `gguf` below `models` in the settings."
        ) from error
    if magic != _MAGIC:
        raise SettingsError(f"{file}: is no GGUF file", remedy="`gguf` names a model file in the format of llama.cpp.")
    if find_spec("xllamacpp") is None:
        raise SettingsError(
            f"{file}: running a model file needs the extra `local`", remedy="pip install 'citenote[local]'"
        )


class LocalModel:
    """A model file that can be asked in several ways.

    Args:
        settings: an entry with `gguf`.
        heard: as of `OpenAIModel`.
    """

    def __init__(self, settings: ModelSettings, *, heard: Callable[[Rates], None] = lambda _: None) -> None:
        self._settings = settings
        self._heard = heard
        self._starting = threading.Lock()
        self._server: Any = None
        self._model: OpenAIModel | None = None

    @property
    def server(self) -> str:
        """The file, as it may be shown."""
        return server_name(self._settings)

    def answer(self, request: Request, way: Way = "json_schema") -> Reply:
        """The reply to one attempt; the first one waits for the model to be loaded.

        Raises:
            SettingsError: the file cannot be run.
            TransientError, BadReply: as `OpenAIModel.answer`.
        """
        with self._starting:
            model = self._model = self._model or self._started()
        return model.answer(request, way)

    def close(self) -> None:
        """Ends the server, if it was started."""
        with self._starting:
            if self._model is not None:
                self._model.close()
            self._model = self._server = None  # the server ends with its last reference

    def _started(self) -> OpenAIModel:
        file = self._settings.gguf
        if file is None:
            raise SettingsError("this entry names no model file", remedy="Set `gguf`.")
        check_model_file(file)
        key = secrets.token_urlsafe(32)
        self._server = _serve(file, self._settings, key)
        atexit.register(self.close)
        address = self._server.listening_address
        _expect_health(address)
        served = self._settings.model_copy(update={"gguf": None, "base_url": f"{address}/v1", "preset": "llamacpp"})
        return OpenAIModel(served, key, heard=self._heard)


def _serve(file: Path, settings: ModelSettings, key: str) -> Any:
    """A running server; each of its slots has the whole context."""
    xllamacpp = import_module("xllamacpp")  # an extra without types, and it takes its time
    params = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = params.endpoint_slots = params.warmup = False
    params.verbosity = -1
    params.n_parallel = settings.concurrency
    params.n_ctx = (settings.context_tokens or FILE_CONTEXT_TOKENS) * settings.concurrency
    # its threads wait for each other by turning on the spot: one core stays free for everybody else
    params.cpuparams.n_threads = max(1, (os.cpu_count() or 2) - 1)
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise SettingsError(
            f"{file}: llama.cpp cannot load this model ({error})",
            remedy="The file may be damaged, of a newer format, or too large for this machine's memory.",
        ) from error


def _expect_health(address: str) -> None:
    """Waits for the first sign of life: a server that ends before it has begun never ends."""
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=_HEALTH_S) as response:  # noqa: S310 - our own server
            response.read()
    except urllib.error.URLError as error:
        raise SettingsError(f"the server of the model file does not answer ({error.reason})") from error
