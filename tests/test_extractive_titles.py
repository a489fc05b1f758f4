"""Titles, headings, aliases, chapters and turns of the embedded outliner."""

from collections.abc import Sequence

import pytest

from pipeline.models.extractive.chapters import chapter_title, chapter_topics
from pipeline.models.extractive.labels import aliases
from pipeline.models.extractive.profile import profile
from pipeline.models.extractive.survey import Survey, survey
from pipeline.models.extractive.titles import compose, ranked
from pipeline.models.extractive.topics import at_turn, at_words
from pipeline.models.extractive.uses import Use, phrasing, uses
from pipeline.settings import NotesPolicy
from pipeline.values.draft import PlanDraft
from pipeline.values.script import Line, Piece, Script
from pipeline.values.transcript import Chapter
from tests.test_extractive_outlining import BEES, LOCKS, planned, script_of, sentences

EN = profile("en")
TIDES = """
The tide table of the harbour was printed every year from 1806 on. A tide table tells the captain when the harbour is
deep enough. Thomas Percy drew the first tide table from forty years of notes. The harbour master checked each tide
table against a painted staff. A wrong tide table sank the brig Amelia in the winter of 1822. Thomas Percy blamed the
printer for the loss of the brig.
"""
LAMPS = """
The old lighthouse lens was ground in Paris and carried over the hills by ox cart. A lighthouse lens bends the light of
a small lamp into one beam. The keeper polished the lighthouse lens with vinegar each morning. The new lighthouse lens
floats on a bath of mercury. The mercury bath lets one hand turn four tons of glass. The mercury bath was drained for
good in the summer of 1979. The keeper tested the mercury bath with a spirit level.
"""


def used(spoken: Sequence[str]) -> tuple[Survey, list[Use], list[Use]]:
    found = survey(script_of(spoken))
    known = phrasing(found)
    told = uses(found, known, 0, len(found.readings))
    return found, told, ranked(told, {}, known, alone=True)


def title_of(spoken: Sequence[str], taken: Sequence[str] = ()) -> str:
    return compose(used(spoken)[2], EN, taken)


def test_a_title_is_one_phrase_taken_whole() -> None:
    assert title_of(sentences(TIDES)) in {"Tide table", "Tide tables"}
    assert title_of(sentences(TIDES), ["Tide table"]) not in {"Tide table", "Tide tables", ""}


def test_the_plural_is_preferred_where_it_is_said() -> None:
    spoken = [*sentences(TIDES), "All tide tables of that time left out the wind from the north."]
    assert title_of(spoken) == "Tide tables"


def test_two_names_make_a_title_only_where_they_are_spoken_of_together() -> None:
    things = ("wheels", "cards", "levers", "tables", "drums", "steam", "brass", "looms")
    close = [f"Then Ada wrote to Babbage about {thing}." for thing in things]
    assert title_of(close) in {"Ada and Babbage", "Babbage and Ada"}
    filler = [f"The mill had {n} wheels of oak and iron in its yard." for n in range(30, 36)]
    ada = [f"Then Ada bought a horse from the stable in {year}." for year in range(1833, 1837)]
    babbage = [f"Then Babbage sold a wagon to the town in {year}." for year in range(1843, 1847)]
    assert " and " not in title_of([*ada, *filler, *babbage])


@pytest.mark.parametrize("phrase", ["closer look", "17 barrels", "yellow-ish paint"])
def test_counts_comparisons_and_guesses_are_no_titles(phrase: str) -> None:
    spoken = [f"The captain wanted a {phrase} on the {day} day." for day in ("first", "second", "third", "fourth")]
    assert phrase not in {u.text for u in used(spoken)[1]}


def test_a_place_where_things_happen_is_no_title_beside_what_happens() -> None:
    spoken = [f"Nobody in Brittany paid the salt tax in {year}." for year in range(1701, 1707)]
    assert title_of(spoken) == "The salt tax"


def test_headings_are_phrases_of_their_own_section() -> None:
    _, plan = planned(script_of([*sentences(TIDES), *sentences(LAMPS)], step_ms=4_000))
    headings = [x.heading.casefold() for n in plan.notes for x in n.sections] + [n.title.casefold() for n in plan.notes]
    assert any("tide table" in h for h in headings)
    assert any("lens" in h or "mercury bath" in h for h in headings)


