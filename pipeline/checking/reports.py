"""The reports on the citations of many pages: those without a verdict are made when somebody looks at them."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import overload

from pipeline.checking.report import CitationReport
from pipeline.checking.surveying import Surveyed, cited

_NOT_FOUND = "no transcript of the video was found"


@dataclass(slots=True)
class Unjudged:
    """The citations of a page whose video has no transcript."""

    path: str
    page: Surveyed
    missing: str = ""
    """Why there is none, where that is known."""

    def __len__(self) -> int:
        return self.page.amount

    def __iter__(self) -> Iterator[CitationReport]:
        why = self.missing or _NOT_FOUND
        for line, time_ms, claim, malformed in cited(self.page.citations):
            here = (self.path, line, time_ms, claim)
            if malformed:
                yield CitationReport(*here, verdict="malformed", kind="malformed", tier="schema", reason=malformed)
            else:
                yield CitationReport(*here, verdict="unjudged", reason=why)


class Reports(Sequence[CitationReport]):
    """Every report, page by page."""

    def __init__(self, pages: Sequence[Sequence[CitationReport] | Unjudged]) -> None:
        """The pages' reports, in order."""
        self._pages = [page for page in pages if len(page)]
        self._ends = list(accumulate(map(len, self._pages)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[CitationReport]:
        return chain.from_iterable(self._pages)

    @overload
    def __getitem__(self, at: int) -> CitationReport: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[CitationReport]: ...
    def __getitem__(self, at: int | slice) -> CitationReport | Sequence[CitationReport]:
        if isinstance(at, slice):
            return tuple(self[place] for place in range(*at.indices(len(self))))
        place = range(len(self))[at]
        page = bisect_right(self._ends, place)
        return list(self._pages[page])[place - self._ends[page]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(CitationReport.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]  # equal to sequences that hash otherwise

    def judged(self) -> Iterator[CitationReport]:
        """The reports with a verdict, without making the others."""
        for page in self._pages:
            if not isinstance(page, Unjudged) or page.page.malformed:
                yield from (report for report in page if report.verdict != "unjudged")
