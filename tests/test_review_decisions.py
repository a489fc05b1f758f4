import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.models.prompts import PromptFolder
from pipeline.review import Desk
from pipeline.settings import ModelSettings, NotesPolicy, Settings
from pipeline.stages.deciding import decided, same_claim
from pipeline.stages.draft import header_of, outline_request
from pipeline.values.outline import Claim
from pipeline.values.proof import Made
from pipeline.values.review import Decision, Review
from pipeline.vault.conflicts import read_conflicts
from pipeline.vault.proofs import proof_for
from pipeline.vault.publishing import publish
from pipeline.vault.reviews import read_review, review_path, with_rejected
from tests.note_building import stalin
from tests.test_vault_merging import told_anew
from tests.test_vault_writing import COUP, RISE, dangling, engines, snapshot

VIDEO = "oCkkjnpS2f8"
POLICY = NotesPolicy(min_claims=1)


def ticking() -> Iterator[datetime]:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while True:
        moment += timedelta(seconds=1)
        yield moment


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    publish(tmp_path, [stalin()], POLICY)
    clock = ticking()
    return Desk(Settings(vault=tmp_path, notes=POLICY), "Ann <ann@example.org>", lambda: next(clock))


def number(desk: Desk, page: str, words: str) -> int:
    return next(c.id for c in desk.note(page).claims if words in c.text)


def text(desk: Desk, page: str) -> str:
    return (desk.settings.vault / page).read_text()


def test_the_queue_begins_with_what_is_doubtful(desk: Desk) -> None:
    rows = desk.queue()
    assert [(r.page, r.state, r.doubtful) for r in rows] == [(COUP, "draft", 1), (RISE, "draft", 0)]


def test_a_claim_is_shown_with_its_words_and_the_link_that_opens_the_video(desk: Desk) -> None:
    claim = next(c for c in desk.note(RISE).claims if "ruthless" in c.text)
    (cue,) = claim.evidence
    assert cue.quote == "Stalin was cunning, ruthless and a workaholic."
    assert cue.before.endswith("end of the war.")
    assert cue.after.startswith("Stalin had a phenomenal memory")
    assert cue.time == "00:01:03"
    assert cue.link == f"https://www.youtube.com/watch?v={VIDEO}&t=63s"
    assert claim.heading == "Character"


def test_a_rejected_claim_leaves_the_page_and_does_not_come_back(desk: Desk) -> None:
    vault = desk.settings.vault
    view = desk.reject(RISE, [number(desk, RISE, "ruthless")], "an insult,\nnot a fact")
    assert "ruthless" not in text(desk, RISE)
    assert [c.why for c in view.claims if c.decision == "reject"] == ["an insult, not a fact"]
    publish(vault, [stalin()], POLICY)
    assert "ruthless" not in text(desk, RISE)
    publish(vault, [reworded(stalin(), "Stalin was a cunning, ruthless workaholic")], POLICY)
    assert "ruthless" not in text(desk, RISE)
    assert "ruthless" in "".join(c.text for c in proof_for(vault, VIDEO).outline.claims)  # type: ignore[union-attr]


def reworded(made: Made, words: str) -> Made:
    claims = tuple(c.model_copy(update={"text": words}) if "ruthless" in c.text else c for c in made.outline.claims)
    return made.model_copy(update={"outline": made.outline.model_copy(update={"claims": claims})})


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("The old clock was never wrong by 5 seconds a day", True),
        ("The old clock was never wrong by five seconds in a day", True),
        ("The old clock was never wrong by 6 seconds a day", False),
        ("The old clock was wrong by 5 seconds a day", False),
        ("The sailors never trusted the old clock", False),
    ],
)
def test_one_claim_in_other_words_is_known_and_another_is_not(other: str, same: bool) -> None:
    assert same_claim("The old clock was never wrong by 5 seconds a day", other, "en") is same


def test_an_accepted_claim_loses_its_mark(desk: Desk) -> None:
    assert "*(doubtful)*" in text(desk, COUP)
    view = desk.accept(COUP, [number(desk, COUP, "civil war")])
    assert "*(doubtful)*" not in text(desk, COUP)
    assert not view.open
    assert desk.queue()[0].doubtful == 0


