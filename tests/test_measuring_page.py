"""The published page: made of what was measured, whole tables, nothing of this machine's paths."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.verify import area, constructed, hand_written, made, peers
from benchmarks.verify_page import Claims, Part, page
from pipeline.measuring import every
from tests.commands import EXAMPLES
from tests.measuring_talks import FILLING


@pytest.fixture
def transcripts(tmp_path: Path) -> Path:
    cues = [{"text": text, "start": 40 * n, "duration": 40} for n, text in enumerate(FILLING)]
    (tmp_path / "talk.json").write_text(json.dumps(cues), encoding="utf-8")
    return tmp_path


def test_constructed_and_hand_written_claims_are_judged_by_their_own_truth(transcripts: Path) -> None:
    row = {"id": "1", "vid": "talk", "kind": "quote_exact", "gold": "ok", "claim": FILLING[2], "quote": True}
    (one,) = every(
        constructed(transcripts, [{**row, "cite": "00:01:20", "cite_s": 80.0, "true_s": 80.0, "true_e": 120.0}])
    )
    assert one.accepted
    told = {
        "vid": "talk",
        "start": 80.0,
        "end": 120.0,
        "edit": "number",
        "supported": FILLING[2],
        "edited": "Seven suns.",
    }
    true, edited = every(hand_written(transcripts, [told]))
    assert (true.case.gold, edited.case.gold, edited.case.kind) == ("ok", "unsupported", "edited: number")
    assert true.accepted
    assert not edited.accepted


def test_quotations_go_to_the_other_interpreter_and_verdicts_come_back_in_order(transcripts: Path) -> None:
    row = {
        "vid": "talk",
        "kind": "quote_exact",
        "gold": "ok",
        "quote": True,
        "cite": "",
        "true_s": 80.0,
        "true_e": 120.0,
    }
    rows = [{**row, "id": str(n), "claim": FILLING[n], "cite_s": 40.0 * n} for n in range(3)]
    measured = constructed(transcripts, rows)
    answers = peers(sys.executable, measured, transcripts).answers
    assert [one.case.claim for one, _ in answers] == list(FILLING[:3])


def test_the_page_has_whole_tables_and_no_paths_of_this_machine() -> None:
    measured = made([EXAMPLES / "gps-time.en.vtt", EXAMPLES / "README.md"], limit=1)
    assert [m.name for m in measured] == ["gps-time.en.vtt"]
    parts = [Part("generated", "held out", measured), Part("languages", "", measured)]
    claims = Claims({"supported": Counter(supported=3), "unsupported": Counter(reanchored=1)}, {"unsupported": 0.9})
    text = page(parts, claims, None, ("Python", ["judged claims"]))
    assert "Not there to be measured: judged claims." in text
    assert str(EXAMPLES.parent) not in text
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) >= 5
    for table in tables:
        assert len({line.replace("\\|", "").count("|") for line in table}) == 1, table[0]


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    assert area([0.9, 0.4], [0.1, 0.5]) == pytest.approx(0.75)
    assert area([0.5], [0.5]) == pytest.approx(0.5)
