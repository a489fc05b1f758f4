from collections import Counter
from pathlib import Path

import pytest

from pipeline.checking import AskCheck, CheckReport, Judging, as_text, check, fails
from pipeline.settings import CitationPolicy
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript

SEED = Path(__file__).parents[2] / "shared" / "seedvault"
pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the public vault does not travel with the project")


def silent(_: Transcript, policy: CitationPolicy) -> AskCheck:
    """Structure alone: support is measured elsewhere."""
    del policy
    return lambda _text, _time_ms, _header: Check(verdict="supported", tier="support", reason="", score=1)


@pytest.fixture(scope="module")
def whole() -> CheckReport:
    return check([SEED / "3blue1brown"], transcripts=SEED / "transcripts", judging=Judging(judge=silent))


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


def test_no_citation_beyond_the_end_is_good(whole: CheckReport) -> None:
    beyond = [c for c in whole.citations if c.tier == "existence"]
    assert len(beyond) == whole.summary.codes["citation-beyond-end"]
    assert {c.verdict for c in beyond} == {"unsupported", "reanchored"}
    assert {c.kind for c in beyond} == {"beyond_the_end", "minutes_as_hours"}


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


PAGES = (
    "algorithms_for_optimal_wordle_play",
    "applications_of_probability_density_function",
    "complex_functions_and_transformations",
    "concept_of_column_space_in_transformations",
    "e_function_and_its_properties",
    "implicit_differentiation",
    "proof_of_slicing_a_cone_to_form_an_ellipse",
    "role_of_transformers_in_language_models",
)


@pytest.fixture(scope="module")
def judged() -> CheckReport:
    """Some pages of all kinds, judged by our verification: the whole vault takes half a minute."""
    paths = [SEED / "3blue1brown" / f"{page}.md" for page in PAGES]
    return check(paths, transcripts=SEED / "transcripts")


def test_every_kind_is_found_where_a_person_finds_it(judged: CheckReport) -> None:
    kinds = judged.summary.kinds
    assert 80 <= kinds["minutes_as_hours"] <= 200
    assert 3 <= kinds["beyond_the_end"] <= 30
    assert kinds["altered_quote"] + kinds["fabricated_quote"] >= 4
    assert 10 <= kinds["shifted"] <= 40
    assert kinds.get("unsupported", 0) + kinds.get("contradicted", 0) <= 5


@pytest.mark.parametrize(
    ("cited", "kind", "telling"),
    [
        ("role_of_transformers_in_language_models:20 00:05:49", "shifted", "00:06:31"),
        ("role_of_transformers_in_language_models:12 00:04:18", "shifted", "00:05:01"),
        ("implicit_differentiation:57 08:34:03", "minutes_as_hours", "it is 00:08:34"),
        ("algorithms_for_optimal_wordle_play:17 00:01:20", "shifted", "“birdie”"),
        ("complex_functions_and_transformations:32 05:02:00", "minutes_as_hours", "it is 00:05:02"),
        ("concept_of_column_space_in_transformations:57 02:01:00", "beyond_the_end", "after the end, 00:04:18"),
        ("applications_of_probability_density_function:12 00:00:32", "altered_quote", "“precisely” is added"),
        ("applications_of_probability_density_function:60 00:09:16", "altered_quote", "for “seeing”"),
        ("e_function_and_its_properties:20 00:00:42", "altered_quote", "“hand” is added"),
        ("proof_of_slicing_a_cone_to_form_an_ellipse:67 00:11:08", "fabricated_quote", "What a lovely idea"),
        ("proof_of_slicing_a_cone_to_form_an_ellipse:31 00:04:42", "partial", "1822"),
    ],
)
def test_verdicts_that_were_read_against_the_transcript(
    judged: CheckReport, cited: str, kind: str, telling: str
) -> None:
    rows = [c.as_json() for c in judged.citations]
    (row,) = [row for row in rows if f"{Path(row['path']).stem}:{row['line']} {row['time']}" == cited]
    assert row["kind"] == kind
    assert telling in row["reason"] + (row["best_time"] or "")


def test_the_examples_of_a_kind_come_from_many_pages(judged: CheckReport) -> None:
    lines = as_text(judged).splitlines()
    for kind in ("minutes_as_hours",):
        first = next(n for n, line in enumerate(lines) if line.startswith(f"error: {kind}"))
        shown = [line for line in lines[first + 1 :] if not line.startswith("      ")][:3]
        assert len({line.split(".md:")[0] for line in shown}) == 3
