import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.settings import CitationPolicy, SplitPolicy
from pipeline.stages.split import split
from pipeline.stages.verify import verify
from pipeline.values.draft import ChunkDraft, DraftCallout, DraftClaim, DraftEvidence, OutlineDraft
from pipeline.values.outline import Claim, Outline
from pipeline.values.script import Script
from tests.building import script, transcript

SAID = (
    "The harbour of Varn was built in 1912 by two hundred prisoners.",
    "Um it did not freeze in winter, because a warm current passes the coast.",
    "The pilots might leave for the bigger port in the south next year.",
    "My grandfather Tomas kept the lighthouse there for thirty years.",
    "He wrote down every ship that entered the harbour in a green book.",
    "The book lists nine thousand ships, and the last one is the Aurora.",
    "After the war nobody repaired the cranes, and the merchants went away.",
    "Today a small museum shows the green book and the old lamp.",
    "School classes come in summer, and they climb the lighthouse.",
    "I think the town should rebuild the northern pier before it falls.",
)
SCRIPT = script(*SAID)


def _drafts(*claims: tuple[str, int, str] | DraftClaim, chunk: int = 1, script: Script = SCRIPT) -> ChunkDraft:
    assert 1 <= chunk <= len(script.chunks)
    made = tuple(c if isinstance(c, DraftClaim) else _claim(*c) for c in claims)
    return ChunkDraft(chunk=chunk, outline=OutlineDraft(claims=made, callouts=()))


def _claim(text: str, *evidence: int | str) -> DraftClaim:
    pairs = zip(evidence[::2], evidence[1::2], strict=True)
    pieces = tuple(DraftEvidence(line=int(line), quote=str(quote)) for line, quote in pairs)
    return DraftClaim(evidence=pieces, subject="it", text=text, voice="told")


def _check(text: str, line: int, quote: str, script: Script = SCRIPT) -> Claim:
    return verify(script, [_drafts((text, line, quote), script=script)], CitationPolicy()).claims[0]


def test_a_sentence_of_the_transcript_is_supported_by_itself() -> None:
    claim = _check(SAID[0], 1, SAID[0])
    assert (claim.check.verdict, claim.check.tier, claim.check.score) == ("quoted", "quoted", 1.0)
    assert claim.citations[0].grade == "exact"
    assert claim.citations[0].quote == SAID[0]
    assert (claim.citations[0].segment, claim.citations[0].time_ms) == (0, 0)


@pytest.mark.parametrize(
    ("line", "quote", "grade", "verdict"),
    [
        (4, "kept the lighthouse there for thirty years", "exact", "quoted"),
        (4, "KEPT the light-house".replace("-", "") + ", there for 30 years", "normalised", "quoted"),
        (5, "kept the lighthouse there for thirty years", "near", "reanchored"),
        (10, "kept the lighthouse there for thirty years", "chunk", "reanchored"),
        (99, "kept the lighthouse there for thirty years", "chunk", "reanchored"),
        (-1, "kept the lighthouse there for thirty years", "chunk", "reanchored"),
        (4, "kept the old lighthouse there for thirty long years", "missing", "quoted"),
    ],
)
def test_how_a_quote_was_found_is_graded(line: int, quote: str, grade: str, verdict: str) -> None:
    claim = _check("Tomas kept the lighthouse for thirty years.", line, quote)
    assert claim.check.verdict == verdict
    assert claim.citations[0].grade == grade
    assert (claim.citations[0].line, claim.citations[0].asked_line) == (4, line)
    assert claim.citations[0].quote.rstrip(".") in SAID[3]
    assert claim.citations[0].time_ms == 12_000


@pytest.mark.parametrize(
    ("text", "line", "tier"),
    [
        ("The harbour of Varn was built in 1913 by two hundred prisoners.", 1, "number"),
        ("The harbour of Varn was built in 1912 by three hundred prisoners.", 1, "number"),
        ("The harbour of Varn was not built in 1912 by two hundred prisoners.", 1, "negation"),
        ("The harbour did freeze in winter, because a warm current passes the coast.", 2, "negation"),
        ("The pilots will leave for the bigger port in the south next year.", 3, "hedge"),
        ("The pilots might leave for the smaller port in the south next year.", 3, "opposite"),
        ("My grandfather Viktor kept the lighthouse there for thirty years.", 4, "name"),
        ("The cathedral choir sang at every royal wedding.", 4, "support"),
    ],
)
def test_a_wrong_fact_under_a_true_quote_is_caught(text: str, line: int, tier: str) -> None:
    check = _check(text, line, SAID[line - 1]).check
    assert check.verdict in {"unsupported", "contradicted", "partial"}
    assert check.tier == tier
    assert check.reason


