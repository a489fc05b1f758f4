import pytest

from pipeline.stages.verify import hedges, names, negation, numbers, opposites, speaker
from pipeline.stages.verify.evidence import Evidence, Spoken
from pipeline.stages.verify.facts import Guard
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.support import support
from tests.building import transcript

BEFORE = "We talked about the old days of the company and about the people in it."
AFTER = "That is what everybody remembers about those years, and we left it there."


def _evidence(claim: str, said: str, language: str = "en") -> Evidence:
    index = TranscriptIndex(transcript(BEFORE, said, AFTER, language=language))
    near = index.unit_range(1, 1)
    return Evidence(index, Spoken.of(claim, index), (near,), (near,), index.header)


NUMBERS = "In 1912 about two hundred men built 14 ships in the late forties for 1,213,000 dollars."
NEGATION = "The harbour did not freeze in winter, and nobody was unaware of it until the ships came."
OPPOSITES = "It is very hard to find a good captain in a big port because the pay has increased."
HEDGES = "Some captains might leave the port, and it is probably the oldest one on the coast."


@pytest.mark.parametrize(
    ("guard", "said", "claim"),
    [
        (numbers, NUMBERS, "Three hundred men built ships."),
        (numbers, NUMBERS, "In 1913 men built 14 ships."),
        (numbers, NUMBERS, "The men built 15 ships."),
        (numbers, "Around 1738 he built a clock for the stables.", "Around 1739 he built a clock for the stables."),
        (numbers, "She carried the time around in 1846.", "She carried the time around in 1847."),
        (numbers, NUMBERS, "It cost 2.2 million dollars."),
        (numbers, NUMBERS, "They built ships in the fifties."),
        (negation, NEGATION, "The harbour did freeze in winter."),
        (negation, NEGATION, "The harbour froze in winter."),
        (negation, "The harbour froze in winter.", "The harbour never froze in winter."),
        (negation, "Er schläft heute in der Stadt.", "Er schläft heute nicht in der Stadt."),
        (negation, "微分はとても難しいと思う。", "微分はとても難しくないと思う。"),
        (negation, "Это была первая книга о войне.", "Это была не первая книга о войне."),
        (opposites, OPPOSITES, "It is very easy to find a good captain in a big port."),
        (opposites, OPPOSITES, "It is hard to find a bad captain."),
        (opposites, OPPOSITES, "It is hard to find captains because the pay has decreased."),
        (hedges, HEDGES, "All captains might leave the port."),
        (hedges, HEDGES, "Some captains will leave the port."),
        (hedges, HEDGES, "It is certainly the oldest one on the coast."),
        (
            names,
            "Then Nelson bought the Victory from a merchant in Lisbon.",
            "Then Rodney bought the Victory in Lisbon.",
        ),
        (names, "Then he bought the ship from a merchant.", "Then he bought the ship from the Ottomans."),
    ],
)
def test_what_was_changed_is_caught(guard: Guard, said: str, claim: str) -> None:
    language = "de" if "schläft" in claim else "ja" if "微" in claim else "ru" if "книга" in claim else "en"
    found = guard.check(_evidence(claim, said, language))
    assert found is not None
    assert found.reason


@pytest.mark.parametrize(
    ("guard", "said", "claim"),
    [
        (numbers, NUMBERS, "200 men built fourteen ships in the late 1940s."),
        (numbers, NUMBERS, "About 200 men built ships for 1.21 million dollars."),
        (numbers, NUMBERS, "One of the first things they built were ships."),
        (numbers, "It shrinks by one half, x squared that is.", "It shrinks by 1/2, x² or x^2 that is."),
        (numbers, "There are very many ships.", "There are thousands of ships."),
        (numbers, "It doubled in a decade.", "It grew by a factor of 2 in 10 years."),
        (negation, NEGATION, "The harbour never froze in winter."),
        (negation, NEGATION, "The harbour wasn't frozen in winter."),
        (negation, "They did not come until the ice had gone.", "They came only after the ice had gone."),
        (negation, "No, I think the harbour froze in winter.", "The harbour froze in winter."),
        (negation, "It's not not a good harbour.", "It is not a good harbour."),
        (opposites, OPPOSITES, "A good captain is hard to find in a big port."),
        (opposites, OPPOSITES, "It is not easy to find a good captain."),
        (hedges, HEDGES, "Some captains might leave the port."),
        (hedges, HEDGES, "Perhaps it is the oldest port on the coast."),
        (names, "Then Nelson bought the Victory from the russian fleet.", "Nelson bought the Victory from Russia."),
        (names, "They use artificial general intelligence there.", "They use AGI there."),
        (names, "They saw alpha go win.", "They saw AlphaGo win."),
        (names, "Then he sold it.", "A channel says that he sold it."),
    ],
)
def test_honest_claims_pass(guard: Guard, said: str, claim: str) -> None:
    assert guard.check(_evidence(claim, said)) is None


def test_words_put_into_the_wrong_mouth() -> None:
    talk = transcript("I love the sea and every harbour on this coast.", "And why did you leave it for the city then?")
    spoken = talk.model_copy(
        update={
            "segments": tuple(
                s.model_copy(update={"speaker": name})
                for s, name in zip(talk.segments, ("Ann Lee", "Bob Ray"), strict=True)
            )
        }
    )
    index = TranscriptIndex(spoken)

    def check(claim: str) -> bool:
        span = index.unit_range(0, 0)
        return speaker.check(Evidence(index, Spoken.of(claim, index), (span,), (span,))) is not None

    assert check("Bob Ray says that he loves the sea and every harbour on this coast.")
    assert not check("Ann says that she loves the sea and every harbour on this coast.")
    assert not check("Carl says that he loves the sea and every harbour on this coast.")


def test_support_falls_with_every_word_that_was_not_said() -> None:
    said = "The harbour was built by two hundred prisoners from the northern mines."
    claims = [
        "The harbour was built by two hundred prisoners from the northern mines.",
        "Prisoners from the mines built the harbour.",
        "Prisoners from the mines built the cathedral.",
        "Volunteers of the parish restored the cathedral.",
    ]
    scores = [support(_evidence(claim, said)) for claim in claims]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1
    assert scores[-1] < 0.2


def test_a_language_without_lists_leaves_its_claims_alone() -> None:
    evidence = _evidence("Szép kikötő volt ez", "Ez nem volt szép kikötő", language="hu")
    assert negation.check(evidence) is None
    assert opposites.check(evidence) is None
    assert hedges.check(evidence) is None
