"""The whole line with a model that mends what it said wrong, and with one that does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import EXAMPLES, citenote, everything, pages, rows, written
from tests.scripted_server import Asked, Behaviour, Decide, ScriptedServer
from tests.token_counting import prompt_of, tokens

LECTURE = EXAMPLES / "longitude-lecture.en.vtt"


def _workspace(folder: Path, server: ScriptedServer, **citations: Any) -> None:
    settings = {
        "split": {"chunk_tokens": 900},
        "citations": citations,
        "models": {"scripted": {"base_url": server.url, "model": "m", "timeout_s": 5, "attempts": 2}},
    }
    written(folder, json.dumps(settings))


def _first_chunk_lies(mender: Behaviour) -> Decide:
    """Changed numbers in the claims about the first chunk; `mender` answers what is asked about them."""

    def decide(asked: Asked) -> Behaviour:
        if asked.kind == "outline_draft" and asked.core[0][0] == 1:
            return "numbers"
        return mender if asked.kind == "mend_draft" else "good"

    return decide


def _run(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = citenote("run", LECTURE, "--json", *words, folder=folder)
    (row,) = rows(done)
    return done.returncode, row


def test_a_model_that_mends_its_claims_is_asked_once_a_failing_chunk_and_remembered(tmp_path: Path) -> None:
    with ScriptedServer(_first_chunk_lies("good")) as server:
        _workspace(tmp_path, server)
        code, row = _run(tmp_path)
        assert server.kinds["mend_draft"] == _failing_chunks(server) > 0
        assert server.calls == row["tokens"]["calls"]
        calls, before = server.calls, everything(tmp_path / "outputs")
        again, second = _run(tmp_path)
        assert server.calls == calls
    assert (code, row["warnings"]) == (0, [])
    assert row["mended"] > 5
    assert row["dropped"] <= 0.02 * row["claims"]
    assert (again, second["mended"], second["tokens"]["calls"]) == (0, row["mended"], 0)
    assert everything(tmp_path / "outputs") == before
    assert " in 1847" not in "\n".join(pages(tmp_path / "outputs").values())
    assert citenote("check", "outputs", folder=tmp_path).returncode == 0


def _failing_chunks(server: ScriptedServer) -> int:
    """Chunks that were asked about mending, by the lines of their questions: each claim is asked about once."""
    asked = [a.failed for a in server.asked if a.kind == "mend_draft"]
    lines = [line for claims in asked for _, line, _ in claims]
    assert len(lines) == len(set(lines))
    return len({min(line for _, line, _ in claims) for claims in asked})


def test_without_repair_nothing_is_asked_and_too_many_unproved_claims_end_with_1(tmp_path: Path) -> None:
    with ScriptedServer(_first_chunk_lies("good")) as server:
        _workspace(tmp_path, server, repair=False)
        done = citenote("run", LECTURE, folder=tmp_path)
        assert server.kinds["mend_draft"] == 0
    assert done.returncode == 1
    assert "warning   longitude-lecture\n  " in done.stderr
    assert "citations.max_unsupported allows 5%" in done.stderr
    assert "1 done" in done.stderr
    assert pages(tmp_path / "outputs")


def test_what_is_allowed_is_a_setting(tmp_path: Path) -> None:
    with ScriptedServer(_first_chunk_lies("good")) as server:
        _workspace(tmp_path, server, repair=False, max_unsupported=0.5)
        code, row = _run(tmp_path)
    assert (code, row["warnings"], row["mended"]) == (0, [], 0)
    assert row["dropped"] > 5


@pytest.mark.parametrize("mender", ["numbers", "error", "splits", "floods"])
def test_no_mender_loses_a_video_or_brings_a_lie_onto_a_page(tmp_path: Path, mender: Behaviour) -> None:
    with ScriptedServer(_first_chunk_lies(mender)) as server:
        _workspace(tmp_path, server)
        code, row = _run(tmp_path)
        assert server.kinds["mend_draft"] >= 1
    assert row["state"] == "done"
    assert row["supported"] + row["quoted"] > 30
    assert " in 1847" not in "\n".join(pages(tmp_path / "outputs").values())
    if mender in {"splits", "floods"}:
        assert (code, row["warnings"]) == (0, [])
        assert row["mended"] > 5
    else:
        assert code == 1
        assert len(row["warnings"]) == 1
        assert (row["mended"], row["dropped"] > 5) == (0, True)


def test_a_dry_run_tells_the_most_that_mending_can_take(tmp_path: Path) -> None:
    with ScriptedServer(_first_chunk_lies("good")) as server:
        _workspace(tmp_path, server)
        (row,) = rows(citenote("run", LECTURE, "--dry-run", "--json", folder=tmp_path))
        told = citenote("run", LECTURE, "--dry-run", folder=tmp_path)
        assert server.calls == 0
        _run(tmp_path)
        asked = [a for a in server.asked if a.kind == "mend_draft"]
        _workspace(tmp_path, server, repair=False)
        (without,) = rows(citenote("run", LECTURE, "--dry-run", "--fresh", "--json", folder=tmp_path))
    expected, most = row["mending"], row["mending_most"]
    assert most["calls"] == row["chunks"] >= max(expected["calls"], len(asked)) > 0
    spent = sum(tokens(prompt_of(a.body)) for a in asked)
    assert 0 < spent <= most["prompt_tokens"]
    assert 0 < expected["prompt_tokens"] < most["prompt_tokens"]
    assert 0 < expected["completion_tokens"] < most["completion_tokens"]
    assert "mending on top, if one claim in ten fails:" in told.stdout
    assert without["mending"]["calls"] == without["mending_most"]["calls"] == 0
    assert without["total"] == row["total"]
