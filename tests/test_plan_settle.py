import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadReply
from pipeline.settings import NotesPolicy
from pipeline.stages.plan import settle
from pipeline.values.draft import DraftNote, DraftSection, DraftStep, DraftUnused, PlanDraft
from pipeline.values.outline import Outline
from pipeline.values.plan import NotePlan, Plan, Step
from tests.note_building import Builder, note, person, plan_draft, section, settled, steps


def outline_of(count: int, unsupported: tuple[int, ...] = (), quotes: int = 0) -> Outline:
    b = Builder()
    for i in range(1, count + 1):
        b.claim(
            f"Topic number {i} concerns engines",
            f"Topic number {i}",
            verdict="unsupported" if i in unsupported else "supported",
        )
    for i in range(1, quotes + 1):
        b.quote(f"A quotable sentence of number {i}.")
    return b.outline(b.script())


def ids(plan_note: NotePlan) -> list[int]:
    return [s.claim for p in paragraphs(plan_note) for s in p]


def paragraphs(plan_note: NotePlan) -> list[tuple[Step, ...]]:
    return [plan_note.lead, *(p for s in plan_note.sections for p in s.paragraphs)]


def all_ids(plan: Plan) -> list[int]:
    return [i for n in plan.notes for i in ids(n)]


def test_unknown_unkept_and_repeated_claims_are_dropped() -> None:
    outline = outline_of(4, unsupported=(3,))
    plan = settled(plan_draft(note("Engines", steps(1, 99, 3, 1, 2, -1, 0), section("More", steps(2, 4, 4)))), outline)
    assert sorted(all_ids(plan)) == [1, 2, 4]


def test_forgotten_claims_go_where_their_time_is() -> None:
    plan = settled(
        plan_draft(
            note("Early engines", steps(1), section("First", steps(2, 3))),
            note("Late engines", steps(10), section("Last", steps(8, 9))),
        ),
        outline_of(10),
    )
    assert sorted(ids(plan.notes[0])) == [1, 2, 3, 4, 5]
    assert sorted(ids(plan.notes[1])) == [6, 7, 8, 9, 10]


def test_unused_claims_are_named_and_nothing_vanishes() -> None:
    draft = plan_draft(note("Engines", steps(1, 2)), unused=[DraftUnused(claim=3, reason="off_topic")])
    plan = settled(draft, outline_of(3))
    assert plan.unused == (3,)
    assert all_ids(plan) == [1, 2]


def test_a_claim_stands_in_two_notes_at_most() -> None:
    draft = plan_draft(*(note(f"Engines {i}", steps(1, i + 1)) for i in range(1, 5)))
    assert all_ids(settled(draft, outline_of(5))).count(1) == 2


def test_a_join_is_lost_with_the_claim_that_it_spoke_of() -> None:
    draft = plan_draft(note("Engines", steps(("and", 1), ("and", 99), ("but", 2), ("also", 3))))
    plan = settled(draft, outline_of(3))
    assert [(s.join, s.claim) for s in plan.notes[0].lead] == [("", 1), ("", 2), ("also", 3)]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("## **Engines of number**\nand more", "Engines of number"),
        ('"Engines."', "Engines"),
        (
            "one engines two three four five six seven eight nine ten eleven",
            "one engines two three four five six seven eight nine",
        ),
        ("", "Topic number 1"),
        ("###", "Topic number 1"),
        ("I'm sorry, I cannot help", "Topic number 1"),
        ("[[Engines]]", "[[Engines]]"),
    ],
)
def test_titles_are_cleaned_and_grounded(title: str, expected: str) -> None:
    assert settled(plan_draft(note(title, steps(1))), outline_of(1)).notes[0].title == expected


def test_titles_of_the_same_words_are_told_apart() -> None:
    draft = plan_draft(note("Engines", steps(1)), note("engines!", steps(2)))
    assert [n.title for n in settled(draft, outline_of(2)).notes] == ["Engines", "engines!, part 2"]


def test_aliases_are_literal_and_belong_to_one_note() -> None:
    b = Builder()
    b.claim("Diesel engines beat the Carnot cycle of Sadi Carnot", "Diesel engines")
    b.claim("Steam engines came first", "Steam engines")
    outline = b.outline(b.script())
    draft = plan_draft(
        note("Diesel", steps(1), aliases=("Carnot cycle", "steam", "Otto cycle", "Sadi Carnot", "Carnot cycl")),
        note("Steam engines", steps(2), aliases=("carnot cycle", "Carnot cycle", "Diesel", "Diesel engines")),
    )
    plan = settled(draft, outline)
    assert [n.aliases for n in plan.notes] == [("Carnot cycle", "Sadi Carnot"), ("Diesel engines",)]


def test_entities_are_only_what_is_said() -> None:
    b = Builder()
    b.claim("Marx wrote on capital with Friedrich Engels", "Marx")
    outline = b.outline(b.script())
    wanted = [
        person("Marx", "Karl Marx"),
        person("Engels", "Friedrich Engels", short="Fritz"),
        person("Hegel", "Hegel"),
    ]
    found = settled(plan_draft(note("Marx", steps(1)), entities=wanted), outline).entities
    assert [(e.name, e.full, e.short) for e in found] == [
        ("Marx", "Marx", "Marx"),
        ("Engels", "Friedrich Engels", "Engels"),
    ]


