"""The figures as a table for people."""

from collections.abc import Iterator, Sequence

from pipeline.measuring.judging import Judged, Measured, every
from pipeline.measuring.rivals import YES_OR_NO
from pipeline.measuring.tallies import GROUPS, Group, Share, by_kind, by_language, citation_quality, rival_leaks, share

_WIDTH = 34


def as_text(measured: Sequence[Measured]) -> str:
    """Every figure: how many, the share, and the 95 % interval of the share."""
    return "\n".join(_lines(measured))


def percent(found: Share) -> str:
    """A share with its interval, or a dash where there is nothing to count."""
    if not found.n:
        return "-"
    low, high = found.interval
    return f"{found.value:.1%} ({low:.1%}-{high:.1%})".replace("%", " %")


def _lines(measured: Sequence[Measured]) -> Iterator[str]:
    judged = every(measured)
    minutes = sum(m.minutes for m in measured)
    yield f"{len(judged)} cases of {len(measured)} transcripts ({minutes:.0f} minutes)"
    yield ""
    yield f"{'':{_WIDTH}} {'n':>5}  share (95 % interval)"
    for group in GROUPS:
        yield from _group(group, [j for j in judged if group.holds(j)])
    yield "citations after the check, cases as mixed here"
    for name, found in citation_quality(judged).items():
        yield _line(f"  {name}", found)
    yield from _languages(judged)
    yield from _rivals(judged)
    yield ""
    yield f"{sum(j.ms for j in judged) / max(1, len(judged)):.1f} ms a claim; index {_index(measured)}"


def _index(measured: Sequence[Measured]) -> str:
    seconds, minutes = sum(m.index_s for m in measured), sum(m.minutes for m in measured)
    return f"{seconds:.2f} s in all, {3600 * seconds / max(1.0, 60 * minutes):.2f} s an hour of video"


def _group(group: Group, judged: Sequence[Judged]) -> Iterator[str]:
    if not judged:
        return
    yield group.name
    for name, hit in group.measures:
        yield _line(f"  {name}", share(judged, hit))
    kinds = by_kind(judged)
    for kind, of_kind in kinds.items() if len(kinds) > 1 else ():
        yield _line(f"    {kind}", share(of_kind, group.measures[0][1]))


def _line(name: str, found: Share) -> str:
    return f"{name:{_WIDTH}} {found.n:5}  {percent(found)}"


def _languages(judged: Sequence[Judged]) -> Iterator[str]:
    found = by_language(judged)
    if len(found) < 2:
        return
    yield ""
    yield f"{'by language':14} {'cases':>5}  " + "  ".join(f"{g.name:>23}" for g in GROUPS)
    for tag, of in found.items():
        shares = [share([j for j in of if g.holds(j)], g.measures[0][1]) for g in GROUPS]
        yield f"  {tag:12} {len(of):5}  " + "  ".join(f"{_short(s):>23}" for s in shares)


def _short(found: Share) -> str:
    return f"{found.value:.1%} of {found.n}".replace("%", " %") if found.n else "-"


def _rivals(judged: Sequence[Judged]) -> Iterator[str]:
    ours = [share([j for j in judged if g.holds(j)], g.measures[0][1]) for g in GROUPS]
    yield ""
    yield "the same cases, checked more simply: false alarms on true ones, leaks of the others"
    for group, own in zip(GROUPS, ours, strict=True):
        if own.n:
            yield f"  {group.name:{_WIDTH - 2}}   {_short(own):>16}  citenote"
            for name, rival in rival_leaks(judged).items():
                at = "" if name in YES_OR_NO else f" from {rival['threshold']:.2f}"
                yield f"  {'':{_WIDTH - 2}}   {_short(rival['groups'][group.name]):>16}  {name}{at}"
    yield "  A threshold is where 5 % of all true cases of this run are refused."