def test_an_edit_is_verified_at_once_and_stands_in_later_runs(desk: Desk) -> None:
    claim = number(desk, RISE, "ruthless")
    view = desk.edit(RISE, claim, "Stalin was ruthless and a workaholic.")
    edited = view.claim(claim)
    assert edited is not None
    assert (edited.verdict, edited.decision, edited.open) == ("quoted", "edit", False)
    assert "Stalin was ruthless and a workaholic <a" in text(desk, RISE)
    publish(desk.settings.vault, [reworded(stalin(), "Stalin was cunning and ruthless, a workaholic")], POLICY)
    assert "Stalin was ruthless and a workaholic <a" in text(desk, RISE)
    assert "cunning" not in text(desk, RISE)


def test_an_edit_that_nobody_said_is_doubtful_until_it_is_accepted(desk: Desk) -> None:
    claim = number(desk, RISE, "ruthless")
    view = desk.edit(RISE, claim, "Stalin was kind and had 12 horses")
    assert [c.id for c in view.open] == [claim]
    assert "12 horses *(doubtful)* <a" in text(desk, RISE)
    desk.accept(RISE, [claim])
    assert "12 horses <a" in text(desk, RISE)


def test_an_edit_stands_by_itself_where_its_claim_is_proposed_no_more(desk: Desk) -> None:
    claim = number(desk, RISE, "ruthless")
    desk.edit(RISE, claim, "Stalin was ruthless and a workaholic")
    publish(desk.settings.vault, [reworded(stalin(), "The war was long")], POLICY)
    assert "ruthless and a workaholic" in text(desk, RISE)
    assert "war was long" in text(desk, RISE)
    again = number(desk, RISE, "ruthless")
    desk.reject(RISE, [again])
    assert "ruthless" not in text(desk, RISE)
    desk.undo()
    assert "ruthless and a workaholic" in text(desk, RISE)


def test_a_citation_is_moved_and_verified_there(desk: Desk) -> None:
    claim = number(desk, COUP, "undisputed")
    view = desk.move(COUP, claim, 11_000)
    moved = view.claim(claim)
    assert moved is not None
    assert moved.evidence[0].time == "00:00:10"
    assert moved.open
    with pytest.raises(SettingsError, match="nothing is said"):
        desk.move(COUP, claim, 9_000_000)


def test_each_decision_is_undone_and_the_page_is_as_before(desk: Desk) -> None:
    before = text(desk, RISE), text(desk, COUP)
    desk.reject(RISE, [number(desk, RISE, "ruthless")])
    desk.edit(RISE, number(desk, RISE, "phenomenal"), "Stalin had a memory for people's names")
    desk.accept_verified(COUP)
    desk.approve(COUP)
    assert desk.note(COUP).state == "approved"
    for kind in ("note", "claim", "claim", "claim"):
        entry = desk.undo()
        assert entry is not None
        assert entry.kind == kind
    assert desk.undo() is None
    assert (text(desk, RISE), text(desk, COUP)) == before
    assert not (desk.settings.vault / review_path(VIDEO)).exists()


def test_a_note_of_which_all_is_rejected_is_no_more_and_comes_back_by_undo(desk: Desk) -> None:
    before = text(desk, COUP)
    desk.reject(COUP, [c.id for c in desk.note(COUP).claims])
    assert not (desk.settings.vault / COUP).exists()
    assert not dangling(desk.settings.vault)
    desk.undo()
    assert text(desk, COUP) == before


def test_all_drafts_with_nothing_open_are_approved_and_taken_back_in_one_step(desk: Desk) -> None:
    publish(desk.settings.vault, [engines()], POLICY)
    assert {r.page for r in desk.approve_all()} == {RISE, "diesel_engines.md"}
    assert {r.page for r in desk.queue() if r.state == "approved"} == {RISE, "diesel_engines.md"}
    assert [view.page for _, view in desk.approved()] == ["diesel_engines.md", RISE]
    desk.undo()
    assert {r.state for r in desk.queue()} == {"draft"}


def test_another_page_than_the_approved_one_is_a_draft(desk: Desk) -> None:
    desk.approve(RISE)
    assert desk.note(RISE).approved_by == "Ann <ann@example.org>"
    page = desk.settings.vault / RISE
    page.write_text(page.read_text() + "\nMine.\n")
    assert desk.note(RISE).state == "draft"
    assert {r.page: r.edited for r in desk.queue()} == {RISE: True, COUP: False}


def test_your_own_sentences_are_checked(desk: Desk) -> None:
    page = desk.settings.vault / RISE
    page.write_text(
        page.read_text().replace("was cunning, ruthless", "was never cunning, ruthless") + "\nA thought of mine.\n"
    )
    told = {e.text: (e.time, e.verdict) for e in desk.note(RISE).edits}
    assert told["A thought of mine."] == ("", None)
    (false,) = [e for e in desk.note(RISE).edits if "never" in e.text]
    assert false.text.endswith("a workaholic.")
    assert false.time == "00:01:03"
    assert false.verdict not in {"supported", "quoted", "verified"}


