"""Reads notes, ours and anyone's: a page as a value with line numbers, its citations with their claims."""

from pipeline.vault.reading.blocks import Block
from pipeline.vault.reading.front_matter import FrontMatter, Problem, read_front_matter
from pipeline.vault.reading.page import PageCitation, PageLinkMark, PageText, Tag, read_page
from pipeline.vault.reading.plain import plain
from pipeline.vault.reading.stamps import Stamp, clock, read_stamp

__all__ = [
    "Block",
    "FrontMatter",
    "PageCitation",
    "PageLinkMark",
    "PageText",
    "Problem",
    "Stamp",
    "Tag",
    "clock",
    "plain",
    "read_front_matter",
    "read_page",
    "read_stamp",
]
