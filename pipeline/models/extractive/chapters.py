"""The creator's chapters: their titles made fit for a page, and short ones gathered into one topic."""

from collections.abc import Sequence
from typing import NamedTuple

import regex

from pipeline.values.script import Line
from pipeline.values.transcript import Chapter

_LEAST_MS = 3 * 60_000
_MAIN = 0.65  # of a topic: then its longest chapter is what the topic is
_SLACK_MS = 1_500  # as `split` has it: creators set chapters a moment late
_MOST_WORDS = 10
_NUMBERING = regex.compile(
    r"^(?:\s*(?:[(\[]?\d{1,2}(?::\d{2}){1,2}[)\]]?|(?:chapter|part|section|kapitel|teil|chapitre|capítulo|глава|часть)"
    r"\s+(?:\d+|[ivx]+)\b|[#№]?\d{1,3}\s*[.):/](?=\s|$)|\d{1,3}\s+[-–—]|[(\[]\d{1,3}[)\]]))+\s*[-–—:.|]*\s*",
    regex.IGNORECASE,
)
_DRESS = regex.compile(r"[\p{So}\p{Cs}\p{Sk}\uFE0F\u200D•►▶*_~|]+|#\w+")
_EDGES = regex.compile(r"^[\s\-–—:.,;]+|[\s\-–—:.,;]+$")
_EMPTY = regex.compile(
    r"(?:the\s+)?(?:intro(?:duction)?s?|outro|opening|start|begin(?:ning)?|the end|end|ending|conclusions?"
    r"|closing(?: thoughts)?|final thoughts|summary|recap|overview|agenda|welcome|sponsors?(?: message)?|ads?"
    r"|advert(?:isement)?s?|credits|q\s*&\s*a|questions|thanks?(?: you)?|preview|teaser|trailer|highlights|chapter|part"
    r"|section|einleitung|einführung|schluss|fazit|introducción|introdução|introduzione|conclusión|conclusão|conclusione"
    r"|введение|заключение|вступление)",
    regex.IGNORECASE,
)


class Mark(NamedTuple):
    """Where a chapter begins."""

    begin: int
    """Index of its first line."""
    title: str
    """Fit for a page; "" if it says nothing, as "Intro" does."""


class Topic(NamedTuple):
    """Half-open range of line indices about one subject."""

    begin: int
    end: int
    marks: tuple[Mark, ...] = ()
    """The creator's chapters in it; empty without chapters."""
    main: str = ""
    """The title of the chapter that makes up most of it; "" without one."""


def chapter_topics(lines: Sequence[Line], chapters: Sequence[Chapter]) -> list[Topic]:
    """Topics that follow the chapters: a long one is a topic, neighbouring short ones are one together."""
    marks = _marks(lines, chapters)
    ends = [*(m.begin for m in marks[1:]), len(lines)]
    groups: list[tuple[int, int, list[Mark]]] = []
    for mark, end in zip(marks, ends, strict=True):
        if groups and _length(lines, *groups[-1][:2]) < _LEAST_MS:
            begin, _, held = groups.pop()
            groups.append((begin, end, [*held, mark]))
        else:
            groups.append((mark.begin, end, [mark]))
    if len(groups) > 1 and _length(lines, *groups[-1][:2]) < _LEAST_MS:
        _, end, held = groups.pop()
        begin, _, earlier = groups.pop()
        groups.append((begin, end, [*earlier, *held]))
    return [Topic(begin, end, tuple(held), _main(lines, end, held)) for begin, end, held in groups]


def _marks(lines: Sequence[Line], chapters: Sequence[Chapter]) -> list[Mark]:
    """One mark a chapter that holds lines; what stands before the first belongs to it."""
    found: dict[int, str] = {}
    for chapter in sorted(chapters, key=lambda c: c.start_ms):
        begin = next((i for i, line in enumerate(lines) if line.start_ms >= chapter.start_ms - _SLACK_MS), len(lines))
        if begin < len(lines):
            found[begin if found else 0] = chapter_title(chapter.title)
    return [Mark(begin, title) for begin, title in found.items()]


def _main(lines: Sequence[Line], end: int, marks: Sequence[Mark]) -> str:
    ends = [*(m.begin for m in marks[1:]), end]
    lengths = [_length(lines, m.begin, e) for m, e in zip(marks, ends, strict=True)]
    most = max(lengths)
    return marks[lengths.index(most)].title if most >= _MAIN * sum(lengths) else ""


def chapter_title(text: str) -> str:
    """A chapter's title without number, time, emoji and hashtags; "" if nothing telling is left."""
    bare = " ".join(_DRESS.sub(" ", text).split())
    bare = _EDGES.sub("", _NUMBERING.sub("", bare))
    if not bare or _EMPTY.fullmatch(bare) or not regex.search(r"\p{L}", bare) or len(bare.split()) > _MOST_WORDS:
        return ""
    return bare[:1].upper() + bare[1:] if bare.islower() else bare


def _length(lines: Sequence[Line], begin: int, end: int) -> int:
    return lines[end - 1].end_ms - lines[begin].start_ms
