"""Simpler checks of a citation, for comparison on the same cases: each gives a score from 0 to 1."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from rapidfuzz import fuzz

from pipeline.measuring.case import Case
from pipeline.measuring.statements import Talk

_BEFORE_MS, _AFTER_MS = 10_000, 45_000
_ALARMS = 0.05


def existence(talk: Talk, case: Case) -> float:
    """Whether the cited time is within the video."""
    return float(case.cite_ms is not None and 0 <= case.cite_ms <= talk.transcript.end_ms)


def exact_match(talk: Talk, case: Case) -> float:
    """Whether the claim is said word for word around the cited time, whatever its case and punctuation."""
    return float(talk.normed(case.claim) in talk.normed(_window(talk, case)))


def partial_ratio(talk: Talk, case: Case) -> float:
    """How alike the claim is to the likest stretch around the cited time, by single characters."""
    return fuzz.partial_ratio(talk.normed(case.claim), talk.normed(_window(talk, case))) / 100


def shared_words(talk: Talk, case: Case) -> float:
    """The share of the claim's longer words that are said around the cited time."""
    wanted = talk.marks(case.claim)
    return len(wanted & talk.marks(_window(talk, case))) / len(wanted) if wanted else 0.0


RIVALS: Mapping[str, Callable[[Talk, Case], float]] = MappingProxyType(
    {
        "existence only": existence,
        "exact match": exact_match,
        "shared words": shared_words,
        "rapidfuzz partial_ratio": partial_ratio,
    }
)
"""Each simpler check by its name."""

YES_OR_NO = frozenset({"existence only", "exact match"})
"""Those that need no threshold."""


def operating_point(honest: Iterable[float], alarms: float = _ALARMS) -> float:
    """The score below which a share `alarms` of honest claims falls; what reaches it is accepted."""
    ranked = sorted(honest)
    return ranked[int(alarms * len(ranked))] if ranked else 1.0


def _window(talk: Talk, case: Case) -> str:
    if not existence(talk, case) or case.cite_ms is None:
        return ""
    return talk.between(case.cite_ms - _BEFORE_MS, case.cite_ms + _AFTER_MS)
