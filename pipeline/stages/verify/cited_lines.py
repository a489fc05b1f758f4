"""The evidence of a drafted claim: the lines that it cites, and those around them."""

from collections.abc import Sequence

from pipeline.stages.verify.evidence import Evidence, Spoken
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.quote import Span

_AROUND = 1  # lines beside a cited one in which a number may stand
_NAMES_BEFORE = 12  # lines before a cited one in which a name may have been introduced


def cited_evidence(index: TranscriptIndex, claim: Spoken, spans: Sequence[Span]) -> Evidence:
    """The evidence of a claim whose quotes stand at these words."""
    lines = [(index.reading.units[s.first], index.reading.units[s.last - 1]) for s in spans]
    return Evidence(
        index,
        claim,
        near=_ranges(index, lines, 0, 0),
        wide=_ranges(index, lines, _AROUND, _AROUND),
        header=index.header,
        before=_ranges(index, lines, _NAMES_BEFORE, _AROUND),
        quotes=tuple((s.first, s.last) for s in spans),
    )


def grown_over(index: TranscriptIndex, span: Span) -> tuple[Span, Span]:
    """A span grown to its whole lines, and to the lines beside them."""
    first, last = index.reading.units[span.first], index.reading.units[span.last - 1]
    return Span(*index.unit_range(first, last)), Span(*index.unit_range(first - _AROUND, last + _AROUND))


def _ranges(
    index: TranscriptIndex, lines: list[tuple[int, int]], before: int, after: int
) -> tuple[tuple[int, int], ...]:
    """The words of these lines and their neighbours, in order, none twice."""
    units = sorted({u for first, last in lines for u in range(first - before, last + after + 1)})
    units = [u for u in units if 0 <= u < len(index.texts)]
    ranges: list[tuple[int, int]] = []
    for unit in units:
        first, last = index.unit_range(unit, unit)
        if ranges and ranges[-1][1] == first:
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    return tuple(ranges)
