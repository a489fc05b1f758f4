"""The guards for English claims of another build than their passage: what is wrong is caught, near misses stand."""

import pytest

from pipeline.stages.verify import cause, extent, names, opposites, polarity, roles
from pipeline.stages.verify.evidence import Evidence, Spoken
from pipeline.stages.verify.facts import Guard
from pipeline.stages.verify.index import TranscriptIndex
from tests.building import transcript

BEFORE = "We talked about the early days of the company and about the people in it."
AFTER = "That is what everybody remembers about those years, and we left it there."


def _evidence(claim: str, said: str, language: str = "en") -> Evidence:
    index = TranscriptIndex(transcript(BEFORE, said, AFTER, language=language))
    near = index.unit_range(1, 1)
    return Evidence(index, Spoken.of(claim, index), (near,), (near,), index.header)


GATE = "Our pilots were just not going to let the steamer pass the sluice gate at night."
PROOF = "There's no cold rigorous proof that the sluice holds a flood. The keepers trust it."
FLOOD = "Every harbour tax increases with each cargo that the port receives."
FLAGS = "They put red flags on the northern pier and blue flags on the southern pier."
TALKS = "I am going to recommend the telephone over letters for captains who talk to pilots."
PILOTS = "About half of the pilots noticed the lantern on the harbour wall."
FOG = "I wonder if the lantern cracked in the frost or something."
SALT = "Some towns avoided the salt from Varn in those years, the grain was coarse."


@pytest.mark.parametrize(
    ("guard", "said", "claim"),
    [
        (polarity, GATE, "At night the steamer could pass the sluice gate, as the pilots let it."),
        (polarity, PROOF, "It has been rigorously proved that the sluice holds a flood."),
        (polarity, "The captain signed the contract in Varn.", "In Varn a contract was never signed by the captain."),
        (opposites, FLOOD, "With each cargo received at the port the harbour tax shrinks."),
        (
            opposites,
            "Keepers rarely use the lower lantern room.",
            "The lower lantern room is one that keepers often use.",
        ),
        (
            opposites,
            "The lower lantern is hard to reach for keepers.",
            "Reaching the lower lantern is effortless for keepers.",
        ),
        (roles, FLAGS, "They put blue flags on the northern pier and red flags on the southern pier."),
        (roles, "Nelson beat Rodney in the regatta.", "Rodney beat Nelson in the regatta."),
        (roles, TALKS, "For captains who talk to pilots letters rather than the telephone are recommended."),
        (extent, PILOTS, "All pilots saw the lantern on the harbour wall."),
        (extent, PILOTS, "Nobody among the pilots noticed the lantern on the harbour wall."),
        (extent, FOG, "The lantern cracked in the frost."),
        (cause, SALT, "Towns avoided the salt from Varn because the council had raised its customs duty."),
        (cause, SALT, "Towns avoided the salt from Varn due to a royal customs decree."),
    ],
)
def test_what_was_changed_is_caught(guard: Guard, said: str, claim: str) -> None:
    found = guard.check(_evidence(claim, said))
    assert found is not None
    assert found.verdict != "unsupported"
    assert found.reason


@pytest.mark.parametrize(
    ("guard", "said", "claim"),
    [
        (polarity, GATE, "The pilots refused to let the steamer pass the sluice gate."),
        (polarity, GATE, "No pilot would let the steamer pass the sluice gate at night."),
        (
            polarity,
            "If you don't know the sluice gate, listen to the keeper.",
            "The keeper knows the sluice gate well.",
        ),
        (polarity, PROOF, "The keepers trust the sluice."),
        (polarity, "The captain failed to sign the contract.", "The captain did not sign the contract."),
        (opposites, FLOOD, "Each cargo that the port receives raises the harbour tax."),
        (opposites, FLOOD, "With each cargo the port receives the tax does not shrink."),
        (opposites, "The rich and the poor pay for the harbour.", "Everybody pays for the harbour, poor people too."),
        (roles, FLAGS, "On the southern pier they put blue flags, and red flags on the northern pier."),
        (roles, "Nelson beat Rodney in the regatta.", "Rodney was beaten by Nelson in the regatta."),
        (roles, "They sold salt and tar in Varn.", "They sold tar and salt in Varn."),
        (roles, TALKS, "Telephone rather than letters is recommended for captains who talk to pilots."),
        (roles, "The pier is larger than the quay.", "The quay is smaller than the pier."),
        (extent, PILOTS, "Half of all pilots noticed the lantern on the harbour wall."),
        (extent, "Every pilot noticed some lantern on the harbour wall.", "All pilots noticed a lantern on the wall."),
        (extent, FOG, "Perhaps the lantern cracked in the frost."),
        (cause, SALT, "Towns avoided the salt from Varn because its grain was coarse."),
        (cause, SALT, "Because of its coarse grain the salt from Varn was avoided by towns."),
        (names, "The lantern was cracked by frost.", "The lantern was cracked by frost, Zbrozek says."),
        (names, "Nelson sold the ship that Hood built.", "The ship that Hood built was sold by Nelson."),
    ],
)
def test_honest_claims_pass(guard: Guard, said: str, claim: str) -> None:
    assert guard.check(_evidence(claim, said)) is None


@pytest.mark.parametrize("guard", [polarity, roles, extent, cause])
def test_other_languages_are_left_alone(guard: Guard) -> None:
    said = "Der Kapitän sah den Lotsen nicht im Hafen, weil vielleicht einige Lampen fehlten."
    assert guard.check(_evidence("Der Lotse sah im Hafen den Kapitän because alle Lampen", said, "de")) is None


def test_a_name_that_nobody_says_is_still_refused_where_it_does_something() -> None:
    assert names.check(_evidence("Zbrozek cracked the lantern.", "The lantern was cracked by frost.")) is not None
