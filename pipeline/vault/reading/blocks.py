"""The body of a page cut into blocks, line by line, once."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from pipeline.vault.reading.front_matter import Problem

Kind = Literal["paragraph", "item", "row", "heading", "title", "quote", "from"]
"""What a block is: "title" is the first line of a callout, "quote" what stands in a quotation, "from" the line that
links the channel's page."""

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*)|$)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)")
_RULE = re.compile(r" {0,3}(?:-[ \t]*){3,}$| {0,3}(?:\*[ \t]*){3,}$| {0,3}(?:_[ \t]*){3,}$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_QUOTED = re.compile(r" {0,3}> ?")
_CALLOUT = re.compile(r"\[!([A-Za-z-]+)(?:\|[^\]]*)?\][+-]?[ \t]*(.*)")
_TABLE_RULE = re.compile(r"[|:\-\s]+$")
_FROM = re.compile(r"From:\s*\[\[")
_KEY = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)")
_HEAD_LINES = 40
_QUOTE_TYPES = frozenset({"quote", "cite"})


class Block(NamedTuple):
    """One block. `text` keeps its line breaks, so line numbers can be counted from `line`."""

    kind: Kind
    line: int
    text: str
    level: int = 0
    """Of a heading, else 0."""
    callout: str = ""
    """Type of the callout it stands in, lower case; empty outside of callouts."""


class _Scan:
    """Gathers the lines of the open block; closing it makes the Block."""

    def __init__(self, callout: str = "", *, quoted: bool = False) -> None:
        self.blocks: list[Block] = []
        self.problems: list[Problem] = []
        self.callout = callout
        self.body: Kind = "quote" if quoted else "paragraph"
        self._open: list[str] = []
        self._line = 0
        self._kind: Kind = self.body

    @property
    def in_paragraph(self) -> bool:
        return bool(self._open) and self._kind in {"paragraph", "quote"}

    def begin(self, kind: Kind, line: int, text: str) -> None:
        self.close()
        self._kind, self._line, self._open = kind, line, [text]

    def add(self, line: int, text: str) -> None:
        if self._open:
            self._open.append(text)
        else:
            self.begin("from" if self.body == "paragraph" and _FROM.match(text) else self.body, line, text)

    def close(self) -> None:
        if self._open:
            self.blocks.append(Block(self._kind, self._line, "\n".join(self._open), callout=self.callout))
            self._open = []

    def heading(self, line: int, level: int, text: str) -> None:
        self.close()
        self.blocks.append(Block("heading", line, text, level=level, callout=self.callout))

    def underline(self, line: int, level: int) -> None:
        """The open paragraph turns out to be a heading."""
        text = "\n".join(self._open)
        self._open = []
        self.heading(line, level, text)


def read_blocks(lines: Sequence[str], first_line: int) -> tuple[list[Block], list[Problem]]:
    """The blocks of these lines, the first of which has this number; code is left out."""
    scan = _Scan()
    _scan_lines(scan, list(zip(range(first_line, first_line + len(lines)), lines, strict=True)))
    return scan.blocks, scan.problems


def _scan_lines(scan: _Scan, numbered: Sequence[tuple[int, str]]) -> None:
    at = 0
    while at < len(numbered):
        at = _step(scan, numbered, at)
    scan.close()


def _step(scan: _Scan, numbered: Sequence[tuple[int, str]], at: int) -> int:
    """Reads the block or line at this place and returns the next place."""
    number, line = numbered[at]
    first = line.lstrip(" \t")[:1]
    if not first:
        scan.close()
    elif first in "`~" and (fence := _FENCE.match(line)) and not (first == "`" and "`" in fence[2]):
        return _skip_code(scan, numbered, at, fence[1])
    elif first == ">" and _QUOTED.match(line):
        return _quotation(scan, numbered, at)
    elif first == "#" and (heading := _HEADING.match(line)):
        scan.heading(number, len(heading[1]), (heading[2] or "").strip())
    elif first in "=-" and scan.in_paragraph and (under := _SETEXT.match(line)):
        scan.underline(number, 1 if under[1][0] == "=" else 2)
    elif first in "-*_" and _RULE.match(line):
        return _rule(scan, numbered, at)
    elif first in "-*+0123456789" and (item := _ITEM.match(line)):
        scan.begin("item" if scan.body == "paragraph" else scan.body, number, item[1])
    elif first == "|":
        scan.close()
        if not _TABLE_RULE.fullmatch(line):
            scan.begin("row", number, line.strip())
            scan.close()
    else:
        scan.add(number, line.strip())
    return at + 1


def _skip_code(scan: _Scan, numbered: Sequence[tuple[int, str]], at: int, fence: str) -> int:
    scan.close()
    for after in range(at + 1, len(numbered)):
        closing = numbered[after][1].strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            return after + 1
    scan.problems.append(
        Problem(numbered[at][0], "unclosed-code", "a code block is never closed: the rest of the page is code")
    )
    return len(numbered)


def _rule(scan: _Scan, numbered: Sequence[tuple[int, str]], at: int) -> int:
    scan.close()
    end = _second_head(numbered, at)
    if end:
        scan.problems.append(
            Problem(numbered[at][0], "second-front-matter", "a second front matter stands in the body")
        )
    return end or at + 1


def _second_head(numbered: Sequence[tuple[int, str]], at: int) -> int:
    """The place after a YAML head that begins at this `---`, or 0."""
    keys = 0
    for after in range(at + 1, min(at + _HEAD_LINES, len(numbered))):
        line = numbered[after][1]
        if line.rstrip() == "---":
            return after + 1 if keys else 0
        keys += bool(_KEY.match(line))
        if not line.strip() or not (_KEY.match(line) or line.startswith((" ", "-", "#"))):
            return 0
    return 0


def _quotation(scan: _Scan, numbered: Sequence[tuple[int, str]], at: int) -> int:
    """Reads consecutive `>` lines as a page of their own inside the quotation or callout."""
    scan.close()
    inner = list(_unquoted(numbered, at))
    after = at + len(inner)
    head = _CALLOUT.match(inner[0][1])
    callout = head[1].lower() if head else ""
    nested = _Scan(callout, quoted=not head or callout in _QUOTE_TYPES)
    if head:
        nested.begin("title", inner[0][0], head[2])
        nested.close()
        inner = inner[1:]
    # Nested quotations lose one mark a level: flatten them, or hostile depth would recurse.
    _scan_lines(nested, [(number, line.lstrip("> \t") if line.lstrip()[:1] == ">" else line) for number, line in inner])
    scan.blocks.extend(nested.blocks)
    scan.problems.extend(nested.problems)
    return after


def _unquoted(numbered: Sequence[tuple[int, str]], at: int) -> Iterator[tuple[int, str]]:
    for place in range(at, len(numbered)):
        mark = _QUOTED.match(numbered[place][1])
        if not mark:
            return
        yield numbered[place][0], numbered[place][1][mark.end() :]
