"""The words that each citation of a block stands for."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.vault.reading.blocks import Kind
from pipeline.vault.reading.marks import CitationMark
from pipeline.vault.reading.plain import plain

_WORD = re.compile(r"\w+")
_STOP = re.compile(  # begins with a set of characters, so that all others are skipped at once
    r"[.!?…。！？](?:(?<=[.!?…])[.!?…]*[\"'”’»)\]*_]*\s+(?=[\"'“‘«„¿¡(\[*_]*\w)|(?<=[。！？])[。！？]*[」』”）]*)"
)
_LAST_TOKEN = re.compile(r"(\S+)$")
_ABBREVIATIONS = frozenset(
    {"dr", "mr", "mrs", "ms", "prof", "st", "vs", "approx", "no", "nos", "fig", "vol", "jr", "sr", "inc", "ltd", "co"}
    | {"corp", "gen", "gov", "sen", "rep", "rev", "hon", "lt", "col", "capt", "sgt", "mt", "ca", "cf", "al", "p", "pp"}
    | {"bzw", "ggf", "nr", "bspw", "mme", "mlle", "sra", "av"}
)
_EDGE = " \t\n.,;:!?…)]}»”’。，、；：！？—–-"
_STOPS = frozenset(".!?…。！？")
_REST = 6  # words of a clause that stands on its own
_FEW, _LABEL_WORDS = 3, 9  # words of an item that is only a label: of any, of one in bold
_LABEL = re.compile(r"\s*(?:\*\*|__)[^*_]+(?:\*\*|__)[\s:.?]*")
_DOUBTFUL = re.compile(r" *\*\(doubtful\)\*")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class Stretch(NamedTuple):
    """Citations in a row share one claim: `marks[first:last]` of the block."""

    first: int
    last: int
    claim: str
    doubtful: bool
    """Whether the page itself marks the claim as doubtful."""
    title: bool = False
    """Whether the words are a heading or a label, which name something and claim nothing."""


def stretches(text: str, live: str, marks: Sequence[CitationMark], kind: Kind) -> list[Stretch]:
    """The claims of a block's citations.

    A claim is the sentence or clause that its citations close: what stands between the citation before, or the end
    of the sentence before, and them. An item or a quotation with citations in one place only is their claim as a
    whole, and in a block that begins with a time, each time stands for the words after it.
    """
    marked = text
    if "*(doubtful)*" in text:
        text = _DOUBTFUL.sub(lambda m: " " * len(m[0]), text)
    groups = _groups(text, marks)
    bounds = [(marks[first].start, marks[last - 1].end) for first, last in groups]
    leads = _leads(text, bounds)
    found = []
    for at, (first, last) in enumerate(groups):
        before = bounds[at - 1][1] if at else 0
        after = bounds[at + 1][0] if at + 1 < len(bounds) else len(text)
        start, end = bounds[at]
        if leads:
            claim = plain(text[end:after])
        elif len(groups) == 1 and kind in {"item", "heading", "title"}:
            claim = plain(text[:start].rstrip() + text[end:])
        elif kind == "row":
            claim = _of_cell(text, live, before, start)
        else:
            claim = _closed(text[before:start], whole=kind == "quote") or plain(_first_sentence(text[end:after]))
            if before and kind != "quote" and _is_rest(text[before:start], claim):
                claim = _closed(_without(text[:start], bounds[:at]), whole=False)
        doubtful = text is not marked and bool(_DOUBTFUL.match(marked, end))
        named = not leads and len(groups) == 1 and kind in {"item", "heading", "title"}
        title = named and _is_title(text[:start].rstrip() + text[end:], kind)
        found.append(Stretch(first, last, _trimmed(claim), doubtful, title))
    return found


def _is_title(text: str, kind: Kind) -> bool:
    if kind != "item":
        return kind in {"heading", "title"}
    words = len(_WORD.findall(text))
    return words <= _FEW or (words <= _LABEL_WORDS and bool(_LABEL.fullmatch(text)))


def _is_rest(region: str, claim: str) -> bool:
    """Whether a claim is the last few words of a sentence: they stand on those before the citation before."""
    return region.lstrip()[:1] not in _STOPS and 0 < len(_WORD.findall(claim)) < _REST


def _without(text: str, bounds: Sequence[tuple[int, int]]) -> str:
    """The text without the citations in it."""
    pieces, done = [], 0
    for start, end in bounds:
        pieces.append(text[done:start].rstrip())
        done = end
    return "".join([*pieces, text[done:]])


def _groups(text: str, marks: Sequence[CitationMark]) -> list[tuple[int, int]]:
    groups: list[tuple[int, int]] = []
    for at, mark in enumerate(marks):
        if groups and _joins(text[marks[at - 1].end : mark.start]):
            groups[-1] = (groups[-1][0], at + 1)
        else:
            groups.append((at, at + 1))
    return groups


def _joins(gap: str) -> bool:
    """Whether nothing is claimed between two citations: no word, or one such as "and", "to", "und"."""
    if "<" in gap:
        gap = _BREAK.sub(" ", gap)
    word = _WORD.search(gap)
    if word is None:
        return True
    return (
        word.end() - word.start() <= 3
        and "." not in gap
        and not word[0].isdigit()
        and not _WORD.search(gap, word.end())
    )


def _leads(text: str, bounds: Sequence[tuple[int, int]]) -> bool:
    return not _WORD.search(text[: bounds[0][0]]) and bool(_WORD.search(text[bounds[-1][1] :]))


def _closed(region: str, *, whole: bool) -> str:
    """The last sentence of a region, or all of it."""
    region = region.strip()
    bare = region.lstrip(_EDGE)
    # Nearly always: one sentence, after the full stop of the one before, which is stripped whether or not it counts.
    if bare[:1].isalnum() and (whole or not _STOP.search(bare)):
        return plain(bare)
    begin = 0
    for stop in () if whole else reversed(list(_STOP.finditer(region))):
        if _ends_sentence(region, stop) and _WORD.search(region, stop.end()):
            begin = stop.end()
            break
    return plain(region[begin:].lstrip(_EDGE))


def _ends_sentence(region: str, stop: re.Match[str]) -> bool:
    following = region[stop.end() : stop.end() + 8].lstrip("\"'“‘«„¿¡([*_")[:1]
    if following.islower():
        return False
    if region[stop.start()] != "." or not stop[0].startswith(". "):
        return True
    token = _LAST_TOKEN.search(region, max(0, stop.start() - 20), stop.start())
    word = token[1].lstrip("([\"'“‘*_").lower() if token else ""
    return not ((len(word) == 1 and word.isalpha()) or word in _ABBREVIATIONS or re.fullmatch(r"(?:\w\.)+\w", word))


def _first_sentence(region: str) -> str:
    for stop in _STOP.finditer(region):
        if _ends_sentence(region, stop) and _WORD.search(region, 0, stop.start()):
            return region[: stop.end()]
    return region


def _of_cell(text: str, live: str, before: int, start: int) -> str:
    """The cell that the citation stands in, after the first cell of its row, which says what it is about."""
    cell = live.rfind("|", 0, start) + 1
    own = plain(text[max(before, cell) : start])
    head_end = live.find("|", 1)
    head = plain(text[1:head_end]) if 0 < head_end < cell else ""
    return f"{head}: {own}" if head and own else own or head


def _trimmed(claim: str) -> str:
    return claim.strip(" \t|").lstrip(_EDGE) if claim[:1] in _EDGE else claim.strip(" |")
