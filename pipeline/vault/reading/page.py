"""A page of any vault in this format as a value with line numbers. No input makes reading it raise."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.vault.reading.blocks import Block, Kind, read_blocks
from pipeline.vault.reading.claims import stretches
from pipeline.vault.reading.front_matter import FrontMatter, Problem, read_front_matter
from pipeline.vault.reading.marks import CitationMark, masked, read_marks, without_math

_BOM = b"\xef\xbb\xbf"
_FENCE_OPEN = re.compile(r"\s*(?:From:[^\n]*\n\s*)?(```|~~~)[ \t]*(markdown|md)?[ \t]*\n", re.IGNORECASE)
_FENCE_CLOSE = re.compile(r"\n(?:```|~~~)\s*\Z")
_HTML = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])[^<>]*>|<!--")
_NOTE_SIGNS = re.compile(r"yt-timestamp|^---\s*$|^#{1,3} ", re.MULTILINE)
_BREAK = re.compile(r"\n")
_LONE_LINK = re.compile(r"\s*!?\[\[[^\[\]\n]*\]\]\s*")


class PageCitation(NamedTuple):
    """A citation with the words it stands for."""

    line: int
    mark: CitationMark
    claim: str
    quoted: bool
    """Whether the claim stands in a quote callout, so that it must be verbatim."""
    block: int
    """Place of its block in `PageText.blocks`."""
    stretch: int
    """Citations in a row share a claim: those of one block and one stretch."""
    doubtful: bool = False
    """Whether the page itself marks the claim as doubtful."""
    title: bool = False
    """Whether the words are a heading or a label, which claim nothing."""


class PageLinkMark(NamedTuple):
    """A wikilink and where it stands."""

    line: int
    target: str
    embed: bool
    kind: Kind
    """Kind of the block it stands in."""
    alone: bool
    """Whether its block is nothing but this link, as in the lists of an index page."""


class Tag(NamedTuple):
    """A piece of raw HTML that is no citation and no line break."""

    line: int
    source: str


@dataclass(frozen=True, slots=True)
class PageText:
    """One page."""

    path: Path
    front: FrontMatter
    blocks: tuple[Block, ...]
    citations: tuple[PageCitation, ...]
    links: tuple[PageLinkMark, ...]
    tags: tuple[Tag, ...]
    problems: tuple[Problem, ...]

    @property
    def video_id(self) -> str:
        """The id of the video that the page cites; empty when it names none."""
        return self.front.text("videoId")

    @property
    def title(self) -> str:
        """The title, or the file's name where there is none."""
        return self.front.text("title") or self.path.stem


def read_page(path: Path, data: bytes) -> PageText:
    """The page in these bytes of a file at this path."""
    text, problems = _decoded(data)
    text, first_line = _unfenced(text, 1, problems, after_head=False)
    front = read_front_matter(text, first_line)
    problems += front.problems
    body_line = first_line + text.count("\n", 0, front.end)
    body, body_line = _unfenced(text[front.end :], body_line, problems, after_head=True)
    if not front.present and body_line > first_line:
        front = read_front_matter(body, body_line)
        problems += front.problems
        body_line += body.count("\n", 0, front.end)
        body = body[front.end :]
    blocks, found = read_blocks(body.split("\n"), body_line)
    citations: list[PageCitation] = []
    links: list[PageLinkMark] = []
    tags: list[Tag] = []
    for number, block in enumerate(blocks):
        if "[" in block.text or "<" in block.text or "&lt;" in block.text:
            _read_inline(number, block, (citations, links, tags))
    return PageText(path, front, tuple(blocks), tuple(citations), tuple(links), tuple(tags), tuple(problems + found))


def _decoded(data: bytes) -> tuple[str, list[Problem]]:
    problems = []
    if data.startswith(_BOM):
        problems.append(
            Problem(1, "byte-order-mark", "the file begins with a byte order mark, which hides the front matter")
        )
        data = data[len(_BOM) :]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(Problem(line, "not-utf-8", f"byte {error.start} is not UTF-8: save the file as UTF-8"))
        text = data.decode("utf-8", errors="replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, problems


def _unfenced(text: str, first_line: int, problems: list[Problem], *, after_head: bool) -> tuple[str, int]:
    """Takes a whole note out of the code block that a model put around it."""
    fence = _FENCE_OPEN.match(text)
    if not fence:
        return text, first_line
    inside = text[fence.end() :]
    close = _FENCE_CLOSE.search("\n" + inside)
    is_note = fence[2] or (close and _NOTE_SIGNS.search(inside))
    if not is_note or (after_head and not fence[2] and not close):
        return text, first_line
    line = first_line + text.count("\n", 0, fence.start(1))
    problems.append(
        Problem(line, "whole-note-in-code", "the whole note stands in a code block, so nothing of it works")
    )
    return inside[: max(0, close.start() - 1)] if close else inside, line + 1


def _read_inline(number: int, block: Block, found: tuple[list[PageCitation], list[PageLinkMark], list[Tag]]) -> None:
    citations, links, tags = found
    live = masked(block.text)
    breaks = [match.start() for match in _BREAK.finditer(live)] if "\n" in live else []
    marks, wikilinks = read_marks(live)
    quoted = block.kind == "quote" and bool(block.callout)
    for first, last, claim, doubtful, title in stretches(block.text, live, marks, block.kind) if marks else ():
        for mark in marks[first:last]:
            line = block.line + bisect_left(breaks, mark.start)
            citations.append(PageCitation(line, mark, claim, quoted, number, first, doubtful, title))
    for link in wikilinks:
        line = block.line + bisect_left(breaks, link.start)
        alone = block.kind == "item" and bool(_LONE_LINK.fullmatch(live))
        links.append(PageLinkMark(line, link.target, link.embed, block.kind, alone))
    if live.count("<") > 2 * sum(mark.form == "anchor" for mark in marks):
        tags.extend(Tag(block.line + bisect_left(breaks, at), source) for at, source in _tags(live, marks))


def _tags(live: str, marks: list[CitationMark]) -> Iterator[tuple[int, str]]:
    """Offset and source of each piece of HTML outside of citations."""
    pieces, done = [], 0
    for mark in marks:
        pieces += [live[done : mark.start], " " * (mark.end - mark.start)]
        done = mark.end
    rest = without_math("".join([*pieces, live[done:]]))
    for match in _HTML.finditer(rest):
        if match[1] is None or match[1].lower() != "br":
            yield match.start(), match[0][:60]
