"""Cases of whole talks: who, when and where from; honest ones are really said, wrong ones are said nowhere."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.tokens import tokens
from pipeline.measuring import KINDS, Case, Talk, case_of_row, make_cases
from pipeline.measuring.generating import others_of
from pipeline.measuring.kinds import Scene
from pipeline.measuring.mixing import cross_predicates, is_foreign, merge_facts
from pipeline.measuring.names import names, swap_name, swap_roles
from pipeline.measuring.quotes import splice, swap_word
from pipeline.measuring.speakers import right_speaker, wrong_speaker
from pipeline.measuring.times import is_elsewhere
from pipeline.sources.files import read_transcript_file
from tests.commands import EXAMPLES
from tests.measuring_talks import FILLING, said, talk

_OTHER = (
    "Copper wires carried telegrams under the ocean for many decades.",
    "A submarine cable weighed thousands of tonnes when it was finished.",
    "Engineers in Valentia listened for faint currents at midnight.",
)
NAMED = (
    "We heard that Marie Curie paid Henri Becquerel for the crystals.",
    "Later the crystals of Henri Becquerel fogged a plate, and Marie Curie saw why.",
    "In those days Pierre measured currents for Marie Curie with his own instrument.",
    "People say that Rutherford visited Pierre once and stayed for dinner.",
    *FILLING,
    "Some years afterwards Rutherford and Geiger counted flashes in a dark room.",
    "Nothing of this would have surprised Geiger or his friends at home.",
)


def _lecture_cases(limit: int = 3, seed: int = 0) -> list[Case]:
    lecture, other = (_example(name) for name in ("longitude-lecture.en.vtt", "gps-time.en.vtt"))
    return make_cases(lecture, other, limit=limit, seed=seed)


def _example(name: str) -> Talk:
    return Talk(name, read_transcript_file(EXAMPLES / name))


def test_the_same_seed_makes_the_same_cases_and_another_one_others() -> None:
    assert _lecture_cases() == _lecture_cases()
    assert _lecture_cases(seed=1) != _lecture_cases()


def test_no_kind_has_more_cases_than_were_asked_for_and_ids_differ() -> None:
    cases = _lecture_cases(limit=2)
    assert max(Counter((c.gold, c.kind) for c in cases).values()) == 2
    assert len({c.id for c in cases}) == len(cases)
    assert {c.kind for c in cases} >= {k.name for k in KINDS} - {"speaker_ok", "speaker_wrong"}


def test_sentences_of_the_talk_are_said_at_the_time_they_are_cited_for() -> None:
    lecture = _example("longitude-lecture.en.vtt")
    exact = [c for c in _lecture_cases(limit=10) if c.kind in {"claim_exact", "quote_exact", "ok_number"}]
    assert len(exact) == 30
    for case in exact:
        assert case.cite_ms == case.true_ms
        assert case.claim in lecture.text
        assert case.cite_ms is not None
        assert case.claim in lecture.between(case.cite_ms, case.cite_ms + 60_000)


def test_what_is_wrong_is_not_said_word_for_word_anywhere() -> None:
    lecture = _example("longitude-lecture.en.vtt")
    wrong = [c for c in _lecture_cases(limit=10) if c.gold in {"unsupported", "partial"}]
    assert len(wrong) > 60
    assert not [c.claim for c in wrong if lecture.says(c.claim)]


def test_wrong_times_are_two_minutes_off_or_do_not_exist() -> None:
    lecture = _example("longitude-lecture.en.vtt").transcript
    for case in _lecture_cases(limit=5):
        exists = case.cite_ms is not None and 0 <= case.cite_ms <= lecture.end_ms
        if case.gold == "nonexistent":
            assert not exists
        elif case.gold == "wrong_time":
            assert case.cite_ms is not None
            assert case.true_ms is not None
            assert exists
            assert abs(case.cite_ms - case.true_ms) >= 120_000
        else:
            assert exists


def test_a_sentence_that_is_said_twice_has_no_wrong_time() -> None:
    twice = talk(FILLING[0], *FILLING, FILLING[0], name="twice")
    scene = Scene(twice, None, Random(0))
    assert not is_elsewhere(scene, twice.statements[0], 300_000)
    assert is_elsewhere(scene, twice.statements[3], 300_000)


def test_a_case_survives_being_written_as_json() -> None:
    for case in _lecture_cases():
        assert case_of_row(case.row()) == case


@pytest.mark.parametrize(
    ("time_ms", "right"),
    [(84_999, False), (85_000, True), (115_000, True), (120_000, True), (120_001, False), (None, False)],
)
def test_where_a_claim_is_said_is_known_to_fifteen_seconds(time_ms: int | None, right: bool) -> None:
    row = {"id": "1", "vid": "v", "kind": "k", "gold": "ok", "claim": "c", "quote": False, "cite": "", "cite_s": None}
    case = case_of_row({**row, "true_s": 100, "true_e": 120})
    assert case.is_where_said(time_ms) == right
    assert not case_of_row({**row, "true_s": None, "true_e": None}).is_where_said(time_ms)


def test_names_are_words_with_capitals_inside_sentences_that_are_never_small() -> None:
    assert set(names(talk(*NAMED, name="named"))) == {
        "Marie Curie",
        "Henri Becquerel",
        "Pierre",
        "Rutherford",
        "Geiger",
    }
    german = talk("Wir sehen das Haus und das Boot am Hafen der Stadt.", "Dort ist das Boot am Haus.", language="de")
    assert names(german) == {}


def test_a_name_is_swapped_for_another_one_that_is_not_named_nearby() -> None:
    named = talk(*NAMED, name="named")
    statement = named.statements[-1]
    swapped = {swap_name(Scene(named, None, Random(seed)), statement) for seed in range(30)}
    assert swapped == {statement.text.replace("Geiger", "Pierre")}  # of one word, and Rutherford is just before
    assert swap_name(Scene(named, None, Random(0)), said(FILLING[0])) is None


def test_roles_are_swapped_around_a_verb_that_tells_them_apart() -> None:
    named = talk(*NAMED, name="named")
    scene = Scene(named, None, Random(0))
    assert swap_roles(scene, named.statements[0]) == (
        "We heard that Henri Becquerel paid Marie Curie for the crystals."
    )
    assert swap_roles(scene, said("Later Rutherford and Geiger met Pierre again.")) is None
    assert swap_roles(scene, said("The price rose from 40 to 90 pounds.")) == "The price rose from 90 to 40 pounds."
    assert swap_roles(scene, said("They read the pages from 40 to 90 aloud.")) is None


def test_the_speaker_is_swapped_only_for_one_who_is_not_heard_nearby() -> None:
    debate = talk(*FILLING, speakers=("Ann Lee", "Ann Lee", "Ann Lee", "Bo Chen"), name="debate")
    scene = Scene(debate, None, Random(0))
    first, third = debate.statements[1], debate.statements[2]
    right, wrong = right_speaker(scene, first), wrong_speaker(scene, first)
    assert right is not None
    assert right.text == f"Ann Lee says: {first.text}"
    assert wrong is not None
    assert wrong.speaker == "Bo Chen"
    assert wrong_speaker(scene, third) is None  # Bo Chen speaks next
    assert right_speaker(Scene(talk(*FILLING), None, Random(0)), said(FILLING[0])) is None


def test_two_facts_are_of_places_two_minutes_apart() -> None:
    far = talk(*FILLING, name="far")
    merged = merge_facts(Scene(far, None, Random(1)), far.statements[0])
    assert merged is not None
    assert merged.text.startswith("Every morning the baker opened his shop before the sun came up, and ")
    assert merge_facts(Scene(talk(*FILLING, seconds=5), None, Random(1)), far.statements[0]) is None


def test_a_subject_is_joined_to_a_predicate_with_the_same_verb() -> None:
    crossed = talk(
        "The wooden bridge is closed during storms in autumn.",
        *FILLING,
        "The marble lighthouse is visible from the island.",
    )
    scene = Scene(crossed, None, Random(3))
    made = [cross_predicates(Scene(crossed, None, Random(seed)), crossed.statements[0]) for seed in range(40)]
    assert {m.text for m in made if m} == {"The marble lighthouse is closed during storms in autumn."}
    assert cross_predicates(scene, said(FILLING[0])) is None


def test_a_foreign_sentence_is_told_from_one_that_is_said_in_other_words() -> None:
    scene = Scene(talk(*FILLING), talk(*_OTHER, name="other"), Random(0))
    assert is_foreign(scene, _OTHER[0])
    assert not is_foreign(scene, "The baker opened his shop each morning before sunrise came.")


def test_another_talk_is_one_in_the_same_language_of_another_video() -> None:
    one, two, german = talk(*FILLING, name="a"), talk(*_OTHER, name="b"), talk("Das ist es.", language="de", name="c")
    assert others_of([one, two, german]) == [two, one, None]
    assert others_of([one, one]) == [None, None]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), place=st.integers(0, len(FILLING) - 1))
def test_an_altered_quotation_differs_in_one_word_and_a_spliced_one_has_two_halves(seed: int, place: int) -> None:
    filled = talk(*FILLING, name="filled")
    scene, statement = Scene(filled, None, Random(seed)), filled.statements[place]
    altered, spliced = swap_word(scene, statement), splice(scene, statement)
    assert altered is not None
    assert spliced is not None
    old, new = ([t.norm for t in tokens(text)] for text in (statement.text, altered))
    assert len(old) == len(new)
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1
    assert not filled.says(altered)
    assert spliced.startswith(statement.text.split()[0])


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "ja",
            (
                "これは橋の写真を撮影した学生の話です。",
                "明日は図書館で新しい地図を見せます。",
                "港の灯台は百年前に建築されました。",
            ),
        ),
        (
            "zh",
            (
                "这座桥是学生们去年夏天建造的木桥。",
                "图书馆里收藏了许多古老的地图。",
                "港口的灯塔在一百年前就已经倒塌。",
            ),
        ),
        (
            "ar",
            ("تقع المدينة القديمة على ضفة النهر الكبير منذ قرون.", "كتب المسافر رسائل طويلة عن أسواق المدينة وبيوتها."),
        ),
        ("hi", ("पुराना पुल नदी के दोनों किनारों को गाँव से जोड़ता है।", "पुस्तकालय में यात्रियों की चिट्ठियाँ आज भी रखी हुई हैं।")),
        ("xx", ("Aleka meru tofani kasel dorumi vantek pelora.", "Sorima kelud vantra pelomi tadek forila munto.")),
    ],
)
def test_cases_are_made_in_any_script(language: str, sentences: tuple[str, ...]) -> None:
    spoken = talk(*sentences, language=language, name=language)
    cases = make_cases(spoken, None, limit=2, seed=0)
    assert {"claim_exact", "quote_exact", "beyond_end", "malformed"} <= {c.kind for c in cases}
    for case in cases:
        assert case.language == language
        assert case.claim in spoken.text or case.kind not in {"claim_exact", "quote_exact"}
