"""A key is planted and a server says it back wherever it can: nothing that is written or printed may hold it."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.models.keys import Key
from pipeline.stages.exchanging import clean
from tests.capable_server import CapableServer
from tests.commands import EXAMPLES

KEY = "sk-planted-3f9c1d7e5b2a"
ESCAPED = "".join(f"\\u{ord(c):04x}" if n % 3 == 0 else c for n, c in enumerate(KEY))
HIDDEN = "\u200b".join(KEY)
HIDDEN_ESCAPED = "\\u200d".join(KEY)
HEADERS = {
    "x-request-id": KEY,
    "x-ratelimit-remaining-tokens": KEY,
    "x-ratelimit-reset-requests": KEY,
    "openai-organization": KEY,
    "set-cookie": f"key={KEY}",
}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def citenote(server: CapableServer, *words: str, **more: object) -> Result:
    settings = {
        "model": "hostile",
        "models": {"hostile": {"base_url": server.url, "key_env": "PLANTED", "attempts": 1, **more}},
        "citations": {"judge": "all"},
    }
    Path("config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    return CliRunner(env={"PLANTED": KEY, "OPENAI_BASE_URL": None}).invoke(main, words)


def found(folder: Path, *done: Result) -> list[str]:
    """Where the key can be read, in whatever spelling: printed, or in a file, or in a cell of the store."""
    texts = {f"output {number}": result.output for number, result in enumerate(done)}
    for path in folder.rglob("*"):
        if path.is_file():
            texts[path.name] = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".db":
            with sqlite3.connect(path) as connection:
                texts["cells"] = "\n".join(connection.iterdump())
            connection.close()
    assert len(texts) > len(done), "nothing was written that could be searched"
    return [name for name, text in texts.items() if KEY in clean(text) or KEY in clean(_unescaped(text))]


def _unescaped(text: str) -> str:
    for _ in range(3):  # JSON within JSON within JSON
        text = text.replace("\\\\", "\\")
    for code in {*map(ord, KEY), 0x200B, 0x200D}:
        text = text.replace(f"\\u{code:04x}", chr(code))
    return text


@pytest.mark.parametrize("spelt", [KEY, ESCAPED, HIDDEN, HIDDEN_ESCAPED], ids=["plain", "escaped", "hidden", "both"])
def test_a_server_that_says_the_key_in_every_answer(spelt: str, workspace: Path) -> None:
    def dressed(text: str) -> str:
        return text.replace(" the ", f" the {spelt} ").replace('"subject":"', f'"subject":"{spelt} ')

    with CapableServer(headers=HEADERS, said=KEY, dressed=dressed) as server:
        ran = citenote(server, "run", str(EXAMPLES / "gps-time.en.vtt"))
        told = citenote(server, "run", str(EXAMPLES / "gps-time.en.vtt"), "--json")
        probed = citenote(server, "models", "--probe", "hostile", "--json")
        listed = citenote(server, "models")
        checked = citenote(server, "check", "outputs", "--format", "json")
        assert len(server.ways) > 3
    assert ran.exit_code in {0, 1}, ran.output
    assert found(workspace, ran, told, probed, listed, checked) == []


@pytest.mark.parametrize("status", [400, 401, 402, 404, 422, 429, 500, 503])
def test_a_server_that_says_the_key_in_every_error(status: int, workspace: Path) -> None:
    with CapableServer(headers=HEADERS, said=KEY, status=lambda _: status) as server:
        ran = citenote(server, "run", str(EXAMPLES / "gps-time.en.vtt"))
        probed = citenote(server, "models", "--probe", "hostile")
    assert ran.exit_code in {1, 2, 3}, ran.output
    assert "no: " in ran.output or status not in {400, 422}, "the server's own words are told, without the key"
    assert found(workspace, ran, probed) == []


def test_the_key_is_sent_where_it_belongs_and_in_no_body(workspace: Path) -> None:
    with CapableServer() as server:
        citenote(server, "run", str(EXAMPLES / "gps-time.en.vtt"))
        assert server.keys == {f"Bearer {KEY}"}
        assert KEY not in json.dumps(server.bodies)
    assert found(workspace) == []


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([KEY, ESCAPED, HIDDEN]))
def test_a_key_is_taken_out_wherever_it_stands(before: str, after: str, spelt: str) -> None:
    told = Key(KEY).out_of(f"{before}{spelt}{after}")
    assert KEY not in clean(_unescaped(told)) or KEY in before + after


def test_a_key_does_not_show_itself() -> None:
    assert KEY not in f"{Key(KEY)!r} {Key(KEY)} {vars(Key(KEY)).keys()}"
    assert Key("short").out_of("a short word") == "a short word"
    assert not Key(None)
