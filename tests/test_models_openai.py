"""The adapter, with the real client over a real socket."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeline.errors import BadReply, CitenoteError, SettingsError, StopRun, TransientError
from pipeline.models.openai import OpenAIModel
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings
from pipeline.stages.draft import header_of, outline_request, read_outline
from pipeline.stages.exchanging import Overlong
from pipeline.values.exchange import Reply, Request
from tests.building import script
from tests.scripted_server import Behaviour, ScriptedServer

KEY = "sk-planted-0123456789"
SPOKEN = script(
    "The first tower was cast iron and they lit it in 1854.",
    "It was not the waves that worried the keepers there.",
    "The shaking broke the lamp glass every single winter.",
)


def question(server: ScriptedServer, temperature: float | None = None) -> tuple[ModelSettings, Request]:
    settings = ModelSettings(
        base_url=server.url, model="small", timeout_s=0.5, temperature=temperature, key_env="OPENAI_API_KEY"
    )
    return settings, outline_request(SPOKEN, SPOKEN.chunks[0], header_of(SPOKEN), PromptFolder(), settings)


@contextmanager
def asking(behaviour: Behaviour, retry_after: str | None = "7") -> Iterator[tuple[OpenAIModel, Request]]:
    with ScriptedServer(script=[behaviour], retry_after=retry_after) as server:
        settings, request = question(server)
        model = OpenAIModel(settings, KEY)
        try:
            yield model, request
        finally:
            model.close()
        assert server.calls == 1, "the client must not retry by itself"


def ask(behaviour: Behaviour) -> Reply:
    with asking(behaviour) as (model, request):
        return model.answer(request)


def failing(behaviour: Behaviour, retry_after: str | None = "7") -> CitenoteError:
    with asking(behaviour, retry_after) as (model, request), pytest.raises(CitenoteError) as caught:
        model.answer(request)
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__} {model!r} {request!r}"
    assert KEY not in shown
    vendors = caught.value.__context__
    assert vendors is None or caught.value.__suppress_context__, "a vendor's exception holds the server's words"
    return caught.value


def test_a_good_reply_with_its_usage() -> None:
    reply = ask("good")
    assert (reply.finish, reply.refusal, reply.model) == ("stop", None, "small")
    assert reply.usage.calls == 1
    assert 0 < reply.usage.cached < reply.usage.prompt
    assert reply.usage.completion > 0
    assert len(read_outline(reply, SPOKEN.chunks[0]).claims) == 3


def test_what_is_sent() -> None:
    with ScriptedServer() as server:
        settings, request = question(server, temperature=0.2)
        OpenAIModel(settings, KEY).answer(request)
        body, headers = server.asked[0].body, server.asked[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert body["max_tokens"] == request.max_tokens
    assert body["temperature"] == 0.2
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"] == request.answer_schema
    assert list(body["response_format"]["json_schema"]["schema"]["properties"]) == ["claims", "callouts"]
    assert [m["role"] for m in body["messages"]] == ["system", "user"]


def test_a_server_at_home_needs_no_key() -> None:
    with ScriptedServer() as server:
        settings, request = question(server)
        OpenAIModel(settings, None).answer(request)
        assert server.asked[0].headers["authorization"] == "Bearer no-key"
        assert "temperature" not in server.asked[0].body


def test_refusal_truncation_and_filters_come_back_as_replies() -> None:
    assert (ask("refusal").refusal or "").startswith("I cannot help with that.")
    assert ask("truncated").finish == "length"
    assert ask("too_long").finish == "length"
    assert ask("filter").finish == "content_filter"
    assert ask("filtered_prompt").finish == "content_filter"


@pytest.mark.parametrize(
    ("behaviour", "kind", "told"),
    [
        ("bad_key", StopRun, "OPENAI_API_KEY"),
        ("no_credit", StopRun, "credit"),
        ("no_model", SettingsError, "no model 'small'"),
        ("rejected", BadReply, "response_format"),
        ("error", TransientError, "status 500"),
        ("drop", TransientError, "no connection"),
        ("hang", TransientError, "within 0.5 s"),
        ("drip", TransientError, "within 0.5 s"),
        ("cut_body", TransientError, "no connection"),
        ("flood", Overlong, "more than 8,000,000 bytes"),
        ("not_json_http", TransientError, "broken answer"),
        ("bad_utf8", TransientError, "broken answer"),
    ],
)
def test_faults_become_errors_by_what_to_do(behaviour: Behaviour, kind: type[CitenoteError], told: str) -> None:
    error = failing(behaviour)
    assert type(error) is kind
    assert told in str(error)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", 7.0),
        ("0.25", 0.25),
        ("-3", 0.0),
        (None, None),
        ("soon", None),
        ("nan", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2015 07:28:00", 0.0),
    ],
)
def test_the_wait_that_a_server_asks_for(header: str | None, wait: float | None) -> None:
    error = failing("rate_limited", header)
    assert isinstance(error, TransientError)
    assert error.wait_s == wait


def test_a_date_to_wait_for_lies_ahead() -> None:
    error = failing("overloaded", "Fri, 21 Oct 2210 07:28:00 GMT")
    assert isinstance(error, TransientError)
    assert error.wait_s is not None
    assert error.wait_s > 1e9


def test_nobody_there() -> None:
    with ScriptedServer() as server:
        settings, request = question(server)
    with pytest.raises(TransientError, match="no connection"):
        OpenAIModel(settings, None).answer(request)


def test_credentials_in_the_address_are_neither_shown_nor_stored() -> None:
    settings = ModelSettings(base_url="http://me:secret@127.0.0.1:9/v1?token=secret")
    request = outline_request(SPOKEN, SPOKEN.chunks[0], header_of(SPOKEN), PromptFolder(), settings)
    model = OpenAIModel(settings, None)
    with pytest.raises(TransientError) as caught:
        model.answer(request)
    model.close()
    assert "secret" not in f"{request!r} {model!r} {caught.value}"


def test_the_client_is_imported_at_first_use_only() -> None:
    code = "import sys, pipeline.models.build, pipeline.models.asking; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
