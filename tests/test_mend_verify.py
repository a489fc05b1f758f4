"""What the check makes of repairs: better claims take a place, nothing gets worse, a lie has no second chance."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.settings import CitationPolicy
from pipeline.stages.verify import Verifier, verify
from pipeline.values.draft import ChunkDraft, DraftClaim, DraftRepair, OutlineDraft
from pipeline.values.outline import Outline
from tests.building import script
from tests.test_mend_stage import (
    DENIED,
    FAILED,
    GOOD,
    RIGHT_YEAR,
    SAID,
    SPOKEN,
    TWO,
    UNSAID,
    WRONG_YEAR,
    claim,
    outlined,
)

VERIFIER = Verifier(SPOKEN, CitationPolicy())
DOUBTFUL = claim("The pilots will leave for the bigger port in the south next year.", 3, SAID[2])
HONEST = claim("The pilots might leave for the bigger port in the south next year.", 3, SAID[2])


def mended(outline: Outline, *repairs: DraftRepair, verifier: Verifier = VERIFIER) -> Outline:
    return verifier.mended(outline, repairs)


def told(number: int, *claims: DraftClaim) -> DraftRepair:
    action = "drop" if not claims else "rewrite" if len(claims) == 1 else "split"
    return DraftRepair(id=number, action=action, claims=claims)


def texts(outline: Outline) -> list[str]:
    return [c.text for c in outline.claims]


def test_a_good_rewrite_takes_the_place_of_the_claim() -> None:
    outline = outlined(WRONG_YEAR, GOOD)
    assert not outline.claims[0].check.good
    after = mended(outline, told(1, RIGHT_YEAR))
    assert texts(after) == [RIGHT_YEAR.text, GOOD.text]
    assert after.claims[0].check.repair == "rewritten"
    assert after.claims[0].check.good
    assert (after.claims[0].citations[0].line, after.claims[0].evidence) == (1, ())


def test_a_rewrite_is_judged_as_if_it_had_been_drafted_so() -> None:
    drafted = outlined(RIGHT_YEAR).claims[0]
    after = mended(outlined(WRONG_YEAR), told(1, RIGHT_YEAR)).claims[0]
    assert after.check.model_copy(update={"repair": drafted.check.repair}) == drafted.check
    assert after.citations == drafted.citations


@pytest.mark.parametrize("lie", FAILED)
def test_a_lie_has_no_second_chance(lie: DraftClaim) -> None:
    outline = outlined(UNSAID, GOOD)
    number = next(c.id for c in outline.claims if c.text == UNSAID.text)
    after = mended(outline, told(number, lie))
    assert sum(c.check.good for c in after.claims) == 1
    assert len(after.claims) == 2


@pytest.mark.parametrize("failed", FAILED)
def test_a_rewrite_that_fails_as_badly_changes_nothing(failed: DraftClaim) -> None:
    outline = outlined(failed, GOOD)
    number = next(c.id for c in outline.claims if c.text == failed.text)
    assert mended(outline, told(number, UNSAID)) == outline


def test_a_partly_proved_rewrite_replaces_an_unproved_claim_and_no_doubtful_one() -> None:
    outline = outlined(UNSAID)
    after = mended(outline, told(1, DOUBTFUL))
    assert after.claims[0].check.verdict == "partial"
    assert after.claims[0].check.repair == "rewritten"
    other = claim("The pilots shall leave for the bigger port in the south next year.", 3, SAID[2])
    doubtful = outlined(DOUBTFUL)
    assert mended(doubtful, told(1, other)) == doubtful


def test_a_partly_proved_rewrite_whose_quote_was_not_said_is_not_better() -> None:
    restored = claim(DOUBTFUL.text, 3, "the pilots will leave for the bigger southern port in the next year")
    assert outlined(restored).claims[0].check.doubtful, "the case is worth testing"
    outline = outlined(UNSAID)
    assert mended(outline, told(1, restored)) == outline


def test_a_split_gives_several_claims_in_the_order_of_the_transcript() -> None:
    outline = outlined(TWO, GOOD)
    first = claim("Tomas kept the lighthouse there for thirty years.", 4, "kept the lighthouse there for thirty years")
    second = claim(SAID[10], 11, SAID[10])
    after = mended(outline, told(1, second, first))
    assert texts(after) == [first.text, GOOD.text, second.text]
    assert [c.id for c in after.claims] == [1, 2, 3]
    assert [c.check.repair for c in after.claims] == ["split", "", "split"]
    assert all(c.check.good for c in after.claims)


def test_parts_that_fail_beside_a_proved_one_are_left_out() -> None:
    outline = outlined(TWO)
    part = claim("Tomas kept the lighthouse there for thirty years.", 4, "kept the lighthouse there for thirty years")
    after = mended(outline, told(1, UNSAID, part, WRONG_YEAR))
    assert texts(after) == [part.text]
    assert mended(outline, told(1, UNSAID, WRONG_YEAR)) == outline


def test_a_dropped_claim_is_unsupported_and_says_so() -> None:
    for failed in (UNSAID, DOUBTFUL):
        outline = outlined(failed)
        (after,) = mended(outline, told(1)).claims
        assert after.check.verdict == "unsupported"
        assert after.check.reason == f"{outline.claims[0].check.reason} The model withdrew it."
        assert after.text == failed.text


def test_what_contradicts_stays_contradicted_when_it_is_dropped() -> None:
    outline = outlined(DENIED)
    assert outline.claims[0].check.verdict == "contradicted"
    assert mended(outline, told(1)).claims[0].check.verdict == "contradicted"


def test_proved_claims_and_unknown_ids_are_left_alone() -> None:
    outline = outlined(GOOD, WRONG_YEAR)
    good = next(c.id for c in outline.claims if c.check.good)
    assert mended(outline, told(good), told(99, RIGHT_YEAR), told(-1)) == outline


def test_a_rewrite_that_says_what_is_said_already_is_left_out() -> None:
    outline = outlined(WRONG_YEAR, GOOD, RIGHT_YEAR)
    after = mended(outline, told(1, GOOD))
    assert sorted(texts(after)) == sorted([GOOD.text, RIGHT_YEAR.text])


def test_of_two_claims_that_say_the_same_the_proved_one_stays() -> None:
    unproved = claim(RIGHT_YEAR.text, 1, "built by an army of mercenary elephants overnight")
    outline = outlined(UNSAID, unproved)
    ids = {c.text: c.id for c in outline.claims}
    kept = mended(outline, told(ids[UNSAID.text], RIGHT_YEAR))
    assert [c.check.good for c in kept.claims if c.text == RIGHT_YEAR.text] == [True]


def test_a_repair_may_cite_the_lines_of_another_chunk_that_it_was_shown() -> None:
    parted = script(*SAID, chunk_tokens=60)
    assert len(parted.chunks) > 2
    verifier = Verifier(parted, CitationPolicy())
    draft = ChunkDraft(
        chunk=1,
        outline=OutlineDraft(claims=(UNSAID.model_copy(update={"evidence": WRONG_YEAR.evidence}),), callouts=()),
    )
    outline = verifier.outline([draft])
    assert not outline.claims[0].check.good
    assert parted.chunks[0].last < 13
    ferry = claim(
        "The mayor promised a new ferry, but the ferry never came.",
        13,
        "The mayor promised a new ferry, but the ferry never came",
    )
    (after,) = mended(outline, told(1, ferry), verifier=verifier).claims
    assert after.check.verdict == "quoted"
    assert (after.citations[0].line, after.citations[0].grade) == (13, "exact")


def test_lines_that_do_not_exist_are_no_harm() -> None:
    outline = outlined(WRONG_YEAR)
    far = claim(RIGHT_YEAR.text, 4_000, SAID[0])
    near = claim(RIGHT_YEAR.text, -3, SAID[0])
    for one in (far, near):
        assert mended(outline, told(1, one)).claims[0].citations[0].line == 1


claims = st.sampled_from([GOOD, RIGHT_YEAR, HONEST, DOUBTFUL, *FAILED])
repairs = st.lists(st.builds(lambda n, c: told(n, *c), st.integers(0, 6), st.lists(claims, max_size=4)), max_size=6)


@settings(deadline=None, max_examples=40)
@given(st.lists(claims, min_size=1, max_size=5), repairs)
def test_mending_never_makes_things_worse(drafted: list[DraftClaim], answered: list[DraftRepair]) -> None:
    before = VERIFIER.outline([ChunkDraft(chunk=1, outline=OutlineDraft(claims=tuple(drafted), callouts=()))])
    after = VERIFIER.mended(before, answered)
    good = {c.text for c in before.claims if c.check.good}
    assert good <= {c.text for c in after.claims if c.check.good}
    assert sum(not c.check.good for c in after.claims) <= sum(not c.check.good for c in before.claims)
    assert [c.id for c in after.claims] == list(range(1, len(after.claims) + 1))
    times = [c.citations[0].time_ms for c in after.claims if c.citations]
    assert times == sorted(times)
    assert VERIFIER.mended(after, ()) == after


def test_verify_is_the_first_half_of_it() -> None:
    draft = ChunkDraft(chunk=1, outline=OutlineDraft(claims=FAILED, callouts=()))
    assert verify(SPOKEN, [draft], CitationPolicy()) == VERIFIER.outline([draft])
