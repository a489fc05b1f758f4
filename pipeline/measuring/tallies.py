"""Verdicts counted by kind, with the interval in which the true share lies."""

import json
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import Any, NamedTuple

from pipeline.measuring.judging import Judged, Measured, every
from pipeline.measuring.rivals import RIVALS, YES_OR_NO, operating_point

_Z = 1.96


class Share(NamedTuple):
    """How many of how many."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0 where there is nothing to count."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson."""
        if not self.n:
            return 0.0, 1.0
        middle = self.value + _Z * _Z / (2 * self.n)
        reach = _Z * sqrt(self.value * (1 - self.value) / self.n + _Z * _Z / (4 * self.n * self.n))
        scale = 1 + _Z * _Z / self.n
        return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)

    def as_json(self) -> dict[str, Any]:
        """Counts, share and interval."""
        low, high = self.interval
        return {
            "n": self.n,
            "hits": self.hits,
            "share": round(self.value, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }


def share(judged: Iterable[Judged], hit: Callable[[Judged], bool]) -> Share:
    """Of how many a condition holds."""
    found = [hit(one) for one in judged]
    return Share(sum(found), len(found))


class Group(NamedTuple):
    """Cases of which the same is asked."""

    name: str
    holds: Callable[[Judged], bool]
    measures: tuple[tuple[str, Callable[[Judged], bool]], ...]
    """What is counted of them; the first is told by kind."""


def refused(one: Judged) -> bool:
    """Whether the claim stands nowhere."""
    return not one.accepted and not one.moved


def alarmed(one: Judged) -> bool:
    """Whether the claim does not stand as it is cited."""
    return not one.accepted


def leaked(one: Judged) -> bool:
    """Whether the claim stands, as it is cited or at another time."""
    return not refused(one)


def moved_wrong(one: Judged) -> bool:
    """Whether it was moved to where it is not said."""
    return one.moved and not one.moved_right


GROUPS = (
    Group(
        "honest claims",
        lambda j: j.case.honest and not j.case.quote,
        (("false alarms", alarmed), ("of them refused", refused)),
    ),
    Group(
        "true quotes",
        lambda j: j.case.honest and j.case.quote,
        (("false alarms", alarmed), ("of them refused", refused)),
    ),
    Group(
        "nonexistent time",
        lambda j: j.case.gold == "nonexistent",
        (("leaked", lambda j: j.accepted), ("repaired", lambda j: j.moved_right), ("wrongly moved", moved_wrong)),
    ),
    Group(
        "wrong time",
        lambda j: j.case.gold == "wrong_time",
        (("leaked", lambda j: j.accepted), ("repaired", lambda j: j.moved_right), ("wrongly moved", moved_wrong)),
    ),
    Group(
        "wrong content",
        lambda j: j.case.gold == "unsupported" and not j.case.quote,
        (("leaked", leaked),),
    ),
    Group("altered quotes", lambda j: j.case.gold == "unsupported" and j.case.quote, (("leaked", leaked),)),
    Group("two facts, one citation", lambda j: j.case.gold == "partial", (("leaked", leaked),)),
)
"""What is asked of the cases, by what is true of them."""


def by_kind(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """The verdicts of each kind, in the order in which the kinds come."""
    kinds: dict[str, list[Judged]] = {}
    for one in judged:
        kinds.setdefault(one.case.kind, []).append(one)
    return kinds


def rival_leaks(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """For every simpler check its threshold and, by group, how many it accepts (of honest ones: refuses)."""
    honest = [j for j in judged if j.case.honest]
    found: dict[str, dict[str, Any]] = {}
    for name in RIVALS:
        scores = [j.rivals[name] for j in honest if name in j.rivals]
        least = 1.0 if name in YES_OR_NO else operating_point(scores)
        shares = {g.name: _by_rival(g, judged, name, least) for g in GROUPS}
        found[name] = {"threshold": round(least, 4), "groups": shares}
    return found


def _by_rival(group: Group, judged: Sequence[Judged], name: str, least: float) -> Share:
    of_group = [j for j in judged if group.holds(j) and name in j.rivals]
    is_alarm = group.measures[0][0] == "false alarms"
    return share(of_group, lambda j: (j.rivals[name] >= least) != is_alarm)


def citation_quality(judged: Sequence[Judged]) -> dict[str, Share]:
    """Precision and recall of citations after the check, over the cases as they are mixed here.

    Precision: of the claims that stand, those that are said at the time they then cite. Recall: of the claims that are
    said somewhere in the talk, those that stand and cite that place.
    """
    standing = [j for j in judged if leaked(j)]
    sayable = [j for j in judged if j.case.gold in {"ok", "benign", "wrong_time", "nonexistent"}]
    return {"precision": share(standing, _stands_right), "recall": share(sayable, _stands_right)}


def _stands_right(one: Judged) -> bool:
    return (one.case.honest and one.accepted) or (one.moved_right and one.case.gold not in {"unsupported", "partial"})


def as_json(measured: Sequence[Measured]) -> str:
    """Every figure as one JSON object on one line, in ASCII."""
    return json.dumps(figures(measured))


def figures(measured: Sequence[Measured]) -> dict[str, Any]:
    """Every figure, for programs."""
    judged = every(measured)
    return {
        "transcripts": [
            {"name": m.name, "language": m.language, "minutes": round(m.minutes, 1), "cases": len(m.judged)}
            for m in measured
        ],
        "cases": len(judged),
        "groups": {g.name: _group_json(g, [j for j in judged if g.holds(j)]) for g in GROUPS},
        "languages": {tag: _language_json(of) for tag, of in by_language(judged).items()},
        "citations": {name: found.as_json() for name, found in citation_quality(judged).items()},
        "rivals": {
            name: {"threshold": r["threshold"], **{g: s.as_json() for g, s in r["groups"].items()}}
            for name, r in rival_leaks(judged).items()
        },
        "ms_a_claim": round(sum(j.ms for j in judged) / max(1, len(judged)), 2),
        "index_s": round(sum(m.index_s for m in measured), 3),
    }


def by_language(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """The verdicts of each language by its primary tag, in the order of the tags."""
    found: dict[str, list[Judged]] = {}
    for one in sorted(judged, key=lambda j: j.case.language.split("-")[0]):
        found.setdefault(one.case.language.split("-")[0], []).append(one)
    return found


def _language_json(judged: Sequence[Judged]) -> dict[str, Any]:
    return {g.name: share([j for j in judged if g.holds(j)], g.measures[0][1]).as_json() for g in GROUPS}


def _group_json(group: Group, judged: Sequence[Judged]) -> dict[str, Any]:
    whole = {name: share(judged, hit).as_json() for name, hit in group.measures}
    kinds = {k: share(of, group.measures[0][1]).as_json() for k, of in by_kind(judged).items()}
    return {**whole, "kinds": kinds}
