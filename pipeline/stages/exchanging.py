"""Questions and answers as typed JSON: what every stage that needs a model shares.

A question is a pure function of values, so that its hash names the answer. An answer is read piece by piece: of a
partly good reply the good pieces are kept, and what was wrong with the others is said in words that the model can be
told. Nothing in data that comes from outside can end the fence that it is sent in.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

import regex
from pydantic import BaseModel, ValidationError

from pipeline.errors import BadReply, SettingsError
from pipeline.settings import ModelSettings
from pipeline.stages.lenient import object_in
from pipeline.stages.split import estimate_tokens
from pipeline.values.base import Value
from pipeline.values.exchange import Message, Reply, Request

Piece = TypeVar("Piece", bound=Value)

# Lone surrogates cannot be encoded, bidirectional marks and tag characters hide text from people. The joiners
# U+200C and U+200D stay: Persian, Indic scripts and emoji are spelt with them.
_INVISIBLE = regex.compile(r"[\p{Cs}\p{Cn}\p{Co}]|(?![\u200c\u200d])\p{Cf}")
_BLANK = regex.compile(r"[\p{Cc}\s\u2028\u2029]+")
_OPENING = str.maketrans({"<": "‹", "＜": "‹", "﹤": "‹"})  # without it no tag can be opened or closed

_LEFT_OUT = {"$defs", "title", "description", "minItems", "maxItems", "default"}
_EXCERPT = 600  # characters of a bad answer that are shown to the model again
_LEAST_ROOM = 500  # tokens that a question and its answer take at the very least, beside the rules
_SHARE = 4  # an answer's limit is generous: a quarter of it is enough for most
_OBJECTIONS = 5  # more of them teach a model nothing new


class Prompts(Protocol):
    """The texts of the questions."""

    def messages(self, name: str, values: Mapping[str, Any]) -> tuple[Message, ...]:
        """The messages of the prompt `name` with these values; SettingsError if its template is wrong."""
        ...


class Refused(BadReply):
    """The model declined to answer."""

    kind = "refused"


class Filtered(BadReply):
    """A content filter stopped the answer."""

    kind = "filtered"


class Unusable(BadReply):
    """An answer that cannot be taken as it is; `kept` is what could be used of it, if anything."""

    kind = "unusable"

    def __init__(self, message: str, *, kept: Value | None = None) -> None:
        super().__init__(message)
        self.kept = kept


class Overlong(BadReply):
    """The answer is longer than any answer can be."""

    kind = "overlong"


class Truncated(Unusable):
    """The answer was cut off: ask about less."""

    kind = "truncated"


class NotJson(Unusable):
    """The answer is not JSON."""

    kind = "not_json"


class WrongShape(Unusable):
    """The answer is JSON of another form."""

    kind = "wrong_shape"


def clean(text: str) -> str:
    """The text on one line, without control, invisible and unencodable characters."""
    return _BLANK.sub(" ", _INVISIBLE.sub("", text)).strip()


def fenced(text: str) -> str:
    """The text as data inside a fence: on one line, and with no `<` that could open or close a tag."""
    return clean(text).translate(_OPENING)


def schema_text(answer: type[BaseModel]) -> str:
    """The JSON schema of an answer, for strict structured output.

    Properties stay in the order of the fields: models generate in that order. Titles and descriptions are left out to
    save tokens, list lengths because not every server accepts them; prompts state them, readers enforce them.
    """
    schema = answer.model_json_schema()
    return json.dumps(_strict(schema, schema.get("$defs", {})), ensure_ascii=False, separators=(",", ":"))


def _strict(schema: Any, parts: Mapping[str, Any]) -> Any:
    """A schema without what is left out, its parts where they are meant: no answer holds itself."""
    if isinstance(schema, list):
        return [_strict(item, parts) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _strict(parts[schema["$ref"].rpartition("/")[2]], parts)
    kept = {k: v for k, v in schema.items() if k not in _LEFT_OUT}
    named = {name: _strict(v, parts) for name, v in kept.get("properties", {}).items()}
    return {k: named if k == "properties" else _strict(v, parts) for k, v in kept.items()}


def public_url(url: str | None) -> str | None:
    """A server's URL as it may be stored and shown: without user, password, query and fragment."""
    if url is None:
        return None
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def server_name(settings: ModelSettings) -> str:
    """A server as it may be stored and shown; OpenAI itself, whose address the client knows, has an empty one."""
    return f"gguf:{settings.gguf.name}" if settings.gguf else public_url(settings.base_url) or ""


