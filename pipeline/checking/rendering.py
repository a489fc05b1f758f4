"""The report for people and for programs."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from pipeline.checking.kinds import MEANINGS
from pipeline.checking.report import CheckReport, CitationReport, Opinions, Summary
from pipeline.vault.lint import CODES
from pipeline.vault.reading import clock

_EXAMPLES = 3
_BATCH = 1_000
_NO_CITATIONS = '{"citations":['
_SHOWN_CHARS = 200
_Item = TypeVar("_Item")


def as_json(report: CheckReport) -> str:
    """One JSON object with the keys citations, findings and summary, on one line; it can be encoded as UTF-8.

    All is in ASCII where the name of a file is no Unicode.
    """
    text = _json(report, json.JSONEncoder(ensure_ascii=False, separators=(",", ":")))
    try:
        text.encode()
    except UnicodeEncodeError:
        return _json(report, json.JSONEncoder(separators=(",", ":")))
    return text


def _json(report: CheckReport, encoder: json.JSONEncoder) -> str:
    """As `CheckReport.as_json`, of which a large vault would not fit into memory: citations are written in batches."""
    rest = encoder.encode(replace(report, citations=()).as_json()).removeprefix(_NO_CITATIONS)
    rows = iter(report.citations)
    batches = iter(lambda: [citation.as_json() for citation in islice(rows, _BATCH)], [])
    written = ",".join(encoder.encode(batch)[1:-1] for batch in batches)
    return f"{_NO_CITATIONS}{written}{rest}"


def as_text(report: CheckReport, *, examples: int = _EXAMPLES) -> str:
    """The report by kind, the worst first, with the plainest examples of each, and the counts at the end."""
    lines = [
        *_citation_groups(report, examples),
        *_finding_groups(report, examples),
        *_not_fetched(report.summary, examples),
        *_opinions(report.summary.opinions),
        *_kinds(report.summary),
        summary_text(report.summary),
    ]
    return "\n".join(lines)


def _citation_groups(report: CheckReport, examples: int) -> Iterator[str]:
    groups = _grouped(report.judged, lambda citation: citation.kind)
    for kind, meaning in MEANINGS.items():
        plainest = _spread(sorted(groups.get(kind, ()), key=lambda c: -c.telling), lambda c: c.path)
        if plainest:
            severity = "error" if plainest[0].fails else "warning"
            yield f"{severity}: {kind} ({len(plainest)}): {meaning}"
            for citation in plainest[:examples]:
                yield from _citation(citation)
            yield from _rest(len(plainest), examples)


def _citation(citation: CitationReport) -> Iterator[str]:
    time = clock(citation.time_ms) if citation.time_ms is not None else "no time"
    yield f"  {citation.path}:{citation.line}  [{time}] {one_line(citation.claim)}"
    yield f"      why: {one_line(citation.reason)}"
    best_ms = citation.best_time_ms
    if citation.evidence and (citation.best_evidence or best_ms is None):
        yield f"      said there: {one_line(citation.evidence)}"
    if best_ms is not None:
        said = citation.best_evidence or citation.evidence
        yield f"      better: {clock(best_ms)}{f'  {one_line(said)}' if said else ''}"


def _finding_groups(report: CheckReport, examples: int) -> Iterator[str]:
    groups = _grouped(report.findings, lambda found: found.code)
    order = {code: place for place, code in enumerate(CODES)}
    for code in sorted(groups, key=lambda c: (CODES[c].severity != "error", -len(groups[c]), order[c])):
        found = _spread(groups[code], lambda f: f.path)
        yield f"{CODES[code].severity}: {code} ({len(found)}): {CODES[code].meaning}"
        yield from (f"  {one.path}:{one.line}  {one_line(one.message)}" for one in found[:examples])
        yield from _rest(len(found), examples)


def _not_fetched(summary: Summary, examples: int) -> Iterator[str]:
    """Videos by the reason why their transcripts could not be had."""
    videos = _grouped(list(summary.not_fetched), lambda video: summary.not_fetched[video].replace(video, "VIDEO"))
    for reason, missing in videos.items():
        yield f"warning: not fetched ({len(missing)}): {one_line(reason)}"
        yield from (f"  {one_line(video)}" for video in missing[:examples])
        yield from _rest(len(missing), examples)


def _opinions(opinions: Opinions | None) -> Iterator[str]:
    if opinions is None:
        return
    if opinions.trouble:
        yield f"warning: {unanswered(opinions)}"
    yield f"{one_line(opinions.model)} was asked about {opinions.asked} citations and judged {opinions.answered}"


def unanswered(opinions: Opinions) -> str:
    """What is said once of a judge that gave no answer to some questions."""
    trouble = one_line(opinions.trouble)
    return f"not judged: {trouble}; {opinions.asked - opinions.answered} citations keep the verdict of their words"


def _kinds(summary: Summary) -> Iterator[str]:
    if summary.kinds:
        counts = ", ".join(f"{number} {kind}" for kind, number in summary.kinds.items())
        yield f"{counts}; {summary.failing} of {summary.judged} judged citations fail ({summary.failing_share:.1%})"


def summary_text(summary: Summary) -> str:
    """The counts on one line."""
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in summary.verdicts.items())
    with_transcript = summary.videos_with_transcript
    videos = with_transcript + summary.videos_without_transcript
    return (
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


def one_line(text: str, *, chars: int | None = _SHOWN_CHARS) -> str:
    """One line of printable characters: notes and transcripts are hostile, and this goes to a terminal."""
    line = "".join(char if char.isprintable() else " " for char in text)
    if chars is None or len(line) <= chars:
        return line
    return line[: chars - 2].rsplit(" ", 1)[0] + " …"
