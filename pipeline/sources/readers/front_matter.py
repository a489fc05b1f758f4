"""The YAML block on top of a Markdown file."""

import re
from typing import NamedTuple

import yaml

from pipeline.sources.readers.facts import facts_of
from pipeline.sources.readers.reading import Facts

_BLOCK = re.compile(r"---[ \t]*\n([\s\S]{0,65536}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)")


class Parted(NamedTuple):
    """What the front matter states, and the text below it."""

    facts: Facts
    body: str


def part_front_matter(text: str) -> Parted:
    """The facts and the rest; a block that is no YAML is cut off and says nothing."""
    found = _BLOCK.match(text.lstrip())
    if not found:
        return Parted(Facts(), text)
    body = text.lstrip()[found.end() :]
    try:
        stated = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: a date such as 2025-99-99
        return Parted(Facts(), body)
    return Parted(facts_of(stated), body)
