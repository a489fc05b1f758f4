"""Checks existing notes, ours or anyone's in this format: what is wrong with them, and what their transcripts prove.

What is named here is loaded when it is asked for: a process that only surveys pages needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.checking.annotating import as_annotations
    from pipeline.checking.judging import Judging
    from pipeline.checking.rendering import as_json, as_text
    from pipeline.checking.report import CheckReport, CitationReport, Summary, fails
    from pipeline.checking.run import check
    from pipeline.checking.support import AskCheck, Judge
    from pipeline.checking.transcripts import Lookup

__all__ = [
    "AskCheck",
    "CheckReport",
    "CitationReport",
    "Judge",
    "Judging",
    "Lookup",
    "Summary",
    "as_annotations",
    "as_json",
    "as_text",
    "check",
    "fails",
]

_HOMES = {
    "AskCheck": "support",
    "CheckReport": "report",
    "CitationReport": "report",
    "Judge": "support",
    "Judging": "judging",
    "Lookup": "transcripts",
    "Summary": "report",
    "as_annotations": "annotating",
    "as_json": "rendering",
    "as_text": "rendering",
    "check": "run",
    "fails": "report",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