def test_a_wrong_fact_backed_by_an_altered_quote_is_caught() -> None:
    claim = _check(
        "The harbour was built in 1913.", 1, "The harbour of Varn was built in 1913 by two hundred prisoners."
    )
    assert (claim.check.verdict, claim.check.tier) == ("unsupported", "number")


def test_a_fabricated_quote_does_not_carry_a_claim() -> None:
    claim = _check("The mayor sold the harbour.", 1, "the mayor of the town sold everything to a foreign bank")
    assert (claim.check.verdict, claim.check.tier) == ("unsupported", "quote")
    assert claim.citations == ()


def test_a_claim_that_is_said_plainly_survives_a_fabricated_quote() -> None:
    claim = _check(
        "A small museum today shows the green book and the old lamp.", 2, "visitors adore our tiny exhibition room"
    )
    assert (claim.check.verdict, claim.check.tier, claim.check.repair) == ("reanchored", "quote", "moved")
    assert claim.citations[0].line == 8
    assert claim.citations[0].quote == SAID[7]


def test_a_number_beside_the_quote_extends_the_citation() -> None:
    claim = _check(
        "The harbour of Varn was built by two hundred prisoners.", 1, "The harbour of Varn was built in 1912"
    )
    assert (claim.check.verdict, claim.check.tier, claim.check.repair) == ("supported", "number", "extended")
    assert "two hundred prisoners" in claim.citations[0].quote


def test_lines_of_another_chunk_or_of_the_context_cannot_be_cited() -> None:
    small = script(*SAID, chunk_tokens=60)
    assert len(small.chunks) > 1
    second = small.chunks[1]
    foreign = second.first - 1
    text = small.line(foreign).text
    outline = verify(small, [_drafts((text, foreign, text), chunk=2, script=small)], CitationPolicy())
    claim = outline.claims[0]
    assert (claim.check.verdict, claim.check.tier) == ("reanchored", "existence")
    assert claim.citations[0].grade == "elsewhere"


def test_a_quote_said_twice_elsewhere_has_no_one_place() -> None:
    twice = script(
        "We will all meet again.", "Nothing else was said there.", "We will all meet again.", "The end came."
    )
    claim = _check("They meet.", 77, "We will all meet again", script=twice)
    assert (claim.check.verdict, claim.check.tier) == ("unsupported", "existence")


def test_a_missing_piece_is_dropped_when_the_rest_carries_the_claim() -> None:
    draft = _claim(
        "Tomas kept the lighthouse for thirty years.", 4, SAID[3], 5, "he adored his wife and three daughters"
    )
    claim = verify(SCRIPT, [_drafts(draft)], CitationPolicy()).claims[0]
    assert (claim.check.verdict, claim.check.tier, claim.check.repair) == ("quoted", "quote", "trimmed")
    assert [c.line for c in claim.citations] == [4]


def test_two_pieces_carry_a_claim_together() -> None:
    draft = _claim("Tomas kept the lighthouse and wrote every ship in a green book.", 4, SAID[3], 5, SAID[4])
    claim = verify(SCRIPT, [_drafts(draft)], CitationPolicy()).claims[0]
    assert claim.check.verdict == "supported"
    assert [c.line for c in claim.citations] == [4, 5]


def test_speech_may_be_cleaned_but_not_of_its_doubts() -> None:
    cleaned = _check("it did not freeze in winter, because a warm current passes the coast.", 2, SAID[1])
    assert (cleaned.check.verdict, cleaned.check.tier) == ("quoted", "quoted")
    hardened = _check("The pilots leave for the bigger port in the south next year.", 3, SAID[2])
    assert (hardened.check.verdict, hardened.check.tier) == ("partial", "hedge")


