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

from pipeline.errors import BadReply
from pipeline.settings import ModelSettings
from pipeline.values.base import Value
from pipeline.values.exchange import Message, Reply, Request

Piece = TypeVar("Piece", bound=Value)

# Lone surrogates cannot be encoded, bidirectional marks and tag characters hide text from people. The joiners
# U+200C and U+200D stay: Persian, Indic scripts and emoji are spelt with them.
_INVISIBLE = regex.compile(r"[\p{Cs}\p{Cn}\p{Co}]|(?![\u200c\u200d])\p{Cf}")
_BLANK = regex.compile(r"[\p{Cc}\s\u2028\u2029]+")
_OPENING = str.maketrans({"<": "‹", "＜": "‹", "﹤": "‹"})  # without it no tag can be opened or closed

_EXCERPT = 600  # characters of a bad answer that are shown to the model again
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


class Truncated(BadReply):
    """The answer was cut off: ask about less."""

    kind = "truncated"


class NotJson(BadReply):
    """The answer is not JSON."""

    kind = "not_json"


class WrongShape(BadReply):
    """The answer is JSON of another form; `kept` is what could be used of it, if anything."""

    kind = "wrong_shape"

    def __init__(self, message: str, *, kept: Value | None = None) -> None:
        super().__init__(message)
        self.kept = kept


def clean(text: str) -> str:
    """The text on one line, without control, invisible and unencodable characters."""
    return _BLANK.sub(" ", _INVISIBLE.sub("", text)).strip()


def fenced(text: str) -> str:
    """The text as data inside a fence: on one line, and with no `<` that could open or close a tag."""
    return clean(text).translate(_OPENING)


def schema_text(answer: type[BaseModel]) -> str:
    """The JSON schema of an answer, for strict structured output.

    Properties stay in the order of the fields: models generate in that order. Titles are left out to save tokens,
    list lengths because not every server accepts them; the prompts state them and the readers enforce them.
    """
    return json.dumps(_strict(answer.model_json_schema()), ensure_ascii=False, separators=(",", ":"))


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: v for k, v in schema.items() if k not in {"title", "minItems", "maxItems", "default"}}
    named = {k: {name: _strict(v) for name, v in kept[k].items()} for k in ("properties", "$defs") if k in kept}
    return {k: named.get(k, _strict(v)) for k, v in kept.items()}


def public_url(url: str | None) -> str | None:
    """A server's URL as it may be stored and shown: without user, password, query and fragment."""
    if url is None:
        return None
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def request(messages: tuple[Message, ...], answer: type[BaseModel], settings: ModelSettings, tokens: int) -> Request:
    """The question that these messages ask; `tokens` bounds the answer, thinking included."""
    return Request(
        model=settings.model,
        base_url=public_url(settings.base_url),
        messages=messages,
        schema_name=regex.sub(r"(?<=\p{Ll})(?=\p{Lu})", "_", answer.__name__).lower(),
        schema_text=schema_text(answer),
        max_tokens=tokens,
        temperature=settings.temperature,
    )


def ask_again(asked: Request, reply: Reply, objection: str, prompts: Prompts) -> Request:
    """The same question with the bad answer (its beginning) and what was wrong with it."""
    bad = Message(role="assistant", content=clean(reply.text)[:_EXCERPT] or "(empty)")
    again = prompts.messages("again", {"objection": fenced(objection)})
    return asked.model_copy(update={"messages": (*asked.messages, bad, *again)})


def read_object(reply: Reply) -> dict[str, Any]:
    """The JSON object of a reply; its strings are clean. A preamble, a code fence and what follows are passed over.

    Raises:
        Refused, Filtered, Truncated, NotJson: by what is wrong with it.
    """
    if reply.refusal:
        raise Refused(f"the model refused: {clean(reply.refusal)[:200]}")
    if reply.finish == "content_filter":
        raise Filtered("a content filter of the provider stopped the answer")
    if reply.finish == "length":
        raise Truncated("the answer was cut off at its token limit")
    answer = reply.text.rpartition("</think>")[2]  # local reasoning models think aloud before they answer
    start = answer.find("{")
    if start < 0:
        raise NotJson("the answer holds no JSON object")
    try:
        # an object this deep or an integer this long is hostile, not an answer: RecursionError, ValueError
        found: dict[str, Any] = _cleaned(json.JSONDecoder().raw_decode(answer, start)[0])
    except (ValueError, RecursionError) as error:
        raise NotJson(f"the answer is not valid JSON: {error}") from None
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