def request(messages: tuple[Message, ...], answer: type[BaseModel], settings: ModelSettings, tokens: int) -> Request:
    """The question that these messages ask; `tokens` bounds the answer, thinking included.

    Raises:
        SettingsError: the model's context has no room for anything but the rules.
    """
    schema = schema_text(answer)
    return Request(
        model=settings.model,
        base_url=server_name(settings) or None,
        messages=messages,
        schema_name=_name_of(answer),
        schema_text=schema,
        max_tokens=_answer_limit(messages, schema, settings, tokens),
        temperature=settings.temperature,
        reasoning_effort=settings.reasoning_effort,
    )


def _name_of(answer: type[BaseModel]) -> str:
    return answer.model_config.get("title") or regex.sub(r"(?<=\p{Ll})(?=\p{Lu})", "_", answer.__name__).lower()


def _answer_limit(messages: tuple[Message, ...], schema: str, settings: ModelSettings, tokens: int) -> int:
    """The most tokens that an answer may have; 0 if what is left of the context would surely cut it off."""
    limit = min(tokens, settings.max_output_tokens or tokens)
    if settings.context_tokens is None:
        return limit
    rules = estimate_tokens(schema) + sum(estimate_tokens(m.content) for m in messages if m.role == "system")
    if settings.context_tokens - rules < _LEAST_ROOM:
        raise SettingsError(
            f"the rules of a question alone take about {rules:,} of {settings.context_tokens:,} context_tokens",
            remedy="Raise context_tokens of this model, and the context of its server.",
        )
    room = settings.context_tokens - rules - sum(estimate_tokens(m.content) for m in messages if m.role != "system")
    return min(limit, room) if room * _SHARE >= tokens else 0


def ask_again(asked: Request, reply: Reply, objection: str, prompts: Prompts) -> Request:
    """The same question with the bad answer (its beginning) and what was wrong with it."""
    bad = Message(role="assistant", content=clean(reply.text)[:_EXCERPT] or "(empty)")
    again = prompts.messages("again", {"objection": fenced(objection)})
    return asked.model_copy(update={"messages": (*asked.messages, bad, *again)})


def read_object(reply: Reply) -> dict[str, Any]:
    """The JSON object of a reply; its strings are clean. What is written around it is passed over, slips are mended.

    Raises:
        Refused, Filtered, Truncated, NotJson: by what is wrong with it.
    """
    if reply.refusal:
        raise Refused(f"the model refused: {clean(reply.refusal)[:200]}")
    if reply.finish == "content_filter":
        raise Filtered("a content filter of the provider stopped the answer")
    if reply.finish == "length":
        raise Truncated("the answer was cut off at its token limit")
    try:
        found: dict[str, Any] = _cleaned(object_in(reply.text))
    except ValueError as error:
        raise NotJson(str(error)) from None
    except RecursionError:
        raise NotJson("the answer is nested too deeply") from None
    return found


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return value


def read_pieces(data: Mapping[str, Any], field: str, kind: type[Piece]) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """The valid and distinct items of a list in an answer, in order, and the objections to the others."""
    items = data.get(field)
    if not isinstance(items, list):
        return (), (f'"{field}" is missing or not a list',)
    good: list[Piece] = []
    objections: list[str] = []
    for number, item in enumerate(items):
        try:
            good.append(kind.model_validate(item, extra="ignore"))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(str(part) for part in (field, number, *first["loc"]))
            objections.append(f"{where}: {first['msg']}")
    return tuple(dict.fromkeys(good)), tuple(objections)


def objection(found: tuple[str, ...]) -> str:
    """The first objections as one line."""
    more = f"; and {len(found) - _OBJECTIONS} more" if len(found) > _OBJECTIONS else ""
    return "; ".join(found[:_OBJECTIONS]) + more