def test_claims_stand_in_the_order_of_the_transcript_and_once() -> None:
    outline = verify(
        SCRIPT,
        [
            _drafts(
                (SAID[7], 8, SAID[7]),
                ("Nobody said this at all.", 3, "purple"),
                (SAID[0], 1, SAID[0]),
                (SAID[7], 8, SAID[7]),
            )
        ],
        CitationPolicy(),
    )
    assert [c.id for c in outline.claims] == [1, 2, 3]
    assert [c.text for c in outline.claims] == [SAID[0], SAID[7], "Nobody said this at all."]
    assert [c.id for c in outline.kept(doubtful=True)] == [1, 2]


def test_quotes_are_the_transcripts_own_words_or_none() -> None:
    callouts = (
        DraftCallout(line=6, quote="the BOOK lists 9,000 ships", speaker="Tomas", title="The book"),
        DraftCallout(line=1, quote="The harbour of Varn was built in 1911", speaker="", title="Wrong year"),
    )
    draft = ChunkDraft(chunk=1, outline=OutlineDraft(claims=(), callouts=callouts))
    outline = verify(SCRIPT, [draft], CitationPolicy())
    assert [(q.id, q.text, q.citation.time_ms) for q in outline.quotes] == [
        (1, "The book lists nine thousand ships", 20_000)
    ]


def test_a_failed_chunk_is_a_gap() -> None:
    outline = verify(SCRIPT, [ChunkDraft(chunk=1, failure="refused")], CitationPolicy())
    assert [(g.start_ms, g.end_ms, g.reason) for g in outline.gaps] == [(0, 40_000, "refused")]
    assert outline.claims == ()


def test_an_empty_transcript_proves_nothing() -> None:
    empty = split(transcript(), SplitPolicy())
    assert verify(empty, [], CitationPolicy()) == Outline(claims=(), quotes=())


def test_scripts_without_spaces() -> None:
    japanese = script("今日は数学の話をします。", "微分は難しくない。", "積分は面白い。", language="ja")
    assert _check("微分は難しくない。", 2, "微分は難しくない", script=japanese).check.verdict == "quoted"
    assert _check("微分は難しくない。", 2, "積分は難しい話", script=japanese).check.repair == "restored"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=8), st.integers(0, 9))
def test_what_was_said_is_never_rejected(said: list[str], place: int) -> None:
    spoken = script(*said)
    line = spoken.lines[place % len(spoken.lines)]
    claim = _check(line.text, line.number, line.text, script=spoken)
    assert claim.check.verdict == "quoted"
    assert claim.citations[0].time_ms == spoken.segment(line.pieces[0].segment).start_ms


_PROPOSED = st.lists(
    st.tuples(
        st.sampled_from([*SAID, "The harbour was closed.", "Tomas built 40 ships."]),
        st.integers(-1, 12),
        st.sampled_from([*SAID, "nobody said"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(_PROPOSED)
def test_verify_is_idempotent(proposed: list[tuple[str, int, str]]) -> None:
    first = verify(SCRIPT, [_drafts(*proposed)], CitationPolicy())
    kept = first.kept(doubtful=False)
    again = _drafts(*(_claim(c.text, *(x for e in c.citations for x in (e.line, e.quote))) for c in kept))
    second = verify(SCRIPT, [again], CitationPolicy())
    assert [(c.text, [e.time_ms for e in c.citations]) for c in second.kept(doubtful=False)] == [
        (c.text, [e.time_ms for e in c.citations]) for c in kept
    ]


@settings(max_examples=25, deadline=None)
@given(_PROPOSED, st.integers(1, 10_000_000))
def test_shifting_the_transcript_shifts_the_times_and_nothing_else(
    proposed: list[tuple[str, int, str]], by: int
) -> None:
    talk = transcript(*SAID)
    moved = talk.model_copy(
        update={
            "segments": tuple(
                s.model_copy(update={"start_ms": s.start_ms + by, "end_ms": s.end_ms + by}) for s in talk.segments
            )
        }
    )
    before = verify(SCRIPT, [_drafts(*proposed)], CitationPolicy())
    after = verify(split(moved, SplitPolicy()), [_drafts(*proposed)], CitationPolicy())
    assert [(c.text, c.check.verdict, [e.time_ms + by for e in c.citations]) for c in before.claims] == [
        (c.text, c.check.verdict, [e.time_ms for e in c.citations]) for c in after.claims
    ]
