"""Writes what is derived from the code: docs/reference.md and docs/config.schema.json.

With --check nothing is written, and the exit code tells whether the files are current.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.cli import main
from pipeline.settings import Settings

DOCS = Path(__file__).parent


def reference() -> str:
    """The reference of commands and settings as Markdown."""
    parts = ["# Reference", "Generated from the code by `make reference`.", "## Commands"]
    for path, command in _commands("citenote", main):
        context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
        parts += [f"### `{path}`", f"```text\n{command.get_help(context)}\n```"]
    parts += ["## Settings", "Keys of `config.yaml`. Unknown keys are refused."]
    parts += ["| key | type | default | what it means |\n|---|---|---|---|\n" + "\n".join(_rows())]
    return "\n\n".join(parts) + "\n"


def schema() -> str:
    """The JSON schema of `config.yaml`."""
    return json.dumps(Settings.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _commands(f"{path} {name}", inner)


def _rows() -> Iterator[str]:
    whole = Settings.model_json_schema()
    yield from _rows_of(whole, whole["$defs"], "")


def _rows_of(node: dict[str, Any], definitions: dict[str, Any], prefix: str) -> Iterator[str]:
    for key, field in node["properties"].items():
        inner = definitions.get(_reference(field))
        each = field.get("additionalProperties")
        if inner is not None:
            yield from _rows_of(inner, definitions, f"{prefix}{key}.")
        elif isinstance(each, dict) and _reference(each) in definitions:
            yield from _rows_of(definitions[_reference(each)], definitions, f"{prefix}{key}.NAME.")
        else:
            default = json.dumps(field.get("default"), ensure_ascii=False)
            meaning = " ".join(field.get("description", "").split())
            yield f"| `{prefix}{key}` | {_kind(field)} | `{default}` | {meaning} |"


def _reference(field: dict[str, Any]) -> str:
    return str(field.get("$ref", "")).rpartition("/")[2]


def _kind(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(map(str, field["enum"]))
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"] if option.get("type") != "null")
    kind = str(field.get("type", "any"))
    bounds = [f"{sign} {field[name]}" for name, sign in _BOUNDS.items() if name in field]
    if kind == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return ", ".join([kind, *bounds])


_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}


def _main() -> None:
    stale = []
    for path, text in ((DOCS / "reference.md", reference()), (DOCS / "config.schema.json", schema())):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8", newline="\n")
    if "--check" in sys.argv and stale:
        sys.exit(f"not current: {', '.join(stale)}; run `make reference`")


if __name__ == "__main__":
    _main()
