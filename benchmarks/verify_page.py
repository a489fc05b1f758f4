"""benchmarks/VERIFY.md as text, from what was measured."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pipeline.measuring import Judged, Measured, every
from pipeline.measuring.rivals import YES_OR_NO
from pipeline.measuring.table import percent
from pipeline.measuring.tallies import (
    GROUPS,
    Share,
    alarmed,
    by_kind,
    by_language,
    citation_quality,
    leaked,
    moved_wrong,
    refused,
    rival_leaks,
    share,
)

_VERDICTS = ("verified", "quoted", "supported", "reanchored", "partial", "contradicted", "unsupported")


class Part(NamedTuple):
    """What was measured on one half of one set of claims."""

    data: str
    split: str
    measured: list[Measured]

    @property
    def judged(self) -> list[Judged]:
        """All its verdicts."""
        return every(self.measured)


class Claims(NamedTuple):
    """Verdicts on real claims by the label that people gave them, and areas under the curve."""

    verdicts: dict[str, Counter[str]]
    areas: dict[str, float]


class Peers(NamedTuple):
    """Quotations with our verdict and those of other quote checkers."""

    answers: list[tuple[Judged, dict[str, bool]]]


Measure = tuple[str, Callable[[Judged], bool], Callable[[Judged], bool]]
"""What a row says, of which cases, and what counts."""


def _has_place(one: Judged) -> bool:
    return one.case.gold in {"ok", "benign", "wrong_time", "nonexistent"}


def _of(*golds: str, quote: bool | None = None) -> Callable[[Judged], bool]:
    return lambda j: j.case.gold in golds and (quote is None or j.case.quote == quote)


def _stands_near(one: Judged) -> bool:
    return one.case.is_where_said(one.best_ms if one.moved else one.case.cite_ms)


_ROWS: tuple[Measure, ...] = (
    ("true claims refused or moved", _of("ok", "benign", quote=False), alarmed),
    ("… of them refused", _of("ok", "benign", quote=False), refused),
    ("true quotes refused or moved", _of("ok", "benign", quote=True), alarmed),
    ("altered and invented quotes accepted", _of("unsupported", quote=True), leaked),
    ("wrong content accepted", _of("unsupported", quote=False), leaked),
    ("two facts under one citation accepted", _of("partial"), leaked),
    ("times that do not exist accepted", _of("nonexistent"), lambda j: j.accepted),
    ("… repaired to within 15 s", _of("nonexistent"), lambda j: j.moved_right),
    ("… moved to a wrong place", _of("nonexistent"), moved_wrong),
    ("wrong times accepted", _of("wrong_time"), lambda j: j.accepted),
    ("… repaired to within 15 s", _of("wrong_time"), lambda j: j.moved_right),
    ("… moved to a wrong place", _of("wrong_time"), moved_wrong),
    ("changed numbers found", lambda j: j.case.kind in {"number_swap", "quote_num"}, refused),
    ("changed names found", lambda j: j.case.kind.startswith("entity_swap"), refused),
    ("times right to 15 s before the check", _has_place, lambda j: j.case.is_where_said(j.case.cite_ms)),
    ("times right to 15 s after it, of claims that stand", lambda j: _has_place(j) and leaked(j), _stands_near),
)
_INTRO = """\
# How well verification works

`make bench-verify` ({machine}). A share stands with its 95 % interval (Wilson) and its n in brackets. Every claim is
checked alone, by `check_citation` without a judge, as `citenote check` does. A claim counts as *accepted* when it
stands as it is cited, as *moved* when it stands at another time; whatever is neither was caught.

