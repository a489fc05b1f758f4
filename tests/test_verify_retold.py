"""Claims in their own words beside true quotes: honest ones stand, the same ones with one lie in them do not."""
# ruff: noqa: E501 - a claim, its quote and its lie are read side by side

import pytest

from pipeline.settings import CitationPolicy
from pipeline.stages.verify import verify
from pipeline.values.draft import ChunkDraft, DraftClaim, DraftEvidence, OutlineDraft
from pipeline.values.outline import Check
from tests.building import script

SAID = (
    "Jonas Ahrend was the harbour master of Varn for most of his life.",
    "Before the railway every town on the coast kept its own price for salt.",
    "He lent the pilots money with no interest and no security.",
    "The salt tax did not become law until 1880.",
    "It was a coup against the fishermen, not against the governor who had already left.",
    "Nobody could afford to copy the second lighthouse.",
    "The first rule is to do nothing that the next keeper cannot undo.",
    "Cleaning the lamp takes perhaps thirty minutes in the dark.",
    "The guild recommended oak for every boat in the bay.",
    "Ahrend had a phenomenal memory, and so he could remember names and faces.",
    "The old clock lost about seven seconds a day in the damp air.",
    "Mara Lind warned the council that no rope had yet been made that could bear the ice.",
    "Then the Northern War broke the trade of the whole coast.",
    "A keeper only writes down two things, the hour and the wind.",
    "The lamp was made weaker on purpose until May 1900.",
    "The pilots wouldn't go off drinking and ignore the tide.",
    "He didn't choose a successor, because he didn't know that he was ill.",
    "If you keep every station on another noon, a timetable cannot work.",
)
SCRIPT = script(*SAID)

HONEST = [
    (2, "every town on the coast kept its own price for salt", "Coastal towns had their own salt prices before the railway."),
    (3, "He lent the pilots money with no interest and no security", "Jonas Ahrend lent pilots money without interest or security."),
    (4, "The salt tax did not become law until 1880", "The salt tax became law only in 1880."),
    (5, "It was a coup against the fishermen, not against the governor", "The coup was aimed at the fishermen rather than at the governor."),
    (6, "Nobody could afford to copy the second lighthouse", "The second lighthouse was too expensive for anyone to copy."),
    (7, "do nothing that the next keeper cannot undo", "The first rule is to do only what a later keeper can undo."),
    (8, "takes perhaps thirty minutes in the dark", "Cleaning the lamp may take thirty minutes."),
    (9, "The guild recommended oak for every boat in the bay", "The guild advised using oak for all boats of the bay."),
    (10, "Ahrend had a phenomenal memory", "Jonas Ahrend had an extraordinary memory for names and faces."),
    (12, "no rope had yet been made that could bear the ice", "Mara Lind told the council that no existing rope could bear ice."),
    (14, "A keeper only writes down two things, the hour and the wind", "Keepers write down nothing but the hour and the wind."),
    (15, "The lamp was made weaker on purpose until May 1900", "The lamp was deliberately weakened until May 1900."),
    (16, "The pilots wouldn't go off drinking and ignore the tide", "The pilots did not ignore the tide in order to drink."),
    (17, "He didn't choose a successor", "Jonas Ahrend was not choosing a successor."),
    (18, "a timetable cannot work", "A timetable is impossible if each station keeps another noon."),
]  # fmt: skip

LIES = [
    ("negation", 3, "He lent the pilots money with no interest and no security", "Jonas Ahrend lent pilots money with interest and security."),
    ("negation", 5, "It was a coup against the fishermen, not against the governor", "The coup was aimed at the governor and not at the fishermen."),
    ("negation", 6, "Nobody could afford to copy the second lighthouse", "The second lighthouse was cheap enough for anyone to copy."),
    ("negation", 7, "do nothing that the next keeper cannot undo", "The first rule is to do only what a later keeper cannot undo."),
    ("negation", 10, "Ahrend had a phenomenal memory", "Jonas Ahrend did not have a great memory for names and faces."),
    ("negation", 15, "The lamp was made weaker on purpose until May 1900", "The lamp was never weakened on purpose until May 1900."),
    ("negation", 16, "The pilots wouldn't go off drinking and ignore the tide", "The pilots ignored the tide in order to drink."),
    ("negation", 17, "He didn't choose a successor", "Jonas Ahrend was choosing a successor when he was ill."),
    ("negation", 18, "a timetable cannot work", "A timetable is possible if each station keeps another noon."),
    ("opposite", 2, "Before the railway every town on the coast kept its own price", "Coastal towns had their own salt prices after the railway."),
    ("opposite", 10, "Ahrend had a phenomenal memory", "Jonas Ahrend had a terrible memory for names and faces."),
    ("opposite", 11, "The old clock lost about seven seconds a day", "In damp air the old clock gained around seven seconds daily."),
    ("opposite", 15, "The lamp was made weaker on purpose", "The lamp was accidentally weaker until May 1900."),
    ("hedge", 8, "takes perhaps thirty minutes in the dark", "Cleaning the lamp certainly takes thirty minutes."),
    ("hedge", 8, "takes perhaps thirty minutes in the dark", "Cleaning the lamp takes thirty minutes."),
    ("hedge", 9, "The guild recommended oak for every boat in the bay", "The guild forced all boats of the bay to use oak."),
    ("number", 11, "The old clock lost about seven seconds a day", "In damp air the old clock lost around seven minutes daily."),
    ("number", 11, "The old clock lost about seven seconds a day", "In damp air the old clock lost around seventeen seconds daily."),
    ("name", 12, "Mara Lind warned the council", "Jonas Ahrend told the council that no existing rope could bear ice."),
    ("name", 10, "Ahrend had a phenomenal memory", "Zbrozek had an extraordinary memory for names and faces."),
]  # fmt: skip


def _check(line: int, quote: str, text: str) -> Check:
    evidence = (DraftEvidence(line=line, quote=quote),)
    claim = DraftClaim(evidence=evidence, subject="x", text=text, voice="told")
    outline = verify(
        SCRIPT, [ChunkDraft(chunk=1, outline=OutlineDraft(claims=(claim,), callouts=()))], CitationPolicy()
    )
    return outline.claims[0].check


@pytest.mark.parametrize(("line", "quote", "text"), HONEST)
def test_an_honest_claim_in_its_own_words_stands(line: int, quote: str, text: str) -> None:
    assert quote in SAID[line - 1]
    found = _check(line, quote, text)
    assert found.good, found


@pytest.mark.parametrize(("tier", "line", "quote", "text"), LIES)
def test_a_lie_in_other_words_is_caught(tier: str, line: int, quote: str, text: str) -> None:
    assert quote in SAID[line - 1]
    found = _check(line, quote, text)
    assert not found.good, found
    assert found.tier == tier, found
