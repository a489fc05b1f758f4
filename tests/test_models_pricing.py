"""Prices: a pure function of tokens, model and provider, from a list that travels with the package."""

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.models.pricing import expect_priced, is_local, most_price, price
from pipeline.settings import BudgetPolicy, ModelSettings, Price
from pipeline.values.exchange import Message, Request, Usage

AT = datetime(2026, 11, 24, tzinfo=UTC)
MILLION = Usage(calls=1, prompt=1_000_000, completion=1_000_000)
OPENAI = ModelSettings(model="gpt-5-mini")
OWN = ModelSettings(base_url="https://llm.example.org/v1", model="own", price=Price(input=1, cached=0.1, output=4))
TOKENS = st.integers(0, 200_000)


def _cost(server: ModelSettings, usage: Usage = MILLION, *, batch: bool = False) -> Decimal | None:
    return price(usage, server, at=AT, batch=batch)


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("gpt-5-mini", None),
        ("gpt-5-mini-2025-08-07", "https://api.openai.com/v1"),
        ("openai/gpt-5-mini", "https://openrouter.ai/api/v1"),
        ("gpt-5-mini", "https://mine.openai.azure.com/openai/v1"),
        ("gemini-2.5-flash", "https://generativelanguage.googleapis.com/v1beta/openai"),
        ("claude-sonnet-4-5", "https://api.anthropic.com/v1"),
    ],
)
def test_known_providers_have_prices_and_cached_tokens_cost_less(model: str, url: str | None) -> None:
    server = ModelSettings(model=model, base_url=url)
    plain = _cost(server)
    read = _cost(server, MILLION.model_copy(update={"cached": 1_000_000}))
    assert plain is not None
    assert read is not None
    assert 0 < read < plain


def test_the_price_of_the_list_is_the_providers() -> None:
    assert _cost(OPENAI) == Decimal("2.25")
    assert _cost(OPENAI, Usage(calls=1, prompt=1_000, cached=400, completion=10)) == Decimal("0.00018")


@pytest.mark.parametrize(
    "server",
    [
        ModelSettings(model="gpt-99-imaginary"),
        ModelSettings(model="gpt-5-mini", base_url="https://llm.example.org/v1"),
        ModelSettings(model="qwen3:8b", base_url="http://192.168.1.20:11434/v1"),
    ],
)
def test_what_nobody_knows_is_unknown_and_not_free(server: ModelSettings) -> None:
    assert _cost(server) is None
    assert _cost(server, Usage()) is None


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://localhost:1234/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://models.localhost/v1", True),
        ("http://localhost.example.org/v1", False),
        ("http://128.0.0.1/v1", False),
        ("https://api.openai.com/v1", False),
        (None, False),
    ],
)
def test_this_machine_costs_nothing_unless_a_price_is_set(url: str | None, local: bool) -> None:
    server = ModelSettings(base_url=url, model="m")
    assert is_local(server) is local
    assert (_cost(server) == 0) is local
    assert _cost(server.model_copy(update={"price": OWN.price})) == 5


def test_a_model_file_costs_nothing(tmp_path: object) -> None:
    assert _cost(ModelSettings(gguf=f"{tmp_path}/small.gguf", model="small")) == 0


def test_flex_and_priority_have_the_prices_of_the_list_and_no_others() -> None:
    flex, priority = (OPENAI.model_copy(update={"service_tier": tier}) for tier in ("flex", "priority"))
    plain = _cost(OPENAI)
    assert plain is not None
    assert _cost(flex) == plain / 2
    assert _cost(priority) == plain * Decimal("1.8")
    unlisted = ModelSettings(model="gpt-4o-mini")
    assert _cost(unlisted.model_copy(update={"service_tier": "flex"})) == _cost(unlisted)


