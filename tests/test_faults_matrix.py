"""The matrix of faults and the run of bad claims: a part of each, and the page that shows them whole."""

import itertools
import random
from pathlib import Path

import pytest

from benchmarks import bad_claims, fault_page, faults
from pipeline.settings import SplitPolicy
from pipeline.sources.files import read_transcript_file
from pipeline.stages.split import split

PAGE = faults.PAGE.read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of the tables, headings left out."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [line for line in lines if line[0] not in {"fault", "bad claims"}]


def matrix() -> list[list[str]]:
    return rows(PAGE.partition(fault_page.BEGIN)[2].partition(fault_page.END)[0])


def test_the_page_has_exactly_the_cells_of_the_matrix_and_no_false_word_in_any() -> None:
    shown = matrix()
    assert [row[0] for row in shown] == [fault for fault, _ in faults.CELLS]
    assert len(faults.CELLS) == 17 * 3
    assert {row[-1] for row in shown} == {"0"}
    stages = [line.removeprefix("### ").lower() for line in PAGE.splitlines() if line.startswith("### ")]
    assert [stage for stage in stages if stage in faults.STAGES] == list(faults.STAGES)


@pytest.fixture(scope="module")
def measured() -> tuple[fault_page.Ran, list[fault_page.Cell]]:
    return faults.measured([("refusal", "outline"), ("other language", "plan"), ("malformed", "mend")])


def test_what_the_page_says_is_what_happens(measured: tuple[fault_page.Ran, list[fault_page.Cell]]) -> None:
    calm, cells = measured
    for cell in cells:
        row = fault_page.row(cell, calm).strip("| ").split(" | ")
        assert row == matrix()[faults.CELLS.index((cell.fault, cell.stage))]


def test_faults_lose_what_they_are_about_and_nothing_else(
    measured: tuple[fault_page.Ran, list[fault_page.Cell]],
) -> None:
    calm, (refused, foreign, malformed) = measured
    assert calm.exit == 0
    assert calm.row["dropped"] > 0, "the server lies"
    assert refused.stays.unread_s > 60
    assert foreign.stays.origin == "fallback"
    assert foreign.passes.origin == "model"
    assert malformed.passes.row["mended"] == calm.row["mended"] > malformed.stays.row["mended"]
    assert [run.false_words for cell in (refused, foreign, malformed) for run in (cell.passes, cell.stays)] == [0] * 6


def test_a_false_word_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "outputs/a.md"
    page.parent.mkdir()
    page.write_text("Purple elephants negotiated.", encoding="utf-8")
    for name in ("stdout", "stderr"):
        (tmp_path / name).touch()
    assert faults._left(tmp_path, 0, 1).false_words == 2


@pytest.mark.parametrize("rate", bad_claims.RATES)
def test_of_bad_claims_none_is_shown_and_the_good_ones_are_kept(rate: float) -> None:
    examples = [read_transcript_file(p) for p in sorted((faults.ROOT / "examples").glob("*.en.*"))]
    talk, _ = bad_claims.joined(examples)
    seen = bad_claims.seen(talk, [], rate, seed=1)
    assert seen.proposed > 100
    assert rate == 0.02 or seen.bad > 5
    assert (seen.wrong_quotes, seen.false_claims, seen.failed) == (0, 0, 0)
    # of forty per cent, one may cite another sentence that says about the same: the page tells how many do
    assert seen.wrong_times <= (1 if rate == 0.4 else 0), seen.strayed
    assert seen.shown >= 0.98 * seen.good, seen.lost


def test_the_kinds_of_bad_claims_are_all_told() -> None:
    script = split(read_transcript_file(faults.TALK), SplitPolicy())
    told = bad_claims._by_line(script, [])
    liar = bad_claims.Liar(told, script.lines, 1.0, random.Random(3))
    for claim in itertools.chain.from_iterable(told.values()):
        for _ in range(10):
            liar._given(claim, [claim.line])
    assert set(liar.bad) == set(bad_claims._KINDS)
    assert not liar.honest
