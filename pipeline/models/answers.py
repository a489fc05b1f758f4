"""What a body says: a completion of any OpenAI-compatible server as a reply. Nothing of the client is needed here."""

import json
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from pipeline.models.keys import Key
from pipeline.values.exchange import Reply, Request, Usage

_FINISHES: Final[dict[str, Literal["length", "content_filter"]]] = {
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}


class _Details(BaseModel):
    cached_tokens: int | None = None


class _Used(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Function(BaseModel):
    arguments: str | dict[str, Any] | None = None


class _Call(BaseModel):
    function: _Function | None = None


class _Part(BaseModel):
    text: str | None = None


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Answer(BaseModel):
    """What we read of a completion. The vendor's own types are not checked: servers send what they like."""

    choices: list[_Choice] = Field(min_length=1)
    model: str | None = None
    usage: _Used | None = None


def read_answer(body: bytes | str, request: Request, key: Key) -> Reply:
    """The reply in a body; the key, should the server repeat it, is taken out of every word of it.

    Raises:
        ValueError: the body is no completion.
    """
    answer = _Answer.model_validate_json(body)
    choice = answer.choices[0]
    refusal = choice.message.refusal
    return Reply(
        text=key.out_of(_text(choice.message)),
        finish=_FINISHES.get(choice.finish_reason or "", "stop"),
        refusal=key.out_of(refusal) if refusal else None,
        model=key.out_of(answer.model or request.model),
        usage=_usage(answer.usage or _Used()),
    )


def unsent(request: Request, finish: Literal["length", "content_filter"], usage: Usage) -> Reply:
    """A reply without words: what was asked was too long, or a filter stopped it."""
    return Reply(text="", finish=finish, model=request.model, usage=usage)


def _text(message: _Message) -> str:
    """The arguments of a forced call are the answer; some servers put it beside the call all the same."""
    for call in message.tool_calls or ():
        if call.function and (arguments := call.function.arguments):
            return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    if isinstance(message.content, list):
        return "".join(part.text or "" for part in message.content)
    return message.content or ""


def _usage(used: _Used) -> Usage:
    return Usage(
        calls=1,
        prompt=used.prompt_tokens or 0,
        cached=(used.prompt_tokens_details or _Details()).cached_tokens or 0,
        completion=used.completion_tokens or 0,
    )