@pytest.mark.parametrize(
    "server", [OPENAI, OWN, ModelSettings(model="claude-sonnet-4-5", base_url="https://api.anthropic.com/v1")]
)
def test_a_batch_costs_half(server: ModelSettings) -> None:
    plain = _cost(server)
    assert plain is not None
    assert _cost(server, batch=True) == plain / 2


def test_a_batch_is_not_halved_twice_by_flex() -> None:
    assert _cost(OPENAI.model_copy(update={"service_tier": "flex"}), batch=True) == _cost(OPENAI, batch=True)


@given(TOKENS, TOKENS, TOKENS)
def test_more_tokens_never_cost_less_and_cached_ones_never_more(prompt: int, cached: int, completion: int) -> None:
    for server in (OPENAI, OWN):
        usage = Usage(calls=1, prompt=prompt, cached=cached, completion=completion)
        cost = _cost(server, usage)
        assert cost is not None
        plain = _cost(server, usage.model_copy(update={"cached": 0}))
        longer = _cost(server, usage.model_copy(update={"prompt": prompt + 1, "completion": completion + 1}))
        assert plain is not None
        assert longer is not None
        assert 0 <= cost <= plain <= longer or cost <= longer


@given(TOKENS, TOKENS, TOKENS, TOKENS)
def test_an_own_price_is_linear(prompt: int, completion: int, more: int, longer: int) -> None:
    one = Usage(calls=1, prompt=prompt, completion=completion)
    two = Usage(calls=1, prompt=more, completion=longer)
    first, second, both = _cost(OWN, one), _cost(OWN, two), _cost(OWN, one + two)
    assert first is not None
    assert second is not None
    assert both == first + second


def test_usage_that_makes_no_sense_costs_no_less_than_nothing() -> None:
    assert _cost(OWN, Usage(calls=1, prompt=-5, cached=90, completion=-1)) == 0
    assert _cost(OPENAI, Usage(calls=1, prompt=10, cached=90, completion=0)) == Decimal("0.00000025")


def test_an_own_price_without_a_cached_one_gives_no_reduction() -> None:
    server = OWN.model_copy(update={"price": Price(input=1, output=4)})
    assert _cost(server, MILLION.model_copy(update={"cached": 1_000_000})) == 5


REQUEST = Request(
    model="gpt-5-mini",
    base_url=None,
    messages=(Message(role="user", content="Wie spät ist es? 何時ですか。 " * 20),),
    schema_name="outline_draft",
    schema_text="{}",
    max_tokens=1_000,
)


def test_the_most_a_call_can_cost_is_more_than_its_longest_answer() -> None:
    most = most_price(REQUEST, OPENAI, at=AT)
    longest = _cost(OPENAI, Usage(calls=1, completion=1_000))
    assert most is not None
    assert longest is not None
    assert most > longest


def test_a_budget_needs_prices() -> None:
    unknown = {"mine/x": ModelSettings(model="x", base_url="https://llm.example.org/v1")}
    expect_priced(BudgetPolicy(), unknown, at=AT)
    expect_priced(BudgetPolicy(day=1), {"openai/gpt-5-mini": OPENAI, "own/own": OWN}, at=AT)
    with pytest.raises(SettingsError, match=r"models\.mine\.price"):
        expect_priced(BudgetPolicy(day=1), unknown, at=AT)


def test_the_list_is_only_read_where_a_provider_is_asked_about() -> None:
    code = (
        "import sys, pipeline.cli, pipeline.running\n"
        "from datetime import datetime, UTC\n"
        "from pipeline.models.pricing import price\n"
        "from pipeline.settings import ModelSettings\n"
        "from pipeline.values.exchange import Usage\n"
        "price(Usage(prompt=1), ModelSettings(base_url='http://127.0.0.1:1/v1'), at=datetime.now(UTC))\n"
        "assert 'genai_prices' not in sys.modules\n"
        "price(Usage(prompt=1), ModelSettings(), at=datetime.now(UTC))\n"
        "assert 'genai_prices' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
