"""The estimate of one video, as it is told."""

from collections.abc import Mapping

from pipeline.rehearsing.tally import Tally
from pipeline.values.base import Value


class Rehearsal(Value):
    """What one video would take. Tokens and prices are estimates."""

    video: str
    state: str
    minutes: float = 0
    chunks: int = 0
    total: Tally = Tally()
    """Outline, plan and judge, if no claim has to be mended."""
    stages: Mapping[str, Tally] = {}
    mending: Tally = Tally()
    """On top, if one claim in ten has to be."""
    mending_most: Tally = Tally()
    """On top, at most."""
    judging_most: Tally = Tally()
    """The most that judging takes; what is expected of it is in `stages`."""
    error: str | None = None