def test_small_notes_become_sections_of_their_neighbour() -> None:
    draft = plan_draft(
        note("Early engines", steps(1), section("First", steps(2, 3), steps(4))),
        note("Number five", steps(5, 6)),
        note("Late engines", steps(20), section("Last", steps(18, 19), steps(17))),
    )
    b = outline_of(20)
    used = [DraftUnused(claim=i, reason="too_thin") for i in range(7, 17)]
    plan = settled(draft.model_copy(update={"unused": tuple(used)}), b, min_claims=4)
    assert [n.title for n in plan.notes] == ["Early engines", "Late engines"]
    assert [s.heading for s in plan.notes[0].sections] == ["First", "Number five"]
    assert ids(plan.notes[0]) == [1, 2, 3, 4, 5, 6]


def test_sections_have_two_claims_and_headings_once() -> None:
    draft = plan_draft(
        note(
            "Engines",
            steps(1),
            section("A", steps(2)),
            section("B", steps(3, 4)),
            section("b", steps(5, 6)),
            section("", steps(7)),
        )
    )
    found = settled(draft, outline_of(7)).notes[0].sections
    assert [(s.heading, [x.claim for p in s.paragraphs for x in p]) for s in found] == [("B", [2, 3, 4, 5, 6, 7])]


def test_every_note_has_a_lead() -> None:
    draft = plan_draft(note("Engines", (), section("A", steps(1, 2), steps(3, 4))))
    found = settled(draft, outline_of(4)).notes[0]
    assert [s.claim for s in found.lead] == [1, 2, 3, 4]
    draft = plan_draft(note("Engines", (), section("A", steps(1, 2), steps(3, 4, 5))))
    found = settled(draft, outline_of(5)).notes[0]
    assert ([s.claim for s in found.lead], found.sections[0].heading) == ([1, 2], "A")


def test_callouts_exist_once_and_repeat_no_claim() -> None:
    b = Builder()
    b.claim("Engines turn heat into work", "Engines")
    b.claim("Engines need fuel", "Engines")
    b.claim("Engines are loud", "Engines")
    said = b.quote("Heat is the thing.")
    outline = b.outline(b.script())
    same_line = outline.quotes[0].model_copy(update={"id": 2, "citation": outline.claims[0].citations[0]})
    outline = outline.model_copy(update={"quotes": (*outline.quotes, same_line)})
    draft = plan_draft(
        note("Engines", steps(1), section("Fuel", steps(2, 3), callout=said), callout=2),
        note("Loud engines", steps(3), callout=said),
    )
    plan = settled(draft, outline)
    assert plan.notes[0].quote == said
    assert plan.notes[1].quote == 0


def test_doubtful_claims_are_not_planned_where_they_are_dropped() -> None:
    b = Builder()
    b.claim("Engines turn", "Engines")
    b.claim("Engines burn", "Engines", verdict="partial")
    outline = b.outline(b.script())
    draft = plan_draft(note("Engines", steps(1, 2)))
    assert all_ids(settled(draft, outline, doubtful="drop")) == [1]
    assert all_ids(settled(draft, outline, doubtful="mark")) == [1, 2]


@pytest.mark.parametrize(
    "draft", [plan_draft(), plan_draft(note("Engines", steps(77))), plan_draft(note("Engines", steps(1)))]
)
def test_a_plan_of_next_to_nothing_is_refused(draft: PlanDraft) -> None:
    with pytest.raises(BadReply, match="places"):
        settled(draft, outline_of(9))


def test_a_video_without_a_proven_claim_is_refused() -> None:
    with pytest.raises(BadReply, match="No claim"):
        settled(plan_draft(note("Engines", steps(1))), outline_of(1, unsupported=(1,)))


_step = st.builds(DraftStep, join=st.sampled_from(["", "and", "but", "however", "also"]), claim=st.integers(-1, 16))
_steps = st.lists(_step, max_size=9).map(tuple)
_section = st.builds(
    DraftSection,
    heading=st.sampled_from(["", "A", "a", "B"]),
    paragraphs=st.lists(_steps, max_size=3).map(tuple),
    callout=st.integers(-1, 4),
)
_note = st.builds(
    DraftNote,
    title=st.sampled_from(["Engines", "engines", "", "# x", "A b c"]),
    aliases=st.lists(st.sampled_from(["number 1", "engines", ""]), max_size=3).map(tuple),
    lead=_steps,
    callout=st.integers(-1, 4),
    sections=st.lists(_section, max_size=3).map(tuple),
)
_draft = st.builds(
    PlanDraft,
    entities=st.just(()),
    notes=st.lists(_note, max_size=5).map(tuple),
    unused=st.lists(st.builds(DraftUnused, claim=st.integers(-1, 16), reason=st.just("unclear")), max_size=5).map(
        tuple
    ),
)
_OUTLINE = outline_of(14, unsupported=(3, 7), quotes=3)


@settings(max_examples=50, deadline=None)
@given(draft=_draft, least=st.integers(1, 6), most=st.integers(1, 3))
def test_whatever_is_proposed_every_kept_claim_is_placed_or_named(draft: PlanDraft, least: int, most: int) -> None:
    kept = {c.id for c in _OUTLINE.kept(doubtful=True)}
    try:
        plan = settle(draft, _OUTLINE, NotesPolicy(min_claims=least, max_notes=most), "model")
    except BadReply:
        assert len({s.claim for n in draft.notes for s in n.lead} & kept) < 4
        return
    placed = set(all_ids(plan))
    assert placed | set(plan.unused) == kept
    assert not placed & set(plan.unused)
    assert len(plan.notes) <= most
    assert all(n.title.strip() and n.lead for n in plan.notes)
    assert all(len(ids(n)) == len(set(ids(n))) for n in plan.notes)
    assert all(p[0].join == "" for n in plan.notes for p in paragraphs(n) if p)
    assert len({n.title.casefold() for n in plan.notes}) == len(plan.notes)
    shown = [q for n in plan.notes for q in (n.quote, *(s.quote for s in n.sections)) if q]
    assert len(shown) == len(set(shown))
