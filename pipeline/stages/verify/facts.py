"""All guards in one row. Each looks for one kind of wrong fact; a claim is as good as the worst of their verdicts."""

from collections.abc import Callable
from typing import Protocol

from pipeline.stages.verify import (
    cause,
    extent,
    hedges,
    names,
    negation,
    numbers,
    opposites,
    parts,
    polarity,
    roles,
    speaker,
)
from pipeline.stages.verify.evidence import Evidence, Objection


class Guard(Protocol):
    """A module with one check."""

    @staticmethod
    def check(evidence: Evidence) -> Objection | None:
        """What it has against the claim, or None."""


GUARDS: tuple[Callable[[Evidence], Objection | None], ...] = (
    numbers.check,
    negation.check,
    polarity.check,
    opposites.check,
    names.check,
    speaker.check,
    hedges.check,
    extent.check,
    cause.check,
    roles.check,
    parts.check,
)

PENALTY = {"unsupported": 0.25, "contradicted": 0.25, "partial": 0.6}
"""What an objection leaves of a score."""


def objections(evidence: Evidence) -> list[Objection]:
    """What the guards have against a claim, the gravest first."""
    found = [o for guard in GUARDS if (o := guard(evidence))]
    for half in [o for o in found if o.tier == "parts"]:  # what is wrong with it here is that it is said elsewhere
        found = [o for o in found if o is half or not _is_of(half, o.words)]
    return sorted(found, key=lambda o: o.verdict == "partial")


def _is_of(half: Objection, words: tuple[str, ...]) -> bool:
    """Whether words are all of the half of a claim that is not said there."""
    return bool(words) and all(word in half.words[0] for word in words)
