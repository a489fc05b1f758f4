"""Measures verification on claims of known truth, made from any transcript by rules."""

from pipeline.measuring.case import Case, case_of_row
from pipeline.measuring.generating import KINDS, make_cases
from pipeline.measuring.judging import Judged, Measured, every, judge
from pipeline.measuring.measure import jobs_for, measure, measure_folder, read_folder, write_cases
from pipeline.measuring.statements import Talk
from pipeline.measuring.table import as_text
from pipeline.measuring.tallies import as_json

__all__ = [
    "KINDS",
    "Case",
    "Judged",
    "Measured",
    "Talk",
    "as_json",
    "as_text",
    "case_of_row",
    "every",
    "jobs_for",
    "judge",
    "make_cases",
    "measure",
    "measure_folder",
    "read_folder",
    "write_cases",
]