*Tuned on* and *held out* are every other video. The thresholds and word lists were set on the first half, but some were
set after figures of both had been seen: the second half is a fair test of most of it, not of all. The generated cases
are made anew by `citenote bench-verify` from the same transcripts; run it on yours for a test that nobody tuned on.
{missing}"""
_EXTRACTIVE = """\
Constructed claims retell sentences of the talk by rules: contractions written out, synonyms, changed persons. Generated
ones stay nearer to the words. Both are *extractive*: figures for claims in somebody's own words are further below."""
_ABSTRACTIVE = """\
People wrote these in their own words, each with a twin in which one thing is wrong. Words alone cannot carry them: of
notes of ours such claims need a quotation, and a judge settles the rest."""
_RIVALS = """\
The same held-out cases in the same run. Existence and exact match answer yes or no; the others accept from the score at
which they refuse 5 % of all true cases of this very set, which flatters them: ours was set elsewhere. All look at what
is said from 10 s before to 45 s after the cited time."""
_PEERS = """\
Quotations only, each looked for in what is said around the cited time: whether libraries that check quotations accept
it. They were called as they come; neither is a dependency."""
_LANGUAGES = """\
Cases made by our generator of transcripts in other languages, at most {n} of a kind from each; most languages have one
talk only, so that an interval says what chance does to its sentences, and nothing about other talks. The lists that
make the cases are not those that check them. No half is held out."""
_COST = "Wall time in processes that keep every core busy; read it beside other figures of the same run."
_CLAIMS = "Claims that two large models wrote into notes, with what people found when they listened."


def page(parts: Sequence[Part], claims: Claims | None, peers: Peers | None, run: tuple[str, Sequence[str]]) -> str:
    """The whole page; `run` is the machine, and what was not there to be measured."""
    machine, missing = run
    note = f"\nNot there to be measured: {', '.join(missing)}.\n" if missing else ""
    lines = [_INTRO.format(machine=machine, missing=note)]
    sets = [part for part in parts if part.data in {"constructed", "generated"}]
    if sets:
        lines += ["## Extractive claims and quotations\n", _EXTRACTIVE, "", *_overview(sets), ""]
        lines += ["### By kind\n", *_kinds(sets), ""]
    written = [part for part in parts if part.data == "hand-written"]
    if written:
        lines += ["## Claims in somebody's own words\n", _ABSTRACTIVE, "", *_told(written), "", *_kinds(written), ""]
    if claims:
        lines += ["## Claims of large models\n", _CLAIMS, "", *_real(claims), ""]
    lines += ["## Against simpler checks\n", _RIVALS, "", *_rivals(_fairest(sets)), ""] if sets else []
    if peers:
        lines += ["### Quote checkers\n", _PEERS, "", *_peer_rows(peers), ""]
    for part in parts:
        if part.data == "languages":
            most = max(Counter((j.case.video, j.case.gold, j.case.kind) for j in part.judged).values())
            lines += ["## Languages\n", _LANGUAGES.format(n=most), "", *_languages(part), ""]
    lines += ["## Cost\n", _COST, "", *_cost(parts), ""]
    return "\n".join(lines)


def _overview(parts: Sequence[Part]) -> Iterator[str]:
    yield from _head("", [f"{p.data}, {p.split}" for p in parts])
    judged = [p.judged for p in parts]
    for name, which, hit in _ROWS:
        yield _row(name, [share([j for j in of if which(j)], hit) for of in judged])
    quality = [citation_quality(of) for of in judged]
    yield _row("citation precision, cases as mixed here", [q["precision"] for q in quality])
    yield _row("citation recall, cases as mixed here", [q["recall"] for q in quality])


def _told(parts: Sequence[Part]) -> Iterator[str]:
    """The claims that people wrote, and all their twins together."""
    yield from _head("", [f"{p.data}, {p.split}" for p in parts])
    for name, golds, hit in (
        ("true claims refused or moved", ("ok",), alarmed),
        ("… of them refused", ("ok",), refused),
        ("edited twins accepted", ("unsupported",), leaked),
    ):
        yield _row(name, [share([j for j in p.judged if j.case.gold in golds], hit) for p in parts])


def _kinds(parts: Sequence[Part]) -> Iterator[str]:
    found = [(g, kind) for g in GROUPS for part in parts for kind in by_kind([j for j in part.judged if g.holds(j)])]
    yield from _head("what is counted | kind", [f"{p.data}, {p.split}" for p in parts])
    for group, kind in dict.fromkeys(found):
        name, hit = group.measures[0]
        cells = [share([j for j in p.judged if group.holds(j) and j.case.kind == kind], hit) for p in parts]
        yield _row(f"{group.name}: {name} | {kind}", cells)


def _fairest(parts: Sequence[Part]) -> Part:
    return next((p for p in parts if (p.data, p.split) == ("constructed", "held out")), parts[0])