@pytest.mark.parametrize("new", [True, False])
def test_a_conflict_is_settled_either_way_and_taken_back(desk: Desk, new: bool) -> None:
    vault = desk.settings.vault
    page = vault / RISE
    page.write_text(page.read_text().replace("phenomenal memory", "famous memory"))
    publish(vault, [told_anew(stalin())], POLICY)
    before = text(desk, RISE)
    (conflict,) = desk.note(RISE).conflict_ids
    desk.settle(RISE, conflict, new=new)
    assert ("very good memory" in text(desk, RISE)) is new
    assert ("famous memory" in text(desk, RISE)) is not new
    assert not read_conflicts(vault)
    publish(vault, [told_anew(stalin())], POLICY)
    assert not read_conflicts(vault)
    desk.undo()
    assert text(desk, RISE) == before
    assert desk.note(RISE).conflict_ids == (conflict,)


def test_what_a_person_took_out_comes_back_by_settling(desk: Desk) -> None:
    vault = desk.settings.vault
    page = vault / RISE
    sentence = next(s for s in page.read_text().split("\n") if "phenomenal memory" in s)
    page.write_text(page.read_text().replace(sentence, sentence.replace("He also had a phenomenal memory", "He had")))
    cut = page.read_text()
    start = cut.index("He had")
    page.write_text(cut[:start] + cut[cut.index("</a>. ", start) + 6 :])
    publish(vault, [told_anew(stalin())], POLICY)
    (conflict,) = desk.note(RISE).conflicts
    assert conflict.mine == ""
    assert "very good memory" not in text(desk, RISE)
    desk.settle(RISE, conflict.id, new=True)
    assert text(desk, RISE).count("very good memory") == 1


def test_the_reason_of_a_rejection_reaches_the_next_prompt_for_its_lines_only(desk: Desk) -> None:
    desk.reject(RISE, [number(desk, RISE, "ruthless")], "an <insult>")
    script = with_rejected(stalin().script, desk.settings.vault)
    settings, prompts, header = ModelSettings(), PromptFolder(), header_of(script)
    asked = outline_request(script, script.chunks[0], header, prompts, settings)
    plain = outline_request(stalin().script, script.chunks[0], header, prompts, settings)
    assert "Stalin was cunning, ruthless and a workaholic (why: an " in asked.messages[1].content
    assert "<insult>" not in asked.messages[1].content
    elsewhere = script.chunks[0].model_copy(update={"first": 1, "last": 3})
    assert "an editor" not in outline_request(script, elsewhere, header, prompts, settings).messages[1].content.lower()
    assert asked.key != plain.key
    desk.undo()
    assert with_rejected(stalin().script, desk.settings.vault) == stalin().script


def test_without_decisions_nothing_changes() -> None:
    assert decided(stalin(), Review(video=VIDEO)) is not None
    made = stalin()
    assert decided(made, Review(video=VIDEO)) == made


def test_a_decision_about_a_claim_that_is_nowhere_changes_nothing() -> None:
    gone = Decision(action="reject", text="Nobody said this at all", time_ms=0)
    made = stalin()
    assert decided(made, Review(video=VIDEO, entries=(gone,))) == made


def test_decisions_read_back_and_a_damaged_file_is_named(desk: Desk) -> None:
    vault = desk.settings.vault
    desk.edit(RISE, number(desk, RISE, "ruthless"), "Stalin was ruthless")
    desk.approve(RISE)
    path = vault / review_path(VIDEO)
    review = read_review(vault, VIDEO)
    assert [e.kind for e in review.entries] == ["claim", "note"]
    assert isinstance(review.decisions[0].claim, Claim)
    assert len(json.loads(path.read_bytes())["entries"]) == 2
    path.write_text("{}")
    with pytest.raises(SettingsError, match="damaged"):
        desk.note(RISE)
    before = snapshot(vault)
    with pytest.raises(SettingsError, match="damaged"):
        publish(vault, [stalin()], POLICY)
    assert snapshot(vault) == before


def test_a_quote_and_the_words_of_a_name_are_no_claim(desk: Desk) -> None:
    with pytest.raises(SettingsError, match="it has no claim 99"):
        desk.reject(RISE, [99])
    with pytest.raises(SettingsError, match="no note is called"):
        desk.note("nothing")
    assert desk.note("Stalin's rise to power") == desk.note(RISE) == desk.note(RISE.removesuffix(".md"))