def test_aliases_are_forms_of_the_title_and_not_things_in_the_note() -> None:
    spoken = [*sentences(TIDES), "All tide tables of that time left out the wind from the north."]
    _, told, _ = used(spoken)
    assert aliases(told, EN, "Tide tables", ()) == ("tide table",)
    assert "Amelia" not in aliases(told, EN, "Tide tables", ("Amelia", "The brig"))


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("1. Boats over the hill", "Boats over the hill"),
        ("03:15 – The long lock", "The long lock"),
        ("🔥 Chapter 4: The toll 🔥", "The toll"),
        ("(2) coal and grain #canal", "Coal and grain"),
        ("3D worlds", "3D worlds"),
        ("1984 and after", "1984 and after"),
        ("Intro", ""),
        ("Final thoughts", ""),
        ("12", ""),
    ],
)
def test_chapter_titles_lose_their_dress(written: str, title: str) -> None:
    assert chapter_title(written) == title


def test_short_chapters_are_the_sections_of_one_note() -> None:
    spoken = [*sentences(BEES), *sentences(LOCKS)]
    chapters = (
        Chapter(start_ms=0, title="1. Life of the hive"),
        Chapter(start_ms=12 * 7_000, title="2. Boats over the hill"),
    )
    _, plan = planned(script_of(spoken, step_ms=7_000, chapters=chapters))
    assert len(plan.notes) == 1
    assert [x.heading for x in plan.notes[0].sections] == ["Life of the hive", "Boats over the hill"]
    assert plan.notes[0].title not in {"Life of the hive", "Boats over the hill", ""}


def test_a_short_introduction_does_not_take_the_title_of_a_long_chapter() -> None:
    spoken = [*sentences(BEES), *sentences(LOCKS)]
    lines = script_of(spoken, step_ms=20_000).lines
    chapters = [
        Chapter(start_ms=0, title="Intro"),
        Chapter(start_ms=40_000, title="Life of the hive"),
        Chapter(start_ms=240_000, title="Locks"),
    ]
    topics = chapter_topics(lines, chapters)
    assert [(t.begin, t.end, t.main) for t in topics] == [(0, 12, "Life of the hive"), (12, 24, "Locks")]


def test_chapters_without_lines_are_no_topics() -> None:
    lines = script_of(sentences(BEES), step_ms=20_000).lines
    chapters = [Chapter(start_ms=0, title="Hive"), Chapter(start_ms=9_000_000, title="After the end")]
    topics = chapter_topics(lines, chapters)
    assert [(t.begin, t.end, t.main) for t in topics] == [(0, len(lines), "Hive")]


def line(number: int, start_ms: int, end_ms: int, text: str, *, opens: bool = False) -> Line:
    return Line(
        number=number,
        text=text,
        start_ms=start_ms,
        end_ms=end_ms,
        pieces=(Piece(offset=0, segment=number - 1),),
        opens=opens,
    )


def test_a_cut_moves_to_the_pause_near_it() -> None:
    lines = [
        line(1, 0, 9_000, "The lock was old."),
        line(2, 10_000, 19_000, "The gate leaked."),
        line(3, 23_000, 29_000, "Okay, now the railway.", opens=True),
        line(4, 30_000, 39_000, "It came in 1846."),
        line(5, 200_000, 209_000, "Much later.", opens=True),
    ]
    assert at_turn(lines, 1, EN.openers) == 2
    assert at_turn(lines[:2], 1, EN.openers) is None


def test_a_cut_moves_to_where_the_words_change() -> None:
    lines = [line(i + 1, i * 10_000, i * 10_000 + 9_000, "x") for i in range(12)]
    vectors = [{"bee": 1.0} if i < 7 else {"lock": 1.0} for i in range(12)]
    assert at_words(lines, vectors, (0, 5, 12)) == 7
    assert at_words(lines, vectors, (0, 8, 12)) == 7


def quoted_plan(script: Script) -> PlanDraft:
    return planned(script, NotesPolicy(min_claims=1))[1]


def test_a_talk_without_punctuation_has_fewer_notes() -> None:
    spoken = [*sentences(BEES), *sentences(LOCKS)] * 4
    whole = quoted_plan(script_of(spoken, step_ms=15_000))
    bare = script_of([s.rstrip(".").lower() + " and uh" for s in spoken], step_ms=15_000)
    assert not bare.punctuated
    assert len(quoted_plan(bare).notes) < max(2, len(whole.notes))