def _rivals(part: Part) -> Iterator[str]:
    judged, found = part.judged, rival_leaks(part.judged)
    groups = [g for g in GROUPS if any(g.holds(j) for j in judged)]
    yield from _head("", [f"{g.name}: {g.measures[0][0]}" for g in groups])
    yield _row("citenote", [share([j for j in judged if g.holds(j)], g.measures[0][1]) for g in groups])
    for name, rival in found.items():
        at = "" if name in YES_OR_NO else f", from {rival['threshold']:.2f}"
        yield _row(f"{name}{at}", [rival["groups"][g.name] for g in groups])


def _peer_rows(peers: Peers) -> Iterator[str]:
    names = list(peers.answers[0][1]) if peers.answers else []
    yield from _head("kind", ["citenote", *names])
    for kind in sorted({one.case.kind for one, _ in peers.answers}, key=_quote_order(peers)):
        of_kind = [(one, verdict) for one, verdict in peers.answers if one.case.kind == kind]
        ours = Share(sum(leaked(one) for one, _ in of_kind), len(of_kind))
        theirs = [Share(sum(verdict[name] for _, verdict in of_kind), len(of_kind)) for name in names]
        truth = "true" if of_kind[0][0].case.honest else "not said"
        yield _row(f"{kind} ({truth}), accepted", [ours, *theirs])


def _quote_order(peers: Peers) -> Callable[[str], tuple[bool, str]]:
    honest = {one.case.kind for one, _ in peers.answers if one.case.honest}
    return lambda kind: (kind not in honest, kind)


def _languages(part: Part) -> Iterator[str]:
    columns: tuple[Measure, ...] = (
        ("true claims refused or moved", _of("ok", "benign", quote=False), alarmed),
        ("true quotes refused or moved", _of("ok", "benign", quote=True), alarmed),
        ("changed numbers accepted", lambda j: j.case.kind == "number_swap", leaked),
        ("changed negations accepted", lambda j: j.case.kind in {"neg_insert", "neg_remove"}, leaked),
        ("opposites, hedges accepted", lambda j: j.case.kind in {"antonym", "modality"}, leaked),
        ("altered quotes accepted", _of("unsupported", quote=True), leaked),
        ("wrong and nonexistent times repaired", _of("wrong_time", "nonexistent"), lambda j: j.moved_right),
    )
    yield from _head("language | talks", [name for name, _, _ in columns])
    for tag, judged in by_language(part.judged).items():
        talks = len({j.case.video for j in judged})
        yield _row(f"{tag} | {talks}", [share([j for j in judged if w(j)], hit) for _, w, hit in columns])


def _real(claims: Claims) -> Iterator[str]:
    yield "| people found | n | " + " | ".join(_VERDICTS) + " |"
    yield "|---|---|" + "---|" * len(_VERDICTS)
    for label, verdicts in claims.verdicts.items():
        yield f"| {label} | {verdicts.total()} | " + " | ".join(str(verdicts[v]) for v in _VERDICTS) + " |"
    yield ""
    told = [f"supported from {label} ones {value:.3f}" for label, value in claims.areas.items()]
    yield f"Area under the curve of the score, telling {', '.join(told)}."


def _cost(parts: Sequence[Part]) -> Iterator[str]:
    yield "| claims | transcripts | minutes | ms a claim | index, s an hour of video |"
    yield "|---|---|---|---|---|"
    for part in parts:
        judged, minutes = part.judged, sum(m.minutes for m in part.measured)
        each = sum(j.ms for j in judged) / max(1, len(judged))
        index = 60 * sum(m.index_s for m in part.measured) / max(1.0, minutes)
        name = f"{part.data} {part.split}".strip()
        yield f"| {name} ({len(judged)}) | {len(part.measured)} | {minutes:.0f} | {each:.1f} | {index:.2f} |"


def _head(first: str, names: Sequence[str]) -> Iterator[str]:
    yield f"| {first} | " + " | ".join(names) + " |"
    yield "|" + "---|" * (len(names) + 1 + first.count("|"))


def _row(name: str, shares: Sequence[Share]) -> str:
    return f"| {name} | " + " | ".join(f"{percent(s)} [{s.n}]" if s.n else "–" for s in shares) + " |"
