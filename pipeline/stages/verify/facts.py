"""All guards in one row. Each looks for one kind of wrong fact; a claim is as good as the worst of their verdicts."""

from collections.abc import Callable
from typing import Protocol

from pipeline.stages.verify import hedges, names, negation, numbers, opposites, parts, speaker
from pipeline.stages.verify.evidence import Evidence, Objection


class Guard(Protocol):
    """A module with one check."""

    @staticmethod
    def check(evidence: Evidence) -> Objection | None:
        """What it has against the claim, or None."""


GUARDS: tuple[Callable[[Evidence], Objection | None], ...] = (
    numbers.check,
    negation.check,
    opposites.check,
    names.check,
    speaker.check,
    hedges.check,
    parts.check,
)

PENALTY = {"unsupported": 0.25, "doubtful": 0.6}
"""What an objection leaves of a score."""


def objections(evidence: Evidence) -> list[Objection]:
    """What the guards have against a claim, the gravest first."""
    found = [o for guard in GUARDS if (o := guard(evidence))]
    return sorted(found, key=lambda o: o.verdict == "doubtful")
