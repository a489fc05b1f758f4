"""The documentation: its links lead somewhere, its commands parse, and what it names exists."""

import contextlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import click
import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.errors import BlockedError, SourceError, TransientError
from pipeline.reporting import Row
from pipeline.settings import Settings
from pipeline.sources import causes
from pipeline.sources.readers.shapes import SHAPES
from pipeline.values.proof import Proof
from tests.commands import EXAMPLES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCE = re.compile(r"^( *)```([a-z]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\[)\[[^\[\]]*\]\(([^()\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_KEY = re.compile(r"[a-z_]+(?:\.[A-Za-z_]+)+")
_COMMAND = re.compile(r"(?:^|&& )\s*(?:\S*/)?citenote (.*?)(?= && |$)", re.MULTILINE)


class Fence(NamedTuple):
    """A fenced block: its language and its text."""

    language: str
    text: str


def fences(text: str) -> list[Fence]:
    """The fenced blocks of a page."""
    return [Fence(m[2], re.sub(rf"^{m[1]}", "", m[3], flags=re.MULTILINE)) for m in _FENCE.finditer(text)]


def without_fences(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def commands(text: str) -> list[list[str]]:
    """The words after `citenote` of every command line in the shell blocks of a page."""
    lines = [m[1] for fence in fences(text) if fence.language in {"", "sh"} for m in _COMMAND.finditer(fence.text)]
    return [shlex.split(line, comments=True) for line in lines]


def parse(words: list[str]) -> None:
    """Reads a command line as the command would, without running it; click.UsageError if it cannot be read."""
    group = main.make_context("citenote", words[:1])
    name, command, rest = main.resolve_command(group, words)
    assert command is not None
    command.make_context(name, rest)


def headings(path: Path) -> set[str]:
    """The anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", without_fences(path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def settings_keys() -> set[str]:
    """Every dotted key of the settings, with NAME for the name of a model."""
    whole = Settings.model_json_schema()
    return set(_keys(whole, whole["$defs"], ""))


def _keys(node: dict[str, Any], kinds: dict[str, Any], prefix: str) -> Iterator[str]:
    for name, field in node["properties"].items():
        inner, each = _kind(field), _kind(field.get("additionalProperties"))
        yield f"{prefix}{name}"
        if inner in kinds:
            yield from _keys(kinds[inner], kinds, f"{prefix}{name}.")
        elif each in kinds:
            yield from _keys(kinds[each], kinds, f"{prefix}{name}.NAME.")


def _kind(field: object) -> str:
    return str(field.get("$ref", "")).rpartition("/")[2] if isinstance(field, dict) else ""


def keys_named(text: str) -> list[str]:
    """The words in backticks that look like keys of the settings, the value after `key: value` left out."""
    sections = {key.split(".")[0] for key in settings_keys() if "." in key}
    names = [code.partition(":")[0] for code in _CODE.findall(without_fences(text))]
    found = [name for name in names if _KEY.fullmatch(name) and name.split(".")[0] in sections]
    return [re.sub(r"^models\.[^.]+", "models.NAME", n) for n in found if not n.endswith((".md", ".json", ".py"))]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def in_code(text: str) -> set[str]:
    return set(_CODE.findall(without_fences(text)))


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_relative_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    targets = _LINK.findall(without_fences(path.read_text(encoding="utf-8")))
    for target in (t for t in targets if "://" not in t):
        name, _, anchor = unquote(target).partition("#")
        place = path.parent / name if name else path
        assert place.exists(), target
        assert not anchor or anchor in headings(place), target


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_command_line_parses(path: Path) -> None:
    for words in commands(path.read_text(encoding="utf-8")):
        try:
            parse(words)
        except click.exceptions.Exit:  # --help and --version
            continue
        except click.UsageError as error:
            pytest.fail(f"citenote {shlex.join(words)}: {error.format_message()}")


def test_a_wrong_command_line_is_found() -> None:
    text = "```sh\ncd x && .venv/bin/citenote run a.vtt --modle extractive  # a slip\ncitenote chek vault\n```\n"
    assert commands(text) == [["run", "a.vtt", "--modle", "extractive"], ["chek", "vault"]]
    for words in commands(text):
        with pytest.raises(click.UsageError):
            parse(words)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_settings_key_that_is_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(keys_named(text)) <= settings_keys()


def test_a_settings_key_that_does_not_exist_is_found() -> None:
    assert keys_named("`notes.doubful: drop`, `notes.md` and `models.local.base_url`") == [
        "notes.doubful",
        "models.NAME.base_url",
    ]
    assert "notes.doubful" not in settings_keys()
    assert {"notes.doubtful", "models.NAME.base_url", "vault"} <= settings_keys()


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_yaml_block_is_valid_settings(path: Path) -> None:
    for fence in fences(path.read_text(encoding="utf-8")):
        if fence.language == "yaml":
            Settings.model_validate(yaml.safe_load(fence.text))


def test_the_keys_of_json_output_and_of_proofs_are_all_explained() -> None:
    proof = {*Proof.model_fields, "format", "claims", "quotes", "gaps"} - {"outline"}
    assert set(Row.model_fields) <= in_code(page("first-run.md"))
    assert proof <= in_code(page("notes.md"))


def test_every_shape_and_every_cause_is_explained() -> None:
    text = page("sources.md")
    kinds = {c.kind for c in vars(causes).values() if isinstance(c, type) and issubclass(c, SourceError)}
    assert {shape.name for shape in SHAPES} <= {row.strip("| ").split(" | ")[0] for row in text.splitlines()}
    assert kinds - {SourceError.kind} | {BlockedError.kind, TransientError.kind} <= in_code(text)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every line that the commands of the pages tell, run one after the other in one folder, as a reader would."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(EXAMPLES, folder / "examples")
    with contextlib.chdir(folder):
        return {line for text in _outputs() for line in text.splitlines()}


def _outputs() -> Iterator[str]:
    first = _citenote("run", "examples")
    yield from (first, _citenote("run", "examples"), _citenote("run", "examples/gps-time.en.vtt", "--json"))
    yield from (_citenote("check", "outputs"), _citenote("run", "examples", "--model", "openai", "--dry-run"))
    note = Path(first.partition("Open:\n  ")[2].splitlines()[0])
    yield note.read_text(encoding="utf-8")
    script = next(fence.text for fence in fences(page("notes.md")) if fence.language == "python")
    proof = [sys.executable, "-c", script, "outputs/.citenote/proofs/gps-time.json"]
    yield subprocess.run(proof, capture_output=True, encoding="utf-8", check=True).stdout
    yield from _after_changes(note)


def _after_changes(note: Path) -> Iterator[str]:
    """What is told when a note was edited, when its template changed too, and when that template is wrong."""
    before = note.read_text(encoding="utf-8")
    edited = before.replace("about ten seconds a day", "about twenty seconds a day")
    assert edited != before
    note.write_text(edited, encoding="utf-8")
    yield _citenote("check", "outputs")
    own = Path("templates/note.md.j2")
    own.parent.mkdir()
    built_in = (ROOT / "pipeline" / own).read_text(encoding="utf-8")
    own.write_text(built_in.replace("From: ", "Out of: "), encoding="utf-8")
    Path("config.yaml").write_text("notes:\n  templates: templates\n", encoding="utf-8")
    yield _citenote("run", "examples/chronometer-interview.en.srt")
    own.write_text("{% if %}", encoding="utf-8")
    yield _citenote("run", "examples/chronometer-interview.en.srt")


def _citenote(*words: str) -> str:
    """What a command tells; `extractive` unless it names a model, whatever keys this machine has."""
    key = "not-sent" if "--dry-run" in words else None
    done = CliRunner(env={"OPENAI_API_KEY": key, "OPENAI_BASE_URL": None}).invoke(main, words)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ["first-run.md", "notes.md"])
def test_every_output_that_is_shown_is_real(name: str, told: set[str]) -> None:
    shown = [
        line for f in fences(page(name)) if f.language in {"text", "json", "markdown"} for line in f.text.splitlines()
    ]
    assert [line for line in shown if line not in told and not any(t.startswith(line) for t in told)] == []


def test_the_dry_run_that_is_shown_is_real(told: set[str]) -> None:
    shown = next(f.text for f in fences(page("models.md")) if "dry run:" in f.text)
    assert [line for line in shown.splitlines() if line not in told] == []


def test_what_is_generated_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
