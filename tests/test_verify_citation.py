import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.values.outline import GOOD, Check
from tests.building import transcript
from tests.test_verify_drafts import SAID

SHARED = Path(__file__).parents[2] / "shared"
FILL = tuple(
    f"In the {number} room of the old house we looked at {thing} and spoke about the weather."
    for number in ("first", "blue", "narrow", "warm", "dusty", "upper", "hidden")
    for thing in ("paintings", "carpets", "mirrors")
)
# Ten segments of talk about a harbour, then 84 seconds of a house, then the harbour again.
INDEX = TranscriptIndex(transcript(*SAID, *FILL, "The ferry captain Olsen sold his blue boat to a dentist."))


def _check(text: str, time_ms: int | None, *header: str) -> Check:
    return check_citation(INDEX, text, time_ms, header)


def test_a_claim_at_its_time_is_supported() -> None:
    check = _check("The lighthouse was kept by Tomas for thirty years.", 12_000)
    assert check.verdict == "supported"
    assert check.score > 0.8
    assert check.best_time_ms is None


@pytest.mark.parametrize("time_ms", [110_000, 2_000_000, None])
def test_a_claim_at_another_time_is_found_where_it_is_said(time_ms: int | None) -> None:
    check = _check("The lighthouse was kept by grandfather Tomas for thirty years.", time_ms)
    assert (check.verdict, check.tier) == ("reanchored", "place" if time_ms == 110_000 else "existence")
    assert check.best_time_ms == 12_000
    assert check.score < 0.5


@pytest.mark.parametrize(
    ("text", "time_ms", "tier"),
    [
        ("The king married a princess of the northern islands.", 12_000, "support"),
        ("The king married a princess of the northern islands.", 9_000_000, "existence"),
        ("The book lists seven thousand ships, and the last one is the Aurora.", 20_000, "number"),
        ("The harbour of Varn was never built in 1912 by two hundred prisoners.", 0, "negation"),
        ("“The book lists nine hundred ships and the last one”, he says.", 20_000, "quote"),
        ("“The green book tells us who we are in this town”", 20_000, "quote"),
    ],
)
def test_what_the_transcript_does_not_say(text: str, time_ms: int, tier: str) -> None:
    check = _check(text, time_ms)
    assert (check.verdict in {"unsupported", "contradicted"}, check.tier) == (True, tier)
    assert check.score < 0.35


def test_halves_of_two_places_are_doubtful() -> None:
    text = "Tomas kept the lighthouse for thirty years, and the ferry captain sold his blue boat to a dentist."
    check = _check(text, 12_000)
    assert (check.verdict, check.tier) == ("partial", "parts")


def test_a_true_quotation_is_supported_at_its_time_and_moved_to_it() -> None:
    assert _check("He says “the last one is the Aurora” of the book.", 20_000).verdict == "supported"
    moved = _check("“A small museum shows the green book and the old lamp”", 110_000)
    assert (moved.verdict, moved.best_time_ms) == ("reanchored", 28_000)


def test_a_quotation_with_marks_of_omission() -> None:
    assert _check("“kept the lighthouse there … wrote down every ship”", 12_000).verdict == "supported"
    assert _check("“kept the lighthouse there … never saw the ocean again”", 12_000).verdict == "unsupported"


def test_a_sentence_that_is_denied_is_not_its_opposite() -> None:
    index = TranscriptIndex(transcript(place := "We were in Varn.", "I don't think he was a good man at all.", place))
    assert check_citation(index, "He was a good man at all.", 4_000).verdict not in GOOD


def test_names_of_the_header_are_known() -> None:
    text = "According to Marta Quist, the town should rebuild the northern pier."
    assert _check(text, 36_000, "Marta Quist: my town").verdict == "supported"
    assert _check(text, 36_000).verdict not in GOOD


@pytest.mark.parametrize("place", range(len(SAID)))
def test_a_sentence_of_the_transcript_at_its_time_is_never_rejected(place: int) -> None:
    check = _check(SAID[place], place * 4_000)
    assert (check.verdict, check.score) == ("quoted", 1.0)


def test_an_empty_transcript_and_an_empty_claim() -> None:
    nothing = TranscriptIndex(transcript())
    assert check_citation(nothing, "The harbour froze.", 0).verdict == "unsupported"
    assert _check("", 0).verdict in {"supported", "unsupported"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.text(max_size=10), st.sampled_from([*SAID, "“", '"', "…", "not", "1912", "[", "]"])), max_size=8
    ),
    st.one_of(st.none(), st.integers(-5, 10**9)),
)
def test_any_text_gets_a_verdict(words: list[str], time_ms: int | None) -> None:
    check = _check(" ".join(words), time_ms)
    assert 0 <= check.score <= 1
    assert check.reason


def test_claims_of_large_models_are_told_apart() -> None:
    """Floors below what was measured (0.95 supported against unsupported), so that only a real loss fails."""
    folder = SHARED / "claims"
    if not folder.is_dir():
        pytest.skip("the judged claims are not here")
    from benchmarks.verify import area, load_transcript  # noqa: PLC0415 - needs the shared data only here

    scores: dict[str, list[float]] = {"supported": [], "partial": [], "unsupported": []}
    cases = [json.loads(line) for line in (folder / "claims.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = {c["video_id"] for c in cases if c["label"] == "unsupported"}
    for case in (c for c in cases if c["video_id"] in wanted):
        index = TranscriptIndex(load_transcript(folder / "transcripts" / f"{case['video_id']}.json"))
        check = check_citation(index, case["claim"], case["cited_seconds"] * 1000, (case["channel"],))
        scores[case["label"]].append(check.score)
    assert area(scores["supported"], scores["unsupported"]) > 0.85
