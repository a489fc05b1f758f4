"""The report as workflow commands, which a code host shows beside the lines of a change."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.checking.kinds import MEANINGS
from pipeline.checking.rendering import one_line, summary_text, unanswered
from pipeline.checking.report import CheckReport, CitationReport, restates
from pipeline.vault.reading import clock

_ORDER = {kind: place for place, kind in enumerate(MEANINGS)}


def as_annotations(report: CheckReport) -> str:
    """One command a line, errors first, and the counts as the last line.

    What is said of a citation is not said again by a finding about its time.
    """
    failing = {(c.path, c.line) for c in report.judged if c.fails}
    findings = [f for f in report.findings if not (restates(f) and (f.path, f.line) in failing)]
    ranked = sorted((c for c in report.judged if c.kind), key=lambda c: (not c.fails, _ORDER[c.kind], -c.telling))
    errors = [
        *(_of_citation(c, "error") for c in ranked if c.fails),
        *(_command("error", (f.path, f.line), f.code, f.message) for f in findings if f.severity == "error"),
    ]
    warnings = [
        *(_of_citation(c, "warning") for c in ranked if not c.fails),
        *(_command("warning", (f.path, f.line), f.code, f.message) for f in findings if f.severity != "error"),
    ]
    opinions = report.summary.opinions
    if opinions and opinions.trouble:
        warnings.append(f"::warning title=citenote judge::{_data(unanswered(opinions))}")
    return "\n".join([*errors, *warnings, summary_text(report.summary)])


def _of_citation(citation: CitationReport, severity: str) -> str:
    return _command(severity, (citation.path, citation.line), citation.kind, ". ".join(_sentences(citation)))


def _sentences(citation: CitationReport) -> Iterator[str]:
    time = f"[{clock(citation.time_ms)}] " if citation.time_ms is not None else ""
    yield f"{time}{one_line(citation.claim)}: {one_line(citation.reason)}".rstrip(".")
    if citation.best_time_ms is not None:
        yield f"Better at {clock(citation.best_time_ms)}"


def _command(severity: str, place: tuple[str, int], title: str, message: str) -> str:
    path, line = place
    where = f"file={_property(_from_here(path))},line={line},title={_property('citenote ' + title)}"
    return f"::{severity} {where}::{_data(one_line(message, chars=None))}"


def _from_here(path: str) -> str:
    """The path from the working folder, where it lies below it: hosts know files by that."""
    absolute, here = Path(path).resolve(), Path.cwd()
    return absolute.relative_to(here).as_posix() if absolute.is_relative_to(here) else path


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
