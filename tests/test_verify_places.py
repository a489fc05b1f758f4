"""Where a claim is said: places, halves said at two places, and what holds of every check whatever is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.settings import CitationPolicy, SplitPolicy
from pipeline.stages.split import split
from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.stages.verify.claims import Checked, Room, check_claim
from pipeline.stages.verify.evidence import Spoken
from pipeline.stages.verify.grid import Grid
from pipeline.stages.verify.phrases import Phrases
from pipeline.stages.verify.place import Places
from pipeline.values.draft import DraftClaim, DraftEvidence
from pipeline.values.transcript import Transcript
from tests.building import transcript
from tests.test_verify_drafts import SAID

STREET = tuple(
    f"In the {number} room of the old house we looked at {thing} and spoke about the weather."
    for number in ("first", "blue", "narrow", "warm", "dusty", "upper", "hidden", "quiet")
    for thing in ("paintings", "carpets", "mirrors")
)
BOAT = "The ferry captain Olsen sold his blue boat to a dentist from Bergen last spring."
INDEX = TranscriptIndex(transcript(*SAID, *STREET, BOAT))
BOAT_MS = 4_000 * (len(SAID) + len(STREET))
SCRIPTS = {
    "en": ("the harbour", "froze", "in nineteen twelve", "and", "nobody", "sailed", "a pilot", "waited"),
    "de": ("der Hafen", "fror", "nicht", "und", "niemand", "segelte", "ein Lotse", "wartete"),
    "ru": ("гавань", "замёрзла", "и", "никто", "не", "плавал", "лоцман", "ждал"),
    "ja": ("港は", "凍った", "そして", "誰も", "船を", "出さない", "水先人が", "待った"),
    "zh-Hans": ("港口", "结冰", "了", "没有人", "出海", "领航员", "在等"),
    "ar": ("الميناء", "تجمد", "ولم", "يبحر", "أحد", "انتظر", "المرشد"),
    "hi": ("बंदरगाह", "जम", "गया", "और", "कोई", "नहीं", "गया", "चालक"),
}


def _later(talk: Transcript, by_ms: int) -> Transcript:
    moved = (s.model_copy(update={"start_ms": s.start_ms + by_ms, "end_ms": s.end_ms + by_ms}) for s in talk.segments)
    return talk.model_copy(update={"segments": tuple(moved)})


def test_a_grid_tells_which_windows_hold_a_word() -> None:
    grid = Grid(np.array([0, 1_000, 2_000, 3_000, 6_000, 9_000]))
    assert grid.starts_ms.tolist() == [0, 3_000, 6_000, 9_000]
    assert grid.laid([np.array([1, 4])], [0.5], 4_000).tolist() == [0.5, 0.5, 0.5, 0.0]


def test_what_lies_on_a_window_is_counted_once_for_a_row_and_added_up_over_rows() -> None:
    grid = Grid(np.array([0, 1_000, 2_000, 3_000, 6_000, 9_000]))
    nothing = np.array([], dtype=np.int64)
    rows = [np.array([0, 1, 2]), nothing, np.array([5]), np.array([0, 5]), nothing]
    assert grid.laid(rows, [1.0, 8.0, 0.5, 0.25, 8.0], 4_000).tolist() == [1.25, 0.0, 0.75, 0.75]
    assert grid.laid([], [], 4_000).tolist() == [0.0] * 4


def test_phrases_stand_where_both_words_follow_each_other() -> None:
    phrases = Phrases(INDEX.pieces(0, len(INDEX.times)))
    claim = Spoken.of("a dentist from Oslo", INDEX)
    places = [p.tolist() for p in phrases.of(claim.pieces)]
    assert [len(p) for p in places] == [1, 1, 0]
    assert INDEX.reading.forms[places[0][0]] == "a"


@pytest.mark.parametrize(
    "claim",
    [
        "The ferry captain disposed of his blue boat to a dentist from Bergen.",
        "His blue boat was bought in spring by a Bergen dentist.",
        "According to the speaker, the captain sold his vessel to a dentist from Bergen last spring.",
    ],
)
def test_what_is_told_anew_is_found_where_it_is_said(claim: str) -> None:
    places = Places(INDEX, Spoken.of(claim, INDEX))
    best = places.best()
    assert best is not None
    assert places.start_ms(best) == BOAT_MS


def test_the_cited_place_stands_when_it_carries_the_claim() -> None:
    index = TranscriptIndex(
        transcript("A group is all the ways its elements combine.", *STREET, "What a group is, all elements combine.")
    )
    check = check_citation(index, "A group is how its elements combine.", 0)
    assert (check.verdict, check.best_time_ms) == ("supported", None)


def test_the_half_that_is_said_elsewhere_is_named_with_its_time() -> None:
    text = "Tomas kept the lighthouse there for thirty years, and captain Olsen sold his blue boat to a dentist."
    check = check_citation(INDEX, text, 12_000)
    assert (check.verdict, check.tier, check.best_time_ms) == ("partial", "parts", BOAT_MS)
    assert "dentist" in check.words[0]
    assert "lighthouse" not in check.words[0]


def test_the_subject_of_one_fact_and_the_predicate_of_another_are_no_fact() -> None:
    text = "My grandfather Tomas kept his blue boat from a dentist, sold to Bergen last spring by the ferry captain."
    assert not check_citation(INDEX, text, 12_000).good


def _drafted(text: str, line: int, quote: str) -> Checked:
    script = split(transcript(*SAID, *STREET, BOAT), SplitPolicy())
    room = Room(TranscriptIndex.of_script(script), CitationPolicy())
    chunk = next(c for c in script.chunks if c.first <= line <= c.last)
    draft = DraftClaim(evidence=(DraftEvidence(line=line, quote=quote),), subject="", text=text, voice="told")
    return check_claim(room, chunk, draft)


def _line_of(words: str) -> int:
    script = split(transcript(*SAID, *STREET, BOAT), SplitPolicy())
    return next(line.number for line in script.lines if words in line.text)


def test_a_claim_of_two_facts_is_cited_twice() -> None:
    text = "Tomas kept the lighthouse there for thirty years, and the ferry captain sold his blue boat to a dentist."
    checked = _drafted(text, _line_of("lighthouse"), "kept the lighthouse there for thirty years")
    assert (checked.check.verdict, checked.check.repair, checked.check.tier) == ("supported", "split", "parts")
    assert [c.time_ms for c in checked.citations] == [12_000, BOAT_MS]
    assert "dentist" in checked.citations[1].quote


@pytest.mark.parametrize(
    "text",
    [
        "Tomas kept the lighthouse there for thirty years, and the captain never sold his blue boat to a dentist.",
        "Tomas kept the lighthouse there for thirty years, and the ferry captain ate seven raw herrings with a spoon.",
        "Tomas kept the lighthouse there for thirty ferry captain Olsen sold his blue boat to a dentist.",
    ],
)
def test_a_half_that_no_place_carries_is_not_cited(text: str) -> None:
    checked = _drafted(text, _line_of("lighthouse"), "kept the lighthouse there for thirty years")
    assert not checked.check.good
    assert checked.check.repair == ""


@pytest.mark.parametrize("by_ms", [0, 1_000, 3_600_000])
@pytest.mark.parametrize(
    ("text", "time_ms"),
    [
        (SAID[3], 12_000),
        ("Tomas was keeper of the lighthouse for thirty years.", 12_000),
        ("The ferry captain sold his blue boat to a dentist.", 12_000),
        ("Tomas kept the lighthouse there, and captain Olsen sold his blue boat to a dentist.", 12_000),
        ("“captain Olsen sold his blue boat”", 40_000),
        ("The king married a princess of the northern islands.", 60_000),
    ],
)
def test_times_move_with_the_transcript(text: str, time_ms: int, by_ms: int) -> None:
    talk = transcript(*SAID, *STREET, BOAT)
    check = check_citation(TranscriptIndex(talk), text, time_ms)
    moved = check_citation(TranscriptIndex(_later(talk, by_ms)), text, time_ms + by_ms)
    best_ms = None if check.best_time_ms is None else check.best_time_ms + by_ms
    assert moved == check.model_copy(update={"best_time_ms": best_ms})


@st.composite
def _talk(draw: st.DrawFn) -> Transcript:
    language = draw(st.sampled_from(sorted(SCRIPTS)))
    gap = "" if language in {"ja", "zh-Hans"} else " "
    sentence = st.lists(st.sampled_from(SCRIPTS[language]), min_size=3, max_size=9).map(lambda w: gap.join(w) + ".")
    said = draw(st.lists(sentence, min_size=1, max_size=12))
    return transcript(*said).model_copy(update={"language": language})


@settings(max_examples=80, deadline=None)
@given(_talk(), st.data())
def test_a_sentence_at_its_own_time_is_never_rejected(talk: Transcript, data: st.DataObject) -> None:
    segment = data.draw(st.sampled_from(talk.segments))
    check = check_citation(TranscriptIndex(talk), segment.text, segment.start_ms)
    assert (check.good, check.verdict != "reanchored") == (True, True)


@settings(max_examples=60, deadline=None)
@given(_talk(), st.data())
def test_every_verdict_explains_itself_and_is_given_again(talk: Transcript, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from([w for row in SCRIPTS.values() for w in row]), max_size=8))
    time_ms = data.draw(st.one_of(st.none(), st.integers(0, 80_000)))
    index = TranscriptIndex(talk)
    check = check_citation(index, " ".join(words), time_ms)
    assert check.tier
    assert check.reason.endswith((".", "”"))
    assert 0 <= check.score <= 1
    assert (check.verdict == "reanchored") <= (check.best_time_ms is not None)
    assert check.best_time_ms in {None, *(s.start_ms for s in talk.segments)}
    assert check_citation(index, " ".join(words), time_ms) == check
