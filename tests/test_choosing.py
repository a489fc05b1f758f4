"""Choosing the way of outlining."""

import pytest

from pipeline.errors import SettingsError
from pipeline.models.choosing import choose
from pipeline.settings import ModelSettings, Settings


def test_auto_without_key_or_server_is_extractive_and_says_why() -> None:
    choice = choose(Settings(), {})
    assert (choice.name, choice.server) == ("extractive", None)
    assert "no key" in choice.why


def test_auto_takes_the_first_server_that_can_be_used() -> None:
    settings = Settings(
        models={"paid": ModelSettings(key_env="PAID"), "local": ModelSettings(base_url="http://127.0.0.1:1/v1")}
    )
    assert choose(settings, {}).name == "local/gpt-5-mini"
    assert choose(settings, {"PAID": "k"}).name == "paid/gpt-5-mini"


def test_the_usual_variable_for_a_base_url_is_honoured() -> None:
    choice = choose(Settings(), {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    assert choice.server is not None
    assert choice.server.base_url == "http://127.0.0.1:9/v1"


def test_a_model_id_after_a_slash_replaces_the_configured_one() -> None:
    choice = choose(Settings(model="openai/some/model"), {"OPENAI_API_KEY": "secret"})
    assert choice.server is not None
    assert choice.server.model == "some/model"
    assert "secret" not in repr(choice)


def test_mistakes_are_told_with_a_remedy() -> None:
    with pytest.raises(SettingsError, match="Did you mean extractive"):
        choose(Settings(model="extractiv"), {})
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        choose(Settings(model="openai"), {})


def test_a_key_is_never_used_for_a_server_that_it_was_not_named_for() -> None:
    local = ModelSettings(base_url="http://127.0.0.1:1/v1")
    assert not choose(Settings(models={"local": local}), {"OPENAI_API_KEY": "k"}).key_present
    named = local.model_copy(update={"key_env": "OPENAI_API_KEY"})
    assert choose(Settings(models={"local": named}), {"OPENAI_API_KEY": "k"}).key_present
