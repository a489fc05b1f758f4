"""Any server that speaks OpenAI's chat completions. The only file that imports `openai`, and only at first use.

Vendor exceptions are translated here by type, status and code. None is chained: their texts may hold the key.
"""

import math
import ssl
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from pipeline.errors import BadReply, CitenoteError, SettingsError, StopRun, TransientError
from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import clean, public_url
from pipeline.values.exchange import Reply, Request, Usage

if TYPE_CHECKING:
    import openai

_OPENAI_URL: Final = "https://api.openai.com/v1"
_LONGEST_BODY: Final = 8_000_000
_NO_KEY = "no-key"  # the client insists on one, servers at home do not
_OUT_OF_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance"}
_TOO_LONG = {"context_length_exceeded", "string_above_max_length", "request_too_large"}
_FINISHES: Final[dict[str, Literal["length", "content_filter"]]] = {
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}
_TRY_AGAIN = {408, 409, 425, 429}


class OpenAIModel:
    """One model of one server.

    Args:
        settings: where the server is and how long to wait for it.
        api_key: the key; None for servers that need none. It appears in no message and no representation.
    """

    def __init__(self, settings: ModelSettings, api_key: str | None) -> None:
        self._settings = settings
        self._key = api_key
        self._importing = threading.Lock()
        self._url = settings.base_url or _OPENAI_URL
        self._server = public_url(self._url)

    def __repr__(self) -> str:
        return f"OpenAIModel({self._server!r})"

    @cached_property
    def _client(self) -> "openai.OpenAI":
        import openai  # noqa: PLC0415 - costs half a second that most commands need not pay

        address = urlsplit(self._url)
        local = address.scheme == "http" and address.hostname in {"localhost", "127.0.0.1", "::1"}
        return openai.OpenAI(
            api_key=self._key or _NO_KEY,
            base_url=self._url,
            max_retries=0,
            timeout=self._settings.timeout_s,
            # No proxy of the environment can reach a server on this machine. A context that trusts nobody saves the
            # tenth of a second that the list of authorities takes, and fails closed if we are sent elsewhere.
            http_client=openai.DefaultHttpxClient(trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
            if local
            else None,
        )

    def close(self) -> None:
        """Closes the connections, if any were opened."""
        with self._importing:
            if "_client" in self.__dict__:
                self._client.close()

    def answer(self, request: Request) -> Reply:
        """The reply to one attempt.

        Raises:
            StopRun: the key is refused or the credit spent.
            SettingsError: no such model or address.
            TransientError: limits, overload, timeouts, broken connections and broken answers.
            BadReply: the server rejects this request.
        """
        with self._importing:
            client = self._client
        import httpx2  # noqa: PLC0415 - as above; what the client leaves untranslated while a body is read
        import openai  # noqa: PLC0415 - as above

        try:
            with client.chat.completions.with_streaming_response.create(**self._arguments(request)) as response:
                return _reply(self._whole(response.iter_bytes()), request)
        except openai.APIStatusError as error:
            early = _early_reply(error, request)
            if early is not None:
                return early
            raise self._translated(error) from None
        except (openai.APITimeoutError, httpx2.TimeoutException):
            raise self._late() from None
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            cause = type(error.__cause__ or error).__name__
            raise TransientError(
                f"no connection to {self._server} ({cause})", remedy="Check the base URL and that the server runs."
            ) from None
        except (openai.OpenAIError, ValueError) as error:
            # a body that is no JSON, no UTF-8 or no completion, although the status was 200
            raise TransientError(f"{self._server} sent a broken answer ({type(error).__name__})") from None

    def _whole(self, parts: Iterable[bytes]) -> bytes:
        """A body, if it is complete in time and of a sane size: the client's own timeout starts anew with each part."""
        ends = time.monotonic() + self._settings.timeout_s
        body = bytearray()
        for part in parts:
            body += part
            if time.monotonic() > ends:
                raise self._late()
            if len(body) > _LONGEST_BODY:
                raise BadReply(f"{self._server} answered with more than {_LONGEST_BODY:,} bytes")
        return bytes(body)

    def _late(self) -> TransientError:
        return TransientError(f"{self._server} gave no whole answer within {self._settings.timeout_s:g} s")

    def _arguments(self, request: Request) -> dict[str, Any]:
        schema = {"name": request.schema_name, "strict": True, "schema": request.answer_schema}
        host = urlsplit(self._url).hostname or ""
        # OpenAI's own reasoning models refuse the old name, most other servers do not know the new one
        limit = "max_completion_tokens" if host.endswith((".openai.com", ".azure.com")) else "max_tokens"
        chosen = {} if request.temperature is None else {"temperature": request.temperature}
        return {
            "model": request.model,
            "messages": [m.model_dump() for m in request.messages],
            "response_format": {"type": "json_schema", "json_schema": schema},
            limit: request.max_tokens,
            **chosen,
        }

    def _translated(self, error: "openai.APIStatusError") -> CitenoteError:
        status, codes = error.status_code, {error.code, error.type}
        if status == 402 or codes & _OUT_OF_CREDIT:
            return StopRun(
                f"no credit left at {self._server}", remedy="Add credit, then run again: what was answered is kept."
            )
        if status in {401, 403}:
            return StopRun(
                f"{self._server} refuses the key (status {status})",
                remedy=f"Set {self._settings.key_variable or 'key_env'} to a valid key.",
            )
        if status in _TRY_AGAIN or status >= 500:
            return TransientError(f"{self._server} answered with status {status}", wait_s=_asked_wait(error))
        if status == 404 or "model_not_found" in codes:
            return SettingsError(
                f"{self._server} has no model {self._settings.model!r}, or this is not its address",
                remedy="Correct `model` and `base_url` below `models` in the settings.",
            )
        return BadReply(
            f"{self._server} rejects the request (status {status}): {self._safe(error.message)}",
            remedy="The model must support structured output (response_format json_schema).",
        )

    def _safe(self, text: str) -> str:
        """The beginning of a server's message, without the key that it may repeat."""
        return clean(text.replace(self._key, "***") if self._key else text)[:300]


def _early_reply(error: "openai.APIStatusError", request: Request) -> Reply | None:
    """Statuses that say what a finish reason says elsewhere: the prompt was filtered, or it was too long."""
    if error.code == "content_filter":
        return Reply(text="", finish="content_filter", model=request.model, usage=Usage(calls=1))
    if error.status_code == 413 or error.code in _TOO_LONG:
        return Reply(text="", finish="length", model=request.model, usage=Usage(calls=1))
    return None


def _asked_wait(error: "openai.APIStatusError") -> float | None:
    """Seconds that the server asks us to wait: `retry-after-ms`, or `retry-after` as seconds or as a date."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


class _Details(BaseModel):
    cached_tokens: int | None = None


class _Used(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Answer(BaseModel):
    """What we read of a completion. The vendor's own types are not checked: servers send what they like."""

    choices: list[_Choice] = Field(min_length=1)
    model: str | None = None
    usage: _Used | None = None


def _reply(body: bytes, request: Request) -> Reply:
    """The reply in a body; ValueError if it has none."""
    answer = _Answer.model_validate_json(body)
    choice = answer.choices[0]
    return Reply(
        text=choice.message.content or "",
        finish=_FINISHES.get(choice.finish_reason or "", "stop"),
        refusal=choice.message.refusal or None,
        model=answer.model or request.model,
        usage=_usage(answer.usage or _Used()),
    )


def _usage(used: _Used) -> Usage:
    return Usage(
        calls=1,
        prompt=used.prompt_tokens or 0,
        cached=(used.prompt_tokens_details or _Details()).cached_tokens or 0,
        completion=used.completion_tokens or 0,
    )
