"""One question to a model and its answer."""

import hashlib
import json
from typing import Any, Literal

from pipeline.values.base import Value

_LATER = {"reasoning_effort"}


class Message(Value):
    """A turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Usage(Value):
    """Tokens as the provider counted them, added up over attempts."""

    calls: int = 0
    prompt: int = 0
    cached: int = 0
    """Those of `prompt` that the provider read from its cache."""
    completion: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            calls=self.calls + other.calls,
            prompt=self.prompt + other.prompt,
            cached=self.cached + other.cached,
            completion=self.completion + other.completion,
        )


class Request(Value):
    """Everything that decides an answer; its `key` names the answer in the store."""

    model: str
    base_url: str | None
    messages: tuple[Message, ...]
    schema_name: str
    schema_text: str
    """The JSON schema of the answer, as canonical JSON text."""
    max_tokens: int
    """Of the answer; 0 for a question that does not fit its model, which is never sent."""
    temperature: float | None = None
    reasoning_effort: str | None = None

    @property
    def key(self) -> str:
        """`k1:` and a hash of the canonical JSON of the whole request.

        What came later counts only where it is used: replies stored before stay answers to their questions.
        """
        parts = self.model_dump(mode="json")
        parts = {name: part for name, part in parts.items() if name not in _LATER or part is not None}
        canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "k1:" + hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def answer_schema(self) -> dict[str, Any]:
        """The schema as a dict."""
        loaded: dict[str, Any] = json.loads(self.schema_text)
        return loaded


class Reply(Value):
    """What came back. `refusal` and `finish` are read by the stages, never guessed from the text."""

    text: str
    finish: Literal["stop", "length", "content_filter"]
    refusal: str | None = None
    model: str
    usage: Usage
