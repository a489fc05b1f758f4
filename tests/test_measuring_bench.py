"""The benchmark as a command: what it prints, what it leaves out, when it refuses."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.measuring import Talk, as_text, jobs_for, judge, measure, read_folder
from pipeline.measuring.case import case_of_row
from pipeline.measuring.judging import Judged
from pipeline.measuring.rivals import exact_match, existence, operating_point, partial_ratio, shared_words
from pipeline.measuring.tallies import Share, citation_quality, figures
from tests.commands import EXAMPLES, citenote
from tests.measuring_talks import FILLING, talk


def _judged(gold: str, verdict: str, best_s: float | None = None) -> Judged:
    row = {"id": "1", "vid": "v", "kind": "k", "claim": "c", "quote": False, "cite": "", "cite_s": 500}
    case = case_of_row({**row, "gold": gold, "true_s": 100, "true_e": 104})
    best_ms = None if best_s is None else round(best_s * 1000)
    return Judged(case, verdict, "", best_ms, 0.0, 1.0, {})


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_that_of_wilson(hits: int, n: int, low: float, high: float) -> None:
    assert Share(hits, n).interval == pytest.approx((low, high), abs=1e-4)


def test_the_operating_point_refuses_five_percent_of_true_claims() -> None:
    scores = [i / 100 for i in range(100)]
    assert sum(s < operating_point(scores) for s in scores) == 5
    assert operating_point([]) == 1.0


def test_a_move_counts_as_right_only_where_the_claim_is_said() -> None:
    assert _judged("wrong_time", "reanchored", 110).moved_right
    assert not _judged("wrong_time", "reanchored", 130).moved_right
    assert not _judged("wrong_time", "supported").moved_right


def test_precision_and_recall_count_what_stands_and_where() -> None:
    quality = citation_quality(
        [
            _judged("ok", "supported"),
            _judged("ok", "unsupported"),
            _judged("wrong_time", "reanchored", 101),
            _judged("wrong_time", "supported"),
            _judged("unsupported", "quoted"),
            _judged("unsupported", "contradicted"),
        ]
    )
    assert quality["precision"] == Share(2, 4)
    assert quality["recall"] == Share(2, 4)


def test_simpler_checks_score_what_they_say_they_do() -> None:
    spoken = talk(*FILLING)
    row = {"id": "1", "vid": "v", "kind": "k", "gold": "ok", "quote": False, "cite": "", "true_s": 0, "true_e": 5}
    said, away, beyond = (case_of_row({**row, "claim": FILLING[0].upper(), "cite_s": s}) for s in (0, 300, 9999))
    altered = case_of_row({**row, "claim": FILLING[0].replace("baker", "banker"), "cite_s": 0})
    assert [existence(spoken, c) for c in (said, away, beyond)] == [1, 1, 0]
    assert [exact_match(spoken, c) for c in (said, altered, away, beyond)] == [1, 0, 0, 0]
    assert partial_ratio(spoken, said) == 1 > partial_ratio(spoken, altered) > 0.9 > partial_ratio(spoken, away)
    assert shared_words(spoken, said) == 1 > shared_words(spoken, altered) > 0.5 > shared_words(spoken, away)


def test_the_table_and_the_object_hold_the_same_figures() -> None:
    talks, skipped = read_folder(EXAMPLES)
    assert not skipped
    measured = measure(jobs_for(talks, limit=1, seed=0), workers=1)
    found = figures(measured)
    honest = found["groups"]["honest claims"]["false alarms"]
    assert honest["n"] == sum(kind["n"] for kind in found["groups"]["honest claims"]["kinds"].values())
    assert f"{found['cases']} cases of 3 transcripts" in as_text(measured)


def test_verdicts_on_given_cases_are_told_with_their_places() -> None:
    spoken = Talk("x", talk(*FILLING).transcript)
    row = {
        "id": "1",
        "vid": "x",
        "kind": "k",
        "gold": "wrong_time",
        "quote": True,
        "cite": "",
        "true_s": 80,
        "true_e": 120,
    }
    (judged,) = judge(spoken, [case_of_row({**row, "claim": FILLING[2], "cite_s": 300})]).judged
    assert judged.moved_right
    assert judged.row()["verdict"] == "reanchored"
    assert case_of_row(judged.row()) == judged.case


def test_the_command_prints_the_object_and_writes_the_cases(tmp_path: Path) -> None:
    (tmp_path / "talks").mkdir()
    for name in ("gps-time.en.vtt", "chronometer-interview.en.srt"):
        shutil.copy(EXAMPLES / name, tmp_path / "talks")
    (tmp_path / "talks/empty.vtt").write_text("")
    words = ("bench-verify", "--transcripts", "talks", "--limit", 1, "--json", "--cases", "cases.jsonl")
    done = citenote(*words, folder=tmp_path)
    assert done.returncode == 0
    assert "skipped: talks/empty.vtt" in done.stderr.replace("\\", "/")
    found = json.loads(done.stdout)
    assert set(found) == {
        *("transcripts", "cases", "groups", "languages", "citations", "rivals", "ms_a_claim", "index_s"),
    }
    rows = [json.loads(line) for line in (tmp_path / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == found["cases"] > 60
    assert {"vid", "kind", "gold", "claim", "quote", "cite", "cite_s", "true_s", "verdict"} <= set(rows[0])


@pytest.mark.parametrize(
    ("content", "told"), [(None, "no transcript"), ("just words without any times " * 20, "notes.vtt")]
)
def test_a_folder_without_a_readable_transcript_is_refused(tmp_path: Path, content: str | None, told: str) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    if content:
        (folder / "notes.vtt").write_text(content)
    done = citenote("bench-verify", "--transcripts", "talks", folder=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there_and_a_file_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    assert citenote("bench-verify", "--transcripts", "nowhere", folder=tmp_path).returncode == 2
    words = ("bench-verify", "--transcripts", EXAMPLES, "--limit", 1, "--cases", "no/such/folder.jsonl")
    done = citenote(*words, folder=tmp_path)
    assert done.returncode == 2
    assert "no/such/folder.jsonl" in done.stderr
