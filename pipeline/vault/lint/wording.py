"""Findings about a note's words: what is not cited, what is said again and again, and refusals."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from pipeline.vault.lint.codes import Finding, finding
from pipeline.vault.lint.refusals import REFUSAL
from pipeline.vault.lint.structure import is_note
from pipeline.vault.reading import PageCitation, PageText, plain

MANY_CITATIONS = 150
"""More than a person reads in one note."""
_RUN = 5
"""So many times the same citation in a row is no proof but a loop."""
_ROW = 12
"""More citations than this cannot all stand for one claim."""
_REPEATS = 4
_WORDS = re.compile(r"\w+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FEW_WORDS = 6
_STRETCH = attrgetter("block", "stretch")

_SHORT_NOTE_CHARS = 1_200
_ANCHOR_CHARS = 60
_SENTENCE_CHARS = 24
"""Shorter claims ("Treatment: rest") may well return."""


def find_wording(page: PageText) -> Iterator[Finding]:
    """All findings about the words of a page; an index has none."""
    if not is_note(page):
        return
    if not page.citations:
        yield finding(page.path, 1, "note-without-citations")
    yield from _uncited(page)
    yield from _runs(page)
    yield from _repeats(page)
    yield from _refusal(page)


def _words(text: str) -> int:
    return len(_WORDS.findall(text)) + len(_CJK.findall(text)) // 2


def _uncited(page: PageText) -> Iterator[Finding]:
    cited = {citation.block for citation in page.citations}
    for kind, group in groupby(enumerate(page.blocks), key=lambda numbered: numbered[1].kind):
        blocks = list(group)
        if kind == "quote" and not any(number in cited for number, _ in blocks):
            block = blocks[0][1]
            if _words(plain(block.text)) >= _FEW_WORDS:
                yield finding(page.path, block.line, "uncited-quote", f"no citation: {plain(block.text)[:80]}")
        elif kind == "paragraph":
            for number, block in blocks:
                if number not in cited and not block.callout and _claims_something(block.text):
                    yield finding(page.path, block.line, "uncited-paragraph", f"no citation: {plain(block.text)[:80]}")


def _claims_something(text: str) -> bool:
    words = plain(text)
    return _words(words) >= _FEW_WORDS and not words.endswith((":", "："))


def _runs(page: PageText) -> Iterator[Finding]:
    number = len(page.citations)
    if number > MANY_CITATIONS:
        yield finding(page.path, page.citations[0].line, "many-citations", f"{number} citations in one note")
    worst: PageCitation | None = None
    longest = 0
    rows = [list(group) for _, group in groupby(page.citations, key=_STRETCH)]
    for row in rows if any(len(row) >= _RUN for row in rows) else ():
        for raw, group in groupby(row, key=lambda c: c.mark.stamp.raw):
            run = list(group)
            if len(run) > longest and raw:
                worst, longest = run[0], len(run)
    if worst is not None and longest >= _RUN:
        message = f"[{worst.mark.stamp.raw}] is cited {longest} times in a row"
        yield finding(page.path, worst.line, "runaway-repetition", message)
        return
    for row in rows:
        if len(row) > _ROW:
            yield finding(page.path, row[0].line, "runaway-repetition", f"{len(row)} citations for one claim")
            return


def _repeats(page: PageText) -> Iterator[Finding]:
    said: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for citation in page.citations:
        place = (citation.block, citation.stretch, citation.line)
        key = citation.claim.casefold().rstrip(" .!?")
        if len(key) >= _SENTENCE_CHARS and (not said[key] or said[key][-1][:2] != place[:2]):
            said[key].append(place)
    for key, places in said.items():
        if len(places) > 1:
            code = "runaway-repetition" if len(places) >= _REPEATS else "repeated-sentence"
            yield finding(page.path, places[1][2], code, f"said {len(places)} times: {key[:80]}")


def _refusal(page: PageText) -> Iterator[Finding]:
    """A refusal stands at the beginning, or in a note that says little else."""
    prose = [block for block in page.blocks if block.kind in {"paragraph", "item", "quote"}]
    chars = sum(len(block.text) for block in prose) - _ANCHOR_CHARS * len(page.citations)
    for block in prose if chars <= _SHORT_NOTE_CHARS else prose[:1]:
        refusal = REFUSAL.search(plain(block.text))
        if refusal:
            yield finding(page.path, block.line, "refusal", f"a refusal, not a note: {refusal[0][:80]}")
            return
