"""Checks existing notes, ours or anyone's in this format: what is wrong with them, and what their transcripts prove."""

from pipeline.checking.judging import Judge
from pipeline.checking.rendering import as_json, as_text
from pipeline.checking.report import CheckReport, CitationReport, Summary, fails
from pipeline.checking.run import check
from pipeline.checking.transcripts import Lookup

__all__ = [
    "CheckReport",
    "CitationReport",
    "Judge",
    "Lookup",
    "Summary",
    "as_json",
    "as_text",
    "check",
    "fails",
]
