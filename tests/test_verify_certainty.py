"""How grave it is what a note says otherwise than its passage, as a reader judges it."""

import pytest

from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.stages.verify.formulas import spread
from tests.building import transcript

SAID = (
    "The area of the circle is pi times the radius squared, and that is all we need.",
    "It is not safe to swim in the harbour in winter.",
    "Nobody believes that the bridge will stand for long.",
    "The derivative of sine of theta is cosine of theta, as the picture shows.",
    "The old captain sold his small boat to a dentist in the spring.",
    "We look at how the sum behaves when the width of each strip becomes very small.",
)


def _index() -> TranscriptIndex:
    return TranscriptIndex(transcript(*SAID))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the area is πr²", "the area is pi r squared"),
        ("sin(θ) = 1", "sine (theta) equals 1"),
        ("x^2 + y^2 = r^2", "x squared plus y squared equals r squared"),
        ("it is 4√2 long", "it is 4 square root of 2 long"),
        (r"so $\frac{g}{l} \sin(\theta)$ holds", "so g over l sine (theta) holds"),
        ("It costs $1,005, or 5 % more than A/B tests", "It costs $1,005, or 5 % more than A/B tests"),
    ],
)
def test_formulas_are_read_aloud(text: str, said: str) -> None:
    assert " ".join(spread(text, "en").text.split()).replace("( ", "(").replace(" )", ")") == said


def test_formulas_of_other_languages_are_found_and_left_as_they_are() -> None:
    assert spread("also a² + b² = c²", "de") == ("also a² + b² = c²", ((5, 17),))


@pytest.mark.parametrize(
    ("claim", "segment", "verdict"),
    [
        ("The derivative of sin(θ) is cos(θ)", 3, "supported"),
        ("Result: the derivative of sin(θ) is cos(θ)", 3, "supported"),
        ("Stability Analysis: the old captain sold his small boat to a dentist", 4, "supported"),
        ("The old captain sold his large boat to a dentist in the spring.", 4, "contradicted"),
        ("It is “safe to swim in the harbour in winter”.", 1, "partial"),
        ("Engineers say “the bridge will stand for long”.", 2, "partial"),
        ("“safe to swim in the harbour in winter”", 1, "partial"),
    ],
)
def test_a_reader_agrees(claim: str, segment: int, verdict: str) -> None:
    index = _index()
    assert check_citation(index, claim, index.transcript.segments[segment].start_ms).verdict == verdict


def test_a_denial_that_the_claim_shares_is_none_against_it() -> None:
    index = _index()
    time_ms = index.transcript.segments[2].start_ms
    assert check_citation(index, "Nobody thinks “the bridge will stand for long”.", time_ms).verdict != "contradicted"
