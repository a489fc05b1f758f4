"""What a server's refusal means: a status and the words of its body become an error of ours, or a reply.

A refusal is judged by its status, then by the codes and the parameters that its body names. Servers that name neither
say it in words only: these are read last, and only to find out whether it is the *way of asking* that is refused.
"""

import json
from collections.abc import Iterator
from typing import Any, Final, Literal

import regex

from pipeline.errors import BadReply, CitenoteError, SettingsError, StopRun, TransientError
from pipeline.models.answers import unsent
from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import clean
from pipeline.values.base import Value
from pipeline.values.exchange import Reply, Request, Usage

Way = Literal["json_schema", "json_object", "tool", "plain"]
"""How the form of an answer is asked for, best first."""

_OUT_OF_CREDIT: Final = {
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient_balance",
}
_TOO_LONG: Final = {
    "context_length_exceeded",
    "string_above_max_length",
    "request_too_large",
    "exceed_context_size_error",  # llama.cpp
}
_BROKEN_FORM: Final = {"json_validate_failed", "tool_use_failed"}  # the model's answer, not our question
_TRY_AGAIN: Final = {408, 409, 425, 429}
_UNABLE: Final = {400, 404, 422, 501}
_NODES = 200  # of an error's body that are looked at

_ASKED_BY: Final[dict[Way, tuple[str, ...]]] = {
    "json_schema": ("response_format", "json_schema", "guided_json", "structured_outputs", "generation_config"),
    "json_object": ("response_format", "json_object", "generation_config"),
    "tool": ("tools", "tool_choice", "functions", "function_call", "tool_config"),
    "plain": (),
}
_SAID: Final[dict[Way, regex.Pattern[str]]] = {
    "json_schema": regex.compile(r"response[ _]?format|json[ _]?schema|structured[ _]output|schema|grammar|guided"),
    "json_object": regex.compile(r"response[ _]?format|json[ _]?object|json[ _]mode"),
    "tool": regex.compile(r"\btools?\b|tool[ _](?:choice|use|call)|\bfunctions?\b|function[ _]call"),
}


class Fault(Value):
    """A refusal as the server told it."""

    status: int
    codes: frozenset[str] = frozenset()
    """Every code, type and status word of the body."""
    params: frozenset[str] = frozenset()
    """The parameters that it names as the cause."""
    message: str = ""
    written: str | None = None
    """What the model wrote, where the server refuses that."""
    wait_s: float | None = None


class Unable(BadReply):
    """The server does not know this way of asking for a form; another way may do."""

    kind = "unable"


def read_fault(status: int, body: Any, wait_s: float | None = None) -> Fault:
    """The fault in the body of an error, whatever shape it has: servers nest, list and rename as they like."""
    found = list(_leaves(body))
    texts = {name: [text for key, text in found if key in keys] for name, keys in _KEYS.items()}
    return Fault(
        status=status,
        codes=frozenset(texts["codes"]),
        params=frozenset(part for text in texts["params"] for part in regex.split(r"[.\[\]]", text) if part),
        message=" ".join(dict.fromkeys(texts["messages"])),
        written=next(iter(texts["written"]), None),
        wait_s=wait_s,
    )


_KEYS: Final = {
    "codes": {"code", "type", "status", "error_code"},
    "params": {"param", "parameter", "loc"},
    "messages": {"", "error", "message", "msg", "detail", "raw"},
    "written": {"failed_generation"},
}


def fault_within(body: bytes) -> Fault | None:
    """The fault in the body of a success: servers that pass requests on learn of it when they have said 200 already."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = said.get("error") if isinstance(said, dict) and not said.get("choices") else None
    if not error:
        return None
    status = error.get("code") if isinstance(error, dict) else None
    return read_fault(status if isinstance(status, int) and 400 <= status < 600 else 502, error)


def _leaves(body: Any) -> Iterator[tuple[str, str]]:
    """The texts of a body with the names they stand under, from the top down, and not for ever."""
    level = [("", body)]
    for _ in range(_NODES):
        if not level:
            return
        key, node = level.pop(0)
        if isinstance(node, dict):
            level += [(str(name), value) for name, value in list(node.items())[:_NODES]]
        elif isinstance(node, list):
            level += [(key, value) for value in node[:_NODES]]
        elif isinstance(node, str):
            yield key, node


def refuses(fault: Fault, way: Way) -> bool:
    """Whether it is the way of asking that is refused, so that another may be tried."""
    if fault.status not in _UNABLE or way == "plain" or fault.codes & (_TOO_LONG | _BROKEN_FORM | {"model_not_found"}):
        return False
    if fault.params:
        return bool(fault.params & set(_ASKED_BY[way]))
    return _SAID[way].search(fault.message.lower()) is not None


def early_reply(fault: Fault, request: Request) -> Reply | None:
    """Statuses that say what a finish reason says elsewhere: filtered, too long, or of a broken form."""
    asked = Usage(calls=1)
    if "content_filter" in fault.codes:
        return unsent(request, "content_filter", asked)
    if fault.status == 413 or fault.codes & _TOO_LONG:
        return unsent(request, "length", asked)
    if fault.codes & _BROKEN_FORM:
        return Reply(text=fault.written or "", finish="stop", model=request.model, usage=asked)
    return None


def error_of(fault: Fault, server: str | None, settings: ModelSettings) -> CitenoteError:
    """The error that a refusal is, by what is to be done about it. The message of `fault` must not hold the key."""
    status = fault.status
    if status == 402 or fault.codes & _OUT_OF_CREDIT:
        return StopRun(f"no credit left at {server}", remedy="Add credit, then run again: what was answered is kept.")
    if status in {401, 403}:
        return StopRun(
            f"{server} refuses the key (status {status})",
            remedy=f"Set {settings.key_variable or 'key_env'} to a valid key.",
        )
    if status in _TRY_AGAIN or status >= 500:
        return TransientError(f"{server} answered with status {status}", wait_s=fault.wait_s)
    if status == 404 or "model_not_found" in fault.codes:
        return SettingsError(
            f"{server} has no model {settings.model!r}, or this is not its address",
            remedy="Correct `model` and `base_url` below `models` in the settings.",
        )
    return BadReply(
        f"{server} rejects the request (status {status}): {clean(fault.message)[:300]}",
        remedy="`citenote models --probe NAME` tells what the server can do (response_format, tools).",
    )
