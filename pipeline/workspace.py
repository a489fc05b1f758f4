"""A workspace: a folder with settings, prompts to customise, and a place for the notes."""

import json
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.models.prompts import built_in_folder
from pipeline.settings import Settings, load_settings
from pipeline.values.base import Value

CONFIG = "config.yaml"
_SCHEMA = ".citenote/config.schema.json"
_GITIGNORE = """\
# What was paid for stays here and out of git; the proofs beside the notes go with them.
/.citenote/
"""


class Laid(Value):
    """A file of a workspace: written now, or kept because it was there."""

    path: Path
    written: bool


def settings_for(config: Path | None, folder: Path) -> Settings:
    """The settings named, else those of the folder's `config.yaml`, else the defaults, with paths below the folder."""
    if config is not None:
        return load_settings(config)
    found = folder / CONFIG
    return load_settings(found) if found.is_file() else Settings().rooted(folder)


def lay_out(folder: Path) -> tuple[Laid, ...]:
    """Write a workspace into a folder; a file that is there is kept as it is.

    Raises:
        SettingsError: when the folder cannot be written to.
    """
    config = _shipped_config().read_text(encoding="utf-8").replace("docs/config.schema.json", _SCHEMA)
    config = config.replace("model: auto ", "prompts: prompts            # yours to customise\nmodel: auto ", 1)
    texts = {
        CONFIG: config,
        _SCHEMA: json.dumps(Settings.model_json_schema(), indent=2, ensure_ascii=False) + "\n",
        ".gitignore": _GITIGNORE,
        "outputs/.gitkeep": "",
    }
    for prompt in sorted(built_in_folder().glob("*.j2")):
        texts[f"prompts/{prompt.name}"] = prompt.read_text(encoding="utf-8")
    try:
        return tuple(_lay(folder / name, text) for name, text in texts.items())
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be written ({error.strerror})", remedy="Name another folder.") from error


def _lay(path: Path, text: str) -> Laid:
    if path.exists():
        return Laid(path=path, written=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return Laid(path=path, written=True)


def _shipped_config() -> Path:
    """The settings that stand beside the package in a checkout, and inside it once installed."""
    inside = Path(__file__).parent / CONFIG
    return inside if inside.exists() else inside.parents[1] / CONFIG
