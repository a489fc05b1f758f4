"""A model file on this machine: what can be said of it before it is loaded."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.models.build import build_model
from pipeline.models.local import LocalModel, check_model_file
from pipeline.models.presets import FILE_CONTEXT_TOKENS, resolved
from pipeline.settings import ModelSettings
from pipeline.store.store import Store
from tests.commands import EXAMPLES, citenote, written


def model_file(folder: Path, content: bytes = b"GGUF\x03\x00\x00\x00") -> Path:
    file = folder / "tiny-1b.gguf"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "is no GGUF file"), (b"GGML and more", "is no GGUF file"), (None, "cannot be read")]
)
def test_what_is_no_model_file_is_told_before_anything_starts(content: bytes | None, told: str, tmp_path: Path) -> None:
    file = tmp_path / "none.gguf" if content is None else model_file(tmp_path, content)
    settings = ModelSettings(gguf=file)
    with pytest.raises(SettingsError, match=told) as caught:
        check_model_file(file)
    assert str(file) in caught.value.message
    assert caught.value.remedy
    with Store(tmp_path / "s.db") as store, pytest.raises(SettingsError, match=told):
        build_model(settings, store, environment={})


def test_without_the_extra_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)  # as if it could not be found
    with pytest.raises(SettingsError, match="extra `local`") as caught:
        check_model_file(model_file(tmp_path))
    assert "citenote[local]" in caught.value.remedy


def test_an_entry_with_a_file_is_named_after_it_and_is_patient(tmp_path: Path) -> None:
    found = resolved("mine", ModelSettings(gguf=tmp_path / "tiny-1b.gguf", timeout_s=7))
    assert (found.model, found.context_tokens, found.timeout_s) == ("tiny-1b", FILE_CONTEXT_TOKENS, 7)
    assert found.concurrency == 1
    assert found.base_url is None
    assert found.key_variable is None
    assert resolved("mine", found) == found
    chosen = resolved("mine", ModelSettings(gguf=tmp_path / "x.gguf", model="m", context_tokens=4_000))
    assert (chosen.model, chosen.context_tokens) == ("m", 4_000)


def test_building_a_model_loads_nothing(tmp_path: Path) -> None:
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the extra is not installed")
    with Store(tmp_path / "s.db") as store:
        assert build_model(ModelSettings(gguf=model_file(tmp_path)), store, environment={})
    LocalModel(ModelSettings(gguf=model_file(tmp_path))).close()


def test_a_damaged_file_stops_the_run_with_2(tmp_path: Path) -> None:
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the extra is not installed")
    file = model_file(tmp_path, b"GGUF\x03\x00\x00\x00" + b"\x00" * 200)
    written(tmp_path, json.dumps({"models": {"mine": {"gguf": str(file)}}}))
    done = citenote("run", EXAMPLES / "gps-time.en.vtt", "--model", "mine", folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "cannot load this model" in done.stderr
    assert "Traceback" not in done.stderr
