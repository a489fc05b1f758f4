"""Citations in a row share one claim, and its proof."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.checking.report import PROVED, CitationReport


def shared(row: Sequence[CitationReport]) -> list[CitationReport]:
    """Citations in a row prove a claim together: one that does not prove it alone is no error beside one that does."""
    if len(row) == 1 or not any(report.verdict in PROVED for report in row):
        return list(row)
    return [
        replace(report, verdict="partial", kind="partial", reason=f"proved by the citation beside it; {report.reason}")
        if report.fails and report.tier not in {"existence", "schema"}
        else report
        for report in row
    ]
