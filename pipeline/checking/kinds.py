"""What is wrong with a citation, in the words of people: one closed set, the worst first."""

from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "",
    "contradicted",
    "fabricated_quote",
    "altered_quote",
    "unsupported",
    "beyond_the_end",
    "minutes_as_hours",
    "shifted",
    "malformed",
    "partial",
]
"""Empty for a citation that is good, or that could not be judged."""

MEANINGS: Mapping[Kind, str] = {
    "contradicted": "the passage says otherwise",
    "fabricated_quote": "quotation marks around words that nobody says",
    "altered_quote": "quotation marks around words that are said otherwise",
    "unsupported": "the cited passage does not say it",
    "beyond_the_end": "the cited time is after the end",
    "minutes_as_hours": "minutes and seconds were written as hours and minutes",
    "shifted": "it is said, but at another time than the cited one",
    "malformed": "the citation has no readable time",
    "partial": "a part of it is not said there, or it is in doubt",
}
"""In the order of the report."""

_BY_VERDICT: Mapping[str, Kind] = {
    "contradicted": "contradicted",
    "unsupported": "unsupported",
    "reanchored": "shifted",
    "malformed": "malformed",
    "partial": "partial",
}


def kind_of(verdict: str) -> Kind:
    """The kind that a verdict alone tells."""
    return _BY_VERDICT.get(verdict, "")
