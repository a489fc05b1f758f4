"""Planning a long video: asked in parts side by side, put together by code."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadReply
from pipeline.models.asking import Asker
from pipeline.models.bodies import body_of, cache_key
from pipeline.models.build import build_model
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings, NotesPolicy
from pipeline.stages.draft import header_of, outline_request
from pipeline.stages.parting import MOST_PLANNED, part_of, parted, share_of, together
from pipeline.stages.plan import settle
from pipeline.stages.propose import numbers_of
from pipeline.store.store import Store
from pipeline.values.draft import DraftNote, DraftSection, DraftStep, PlanDraft
from pipeline.values.outline import Outline
from tests.building import script
from tests.scripted_server import Asked, Behaviour, Decide, ScriptedServer
from tests.test_prompts_texts import outline_of

PROMPTS = PromptFolder()
SPOKEN = script(*(f"In the year {1800 + i} the keeper number {i} lit the lamp of the tower." for i in range(24)))
MANY = outline_of(*(f"Keeper number {i} lit the lamp of tower {i % 40}." for i in range(1, 1_101)), chunk_size=40)


def planned(
    outline: Outline, path: Path, behave: Decide = lambda _: "good", **limits: int
) -> tuple[ScriptedServer, PlanDraft]:
    with ScriptedServer(script=behave, delay_s=0.05) as server, Store(path) as store, ThreadPoolExecutor(8) as pool:
        settings = ModelSettings(base_url=server.url, model="small", concurrency=8, **limits)
        model = build_model(settings, store, environment={}, sleep=lambda _: None)
        return server, Asker(model, settings, PROMPTS, pool)(SPOKEN).plan(outline)


def placed(plan: PlanDraft) -> list[int]:
    return sorted(number for note in plan.notes for number in numbers_of(note))


@given(st.integers(1, 2_500), st.integers(1, 90))
def test_parts_hold_every_claim_once_in_order(count: int, chunk_size: int) -> None:
    claims = MANY.claims[:1]
    some = tuple(claims[0].model_copy(update={"id": i, "chunk": 1 + i // chunk_size}) for i in range(count))
    parts = parted(some)
    assert tuple(claim for part in parts for claim in part) == some
    assert len(parts) == -(-count // MOST_PLANNED)
    assert all(parts)


def test_parts_end_where_chunks_do() -> None:
    parts = parted(MANY.claims)
    assert len(parts) == 3
    assert all(one[-1].chunk != other[0].chunk for one, other in pairwise(parts))
    assert max(map(len, parts)) < 1.3 * min(map(len, parts))


def test_parts_are_as_small_as_a_model_needs_them() -> None:
    parts = parted(MANY.claims, lambda part: len(part) <= 100)
    assert max(map(len, parts)) <= 100
    assert len(parted(MANY.claims[:30], lambda _: False)) == 3, "a dozen claims are asked about in any case"


def test_a_thousand_claims_are_planned_side_by_side(tmp_path: Path) -> None:
    server, plan = planned(MANY, tmp_path / "s.db")
    assert server.kinds == {"plan_draft": 3}
    assert server.most_at_once == 3
    assert placed(plan) == [claim.id for claim in MANY.claims]
    settled = settle(plan, MANY, NotesPolicy(), "model")
    assert len(settled.notes) <= NotesPolicy().max_notes
    asked = [int(a.question.rpartition(" notes. None")[0].rpartition(" to ")[2]) for a in server.asked]
    assert sum(asked) <= NotesPolicy().max_notes


def test_a_small_context_is_asked_in_more_parts(tmp_path: Path) -> None:
    server, plan = planned(MANY, tmp_path / "s.db", context_tokens=8_000)
    assert server.calls > 3
    assert all(len(a.question) < 8_000 * 4 for a in server.asked)
    assert placed(plan) == [claim.id for claim in MANY.claims]


@pytest.mark.parametrize("fault", ["refusal", "bad_json", "rejected", "filter"])
def test_a_part_without_a_plan_is_arranged_by_rule(fault: Behaviour, tmp_path: Path) -> None:
    def behave(asked: Asked) -> Behaviour:
        return fault if "\n1: Keeper" in asked.question else "good"

    _, plan = planned(MANY, tmp_path / "s.db", behave)
    settled = settle(plan, MANY, NotesPolicy(), "model")
    shown = {
        s.claim for n in settled.notes for p in (n.lead, *(p for x in n.sections for p in x.paragraphs)) for s in p
    }
    assert shown | set(settled.unused) == {claim.id for claim in MANY.claims}


def test_no_part_with_a_plan_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(BadReply):
        planned(MANY, tmp_path / "s.db", lambda _: "refusal")


def note(title: str, *claims: int, heading: str = "Part") -> DraftNote:
    steps = tuple(DraftStep(join="", claim=i) for i in claims)
    section = DraftSection(heading=heading, paragraphs=(steps[2:],), callout=0)
    return DraftNote(title=title, aliases=(title.lower(),), lead=steps[:2], callout=0, sections=(section,))


def plan_of(*notes: DraftNote) -> PlanDraft:
    return PlanDraft(entities=(), notes=notes, unused=())


def test_titles_of_the_same_words_are_one_note() -> None:
    first, second = note("The lamp of the tower", 1, 2, 3, 4), note("Tower lamps", 11, 12, 13, 14, heading="Later")
    other = note("Keepers", 21, 22, 23)
    plan = together([plan_of(first), plan_of(other, second)], "en")
    assert [n.title for n in plan.notes] == ["The lamp of the tower", "Keepers"]
    assert numbers_of(plan.notes[0]) == (1, 2, 3, 4, 11, 12, 13, 14)
    assert [s.heading for s in plan.notes[0].sections] == ["Part", "Later"]
    assert len(plan.notes[0].lead) == 2, "the lead stays the first one's"
    assert plan.notes[0].aliases == ("the lamp of the tower", "tower lamps")


def test_a_note_without_sections_keeps_its_claims_when_it_is_joined() -> None:
    bare = note("Lamp", 5, 6).model_copy(update={"sections": ()})
    assert numbers_of(together([plan_of(note("Lamps", 1, 2, 3)), plan_of(bare)], "en").notes[0]) == (1, 2, 3, 5, 6)


def test_titles_of_little_words_only_stay_apart() -> None:
    plan = together([plan_of(note("To be", 1, 2, 3)), plan_of(note("Not at all", 4, 5, 6))], "en")
    assert len(plan.notes) == 2


def test_a_part_has_the_quotes_said_in_it_and_its_share_of_notes() -> None:
    early, late = MANY.claims[:2], MANY.claims[2:4]
    later = MANY.claims[0].citations[0].model_copy(update={"time_ms": 90_000})
    late = tuple(claim.model_copy(update={"citations": (later,)}) for claim in late)
    whole = (*early, *late)
    assert part_of(MANY, early, whole).quotes == MANY.quotes
    assert part_of(MANY, late, whole).quotes == ()
    assert part_of(MANY, whole, whole).quotes == MANY.quotes
    assert share_of(NotesPolicy(max_notes=30), 100, 400).max_notes == 7
    assert share_of(NotesPolicy(max_notes=2), 100, 400).max_notes == 1


def test_a_cache_key_is_sent_where_it_is_known_and_is_the_same_for_the_same_rules() -> None:
    known, unknown = ModelSettings(preset="openai"), ModelSettings(base_url="http://127.0.0.1:1/v1")
    spoken = script(*(line.text for line in SPOKEN.lines), chunk_tokens=80)
    chunks = [outline_request(spoken, chunk, header_of(spoken), PROMPTS, known) for chunk in spoken.chunks]
    assert len({cache_key(request) for request in chunks}) == 1
    assert cache_key(chunks[0]) != cache_key(chunks[0].model_copy(update={"model": "other"}))
    assert len(cache_key(chunks[0])) <= 64, "OpenAI takes no longer ones"
    assert body_of(chunks[0], known, "json_schema")["prompt_cache_key"] == cache_key(chunks[0])
    assert "prompt_cache_key" not in body_of(chunks[0], unknown, "json_schema")
