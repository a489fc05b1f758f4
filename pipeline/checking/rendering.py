"""The report for people and for programs."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.checking.report import FAILING_VERDICTS, CheckReport, CitationReport, Summary
from pipeline.vault.lint import CODES
from pipeline.vault.reading import clock

_EXAMPLES = 3
_SHOWN_CHARS = 110
_BAD_FIRST = ("contradicted", "unsupported", "doubtful", "partial")
_Item = TypeVar("_Item")


def as_json(report: CheckReport) -> str:
    """One JSON object with the keys citations, findings and summary, on one line; it can be encoded as UTF-8.

    All is in ASCII where the name of a file is no Unicode.
    """
    text = json.dumps(report.as_json(), ensure_ascii=False, separators=(",", ":"))
    is_unicode = text.encode(errors="replace").decode() == text
    return text if is_unicode else json.dumps(report.as_json(), separators=(",", ":"))


def as_text(report: CheckReport, *, examples: int = _EXAMPLES) -> str:
    """The report by kind, the worst first, with a few places each, and the counts at the end."""
    lines = [
        *_citation_groups(report, examples),
        *_finding_groups(report, examples),
        *_summary(report.summary),
    ]
    return "\n".join(lines)


def _citation_groups(report: CheckReport, examples: int) -> Iterator[str]:
    groups = _grouped(report.citations, lambda citation: citation.verdict)
    for verdict in _BAD_FIRST:
        # Times that do not exist have findings of their own: they come last here.
        ranked = sorted(groups.get(verdict, ()), key=lambda c: (c.tier == "existence", c.score))
        worst = _spread(ranked, lambda c: c.path)
        if worst:
            severity = "error" if verdict in FAILING_VERDICTS else "warning"
            yield f"{severity}: {verdict} ({len(worst)}): {_MEANING[verdict]}"
            for citation in worst[:examples]:
                yield from _citation(citation)
            yield from _rest(len(worst), examples)


_MEANING: Mapping[str, str] = {
    "contradicted": "the transcript says otherwise",
    "unsupported": "the cited passage does not support the claim",
    "doubtful": "the check could not settle it",
    "partial": "the cited passage supports a part of the claim",
}


def _citation(citation: CitationReport) -> Iterator[str]:
    time = clock(citation.time_ms) if citation.time_ms is not None else "no time"
    yield f"  {citation.path}:{citation.line}  [{time}] {_short(citation.claim)}"
    better = f"; better at {clock(citation.best_time_ms)}" if citation.best_time_ms is not None else ""
    yield f"      {citation.tier}: {_short(citation.reason)}{better}"
    if citation.evidence:
        yield f"      said there: {_short(citation.evidence)}"


def _finding_groups(report: CheckReport, examples: int) -> Iterator[str]:
    groups = _grouped(report.findings, lambda found: found.code)
    order = {code: place for place, code in enumerate(CODES)}
    for code in sorted(groups, key=lambda c: (CODES[c].severity != "error", -len(groups[c]), order[c])):
        found = _spread(groups[code], lambda f: f.path)
        yield f"{CODES[code].severity}: {code} ({len(found)}): {CODES[code].meaning}"
        yield from (f"  {one.path}:{one.line}  {_short(one.message)}" for one in found[:examples])
        yield from _rest(len(found), examples)


def _summary(summary: Summary) -> Iterator[str]:
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in summary.verdicts.items())
    with_transcript = summary.videos_with_transcript
    videos = with_transcript + summary.videos_without_transcript
    yield (
        f"{summary.notes} notes on {summary.pages} pages, {summary.citations} citations"
        f"{f' ({verdicts})' if verdicts else ''}; transcripts of {with_transcript} of {videos} videos; "
        f"{summary.errors} errors, {summary.warnings} warnings"
    )


def _rest(number: int, shown: int) -> Iterator[str]:
    if number > shown:
        yield f"  … and {number - shown} more"


def _grouped(items: Sequence[_Item], key: Callable[[_Item], str]) -> dict[str, list[_Item]]:
    groups: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _spread(items: Sequence[_Item], key: Callable[[_Item], str]) -> list[_Item]:
    """The same items, the first of each path before the second of any."""
    seen: dict[str, int] = defaultdict(int)
    ranked = []
    for place, item in enumerate(items):
        ranked.append((seen[key(item)], place))
        seen[key(item)] += 1
    return [items[place] for _, place in sorted(ranked)]


def _short(text: str) -> str:
    """One line of printable characters: notes and transcripts are hostile, and this goes to a terminal."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 2].rsplit(" ", 1)[0] + " …"
