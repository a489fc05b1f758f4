"""A model's evidence found in the transcript: the line it named, its neighbours, the chunk, anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline.settings import CitationPolicy
from pipeline.stages.verify.alignment import agreement
from pipeline.stages.verify.evidence import Spoken, densest_words
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.place import Places
from pipeline.stages.verify.quote import Span, find, is_verbatim
from pipeline.values.draft import DraftEvidence
from pipeline.values.outline import Citation, Grade
from pipeline.values.script import Chunk

_NEIGHBOURS = 2  # lines
_UNIQUE_WORDS = 4  # a shorter quote found somewhere else proves nothing
_RESTORE_WORDS = 4
_CLOSING = regex.compile(r"[.?!…。？！]+[\"”’')\]]*")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A piece of evidence in its place."""

    span: Span
    grade: Grade
    asked_line: int
    moved: bool
    """Whether it stands in another line than the one named."""


def anchor(index: TranscriptIndex, chunk: Chunk, evidence: DraftEvidence, policy: CitationPolicy) -> Anchor | None:
    """Where a quote stands; None when nobody said anything like it, or when it may stand in several places.

    A line outside the core of the chunk cannot be cited, so its quote is looked for as if no line had been named.
    """
    spans = find(index, evidence.quote)
    core = Span(*index.unit_range(chunk.first - 1, chunk.last - 1))
    if chunk.first <= evidence.line <= chunk.last:
        found = _in_line(index, evidence, spans) or _in_core(index, evidence, spans, core)
        if found:
            return found
    if len(spans) == 1 and spans[0].last - spans[0].first >= _UNIQUE_WORDS:
        grade: Grade = "chunk" if core.first <= spans[0].first < core.last else "elsewhere"
        return Anchor(spans[0], grade, evidence.line, moved=True)
    return None if spans else _restored(index, chunk, evidence, policy)


def _in_line(index: TranscriptIndex, evidence: DraftEvidence, spans: Sequence[Span]) -> Anchor | None:
    first, last = index.unit_range(evidence.line - 1, evidence.line - 1)
    for span in spans:
        if first <= span.first < last:
            grade: Grade = "exact" if is_verbatim(index, span, evidence.quote) else "normalised"
            return Anchor(span, grade, evidence.line, moved=False)
    return None


def _in_core(index: TranscriptIndex, evidence: DraftEvidence, spans: Sequence[Span], core: Span) -> Anchor | None:
    inside = [s for s in spans if core.first <= s.first < core.last]
    if not inside:
        return None
    nearest = min(inside, key=lambda s: abs(index.reading.units[s.first] + 1 - evidence.line))
    distance = abs(index.reading.units[nearest.first] + 1 - evidence.line)
    overlaps = index.reading.units[nearest.last - 1] + 1 == evidence.line
    if distance <= _NEIGHBOURS or overlaps:
        return Anchor(nearest, "near", evidence.line, moved=True)
    if len(inside) == 1 and nearest.last - nearest.first >= _UNIQUE_WORDS:
        return Anchor(nearest, "chunk", evidence.line, moved=True)
    return None


def _restored(index: TranscriptIndex, chunk: Chunk, evidence: DraftEvidence, policy: CitationPolicy) -> Anchor | None:
    """The line that says something like the quote, whole, in the place of words that nobody said."""
    quoted = Spoken.of(evidence.quote, index)
    if len(quoted.pieces) < _RESTORE_WORDS:
        return None
    candidates = []
    if chunk.first <= evidence.line <= chunk.last:
        candidates.append(Span(*index.unit_range(evidence.line - 1, evidence.line - 1)))
    if best := Places(index, quoted).best():
        candidates.append(whole_lines(index, Span(*densest_words(index, quoted, (best.first, best.last)))))
    for span in candidates:
        said = index.pieces(*span)
        if said and agreement(quoted.pieces, said) >= policy.quote:
            moved = index.reading.units[span.first] + 1 != evidence.line
            return Anchor(span, "missing", evidence.line, moved=moved)
    return None


def whole_lines(index: TranscriptIndex, span: Span) -> Span:
    """The lines that a span touches."""
    return Span(*index.unit_range(index.reading.units[span.first], index.reading.units[span.last - 1]))


def citation(index: TranscriptIndex, found: Anchor) -> Citation:
    """The citation of an anchor, with the transcript's own words and the time of their segment."""
    segment = index.segment(found.span.first)
    return Citation(
        line=index.reading.units[found.span.first] + 1,
        segment=segment.number,
        last_segment=index.segments[found.span.last - 1],
        time_ms=segment.start_ms,
        quote=own_words(index, found.span),
        grade=found.grade,
        asked_line=found.asked_line,
    )


def own_words(index: TranscriptIndex, span: Span) -> str:
    """The transcript's own characters of a span, with the mark that ends its sentence."""
    unit = index.reading.end_units[span.last - 1]
    closing = _CLOSING.match(index.texts[unit], index.reading.ends[span.last - 1])
    return index.text(*span) + (closing.group() if closing else "")
