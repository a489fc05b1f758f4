from collections import Counter
from pathlib import Path

import pytest

from pipeline.checking import CheckReport, check, fails
from pipeline.checking.judging import AskCheck
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript

SEED = Path(__file__).parents[2] / "shared" / "seedvault"
pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the public vault does not travel with the project")


def silent(_: Transcript) -> AskCheck:
    """Structure alone: support is measured elsewhere."""
    return lambda _text, _time_ms, _header: Check(verdict="supported", tier="support", reason="", score=1)


@pytest.fixture(scope="module")
def whole() -> CheckReport:
    return check([SEED / "3blue1brown"], transcripts=SEED / "transcripts", judge=silent)


def test_the_defects_of_a_whole_channel(whole: CheckReport) -> None:
    summary, codes = whole.summary, whole.summary.codes
    assert (summary.pages, summary.notes) == (101, 100)
    assert summary.citations > 4_500
    assert 0.08 < codes["citation-beyond-end"] / summary.citations < 0.25
    assert codes["minutes-as-hours"] >= 10
    assert codes["malformed-two-fields"] == 34
    assert codes["malformed-anchor"] == 2
    assert codes["malformed-time"] == 1
    assert codes["label-mismatch"] > 40
    assert codes["bare-timestamp"] > 60
    assert codes["dangling-wikilink"] > 1_000
    assert codes["dangling-index-link"] > 400
    assert codes["link-in-heading"] > 30
    assert codes["note-without-citations"] == 1
    assert fails(whole)


def test_without_transcripts_what_cannot_be_is_still_seen() -> None:
    codes = check([SEED / "3blue1brown"]).summary.codes
    assert codes["citation-impossible"] > 300
    assert codes["minutes-as-hours"] >= 10
    assert "citation-beyond-end" not in codes


def test_every_citation_beyond_the_end_is_unsupported(whole: CheckReport) -> None:
    beyond = [c for c in whole.citations if c.tier == "existence"]
    assert len(beyond) == whole.summary.codes["citation-beyond-end"]
    assert {c.verdict for c in beyond} == {"unsupported"}


@pytest.mark.parametrize(
    ("specimen", "code", "least"),
    [
        ("_drpreetisharma__differential_diagnosis_in_pathology", "malformed-four-fields", 260),
        ("_drpreetisharma__differential_diagnosis_in_pathology", "minutes-as-hours", 1),
        ("_drpreetisharma__differential_diagnosis_in_pathology", "many-citations", 1),
        ("alexhormozi__critique_of_hard_work_as_a_path_to_wealth", "malformed-placeholder", 35),
        ("aragusea__washing_rice_necessity", "refusal", 1),
        ("healthygamergg__procrastination_and_its_types", "runaway-repetition", 1),
        ("jcs__behavioral_patterns_and_personality_traits", "malformed-range", 34),
        ("lexfridman__anarchy_and_its_implications", "malformed-url", 5),
    ],
)
def test_each_specimen_is_named_for_what_it_is(specimen: str, code: str, least: int) -> None:
    report = check([SEED / "defects" / f"{specimen}.md"])
    assert report.summary.codes[code] >= least
    assert fails(report)


def test_the_seed_note_shows_two_paragraphs_without_proof() -> None:
    report = check([SEED / "stalin_and_his_rise_to_power.md"])
    assert Counter(f.code for f in report.findings) == {"uncited-paragraph": 2}
    assert len(report.citations) == 13
    assert report.citations[-1].claim.startswith('"I consider it completely unimportant')
