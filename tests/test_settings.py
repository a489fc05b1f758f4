"""Settings: typed, with errors that name the file, the line and the remedy."""

import json
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_own_settings_load() -> None:
    settings = load_settings(ROOT / "config.yaml")
    assert settings.model == "auto"
    assert settings.vault == ROOT / "outputs"


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(_written(tmp_path, "# nothing\n")) == Settings().rooted(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "vault: out\nnotes:\n  min_claim: 3\n",
            "config.yaml:3: notes.min_claim is not a setting\n  Did you mean notes.min_claims?",
        ),
        ("\nmodell: auto\n", "config.yaml:2: modell is not a setting\n  Did you mean model?"),
        (
            "models:\n  mine:\n    base-url: x\n",
            "config.yaml:3: models.mine.base-url is not a setting\n  Did you mean models.mine.base_url?",
        ),
        ("notes:\n  doubtful: maybe\n", "config.yaml:2: notes.doubtful: Input should be 'mark' or 'drop'"),
        ("workers: 0\n", "config.yaml:1: workers: Input should be greater than or equal to 1"),
        ("youtube:\n  languages: [en, 5]\n", "config.yaml:2: youtube.languages.1: Input should be a valid string"),
        ("a: [1\nb: 2\n", "config.yaml:2: not valid YAML"),
        ("- a\n", "config.yaml:1: expected keys and values"),
    ],
)
def test_errors_name_line_and_remedy(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(_written(tmp_path, text))
    assert expected in str(caught.value)


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(_written(tmp_path, "worker: 1\nmodel: 3\n"))
    assert "config.yaml:1" in str(caught.value)
    assert "config.yaml:2" in str(caught.value)


def test_a_missing_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "none.yaml")
    (tmp_path / "config.yaml").write_bytes(b"\xff\xfe\x00v")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(tmp_path / "config.yaml")


def test_the_schema_for_editors_is_current() -> None:
    written = json.loads((ROOT / "docs/config.schema.json").read_text(encoding="utf-8"))
    assert written == Settings.model_json_schema(), "run `make reference`"
