"""The body of a request: one question, asked for in one of the ways that servers know."""

import hashlib
from typing import Any, Final

from pipeline.models.faults import Way
from pipeline.models.presets import preset_of
from pipeline.settings import ModelSettings
from pipeline.values.exchange import Request

_FORM: Final = (
    "Answer with one JSON object and nothing else: no code fence, no remark before or after it, no spaces or line"
    " breaks between its parts. It must match this JSON schema:\n"
)


def body_of(request: Request, settings: ModelSettings, way: Way) -> dict[str, Any]:
    """What is sent for a question.

    Args:
        request: the question.
        settings: of the server, of which what does not decide the answer is taken.
        way: how the form of the answer is asked for.
    """
    chosen = {
        "temperature": request.temperature,
        "reasoning_effort": request.reasoning_effort,
        "service_tier": settings.service_tier,
        "prompt_cache_key": cache_key(request) if "prompt_cache_key" in preset_of(settings).takes else None,
    }
    return {
        "model": request.model,
        "messages": _messages(request, way),
        preset_of(settings).limit: request.max_tokens,
        **_form(request, way),
        **{name: value for name, value in chosen.items() if value is not None},
    }


def cache_key(request: Request) -> str:
    """The same for all questions with the same rules and form, so that a provider has them meet one cache."""
    rules = "".join(m.content for m in request.messages if m.role == "system")
    digest = hashlib.sha256(f"{request.model}\n{request.schema_text}\n{rules}".encode()).hexdigest()
    return f"citenote-{request.schema_name}-{digest[:16]}"


def _messages(request: Request, way: Way) -> list[dict[str, str]]:
    """The messages; where the server is not told the schema, the constant first of them tells the model."""
    messages = [{"role": str(m.role), "content": m.content} for m in request.messages]
    if way in {"json_object", "plain"}:
        first = messages[0]
        messages[0] = {**first, "content": f"{first['content']}\n\n{_FORM}{request.schema_text}"}
    return messages


def _form(request: Request, way: Way) -> dict[str, Any]:
    name, schema = request.schema_name, request.answer_schema
    if way == "json_schema":
        strict = {"name": name, "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": strict}}
    if way == "json_object":
        return {"response_format": {"type": "json_object"}}
    if way == "tool":
        function = {"name": name, "description": "Takes the answer.", "parameters": schema}
        return {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": name}},
        }
    return {}
