"""Why a citation is bad, in one sentence with the words that a person can look up; and how plain that is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pipeline.checking.heard import Altered, Heard, Word
from pipeline.checking.kinds import Kind
from pipeline.checking.report import CitationReport
from pipeline.settings import CitationPolicy
from pipeline.stages.verify.cited_quotes import quotations
from pipeline.values.transcript import Transcript
from pipeline.vault.reading import clock

_SHOWN = 3
_NEAR_MS = 30_000
_SHORT_QUOTE = 8
_CHARS = 120
_FEW_WORDS = 6
"""What is missing of a claim of fewer telling words proves little."""
_NUMBER, _NAME, _MOST = 1.0, 0.35, 1.0
"""What a number and a name weigh that are said nowhere."""
_OTHER = 0.8
"""What other words weigh: they may be a paraphrase."""


class Explaining:
    """Explains the verdicts on citations of one transcript."""

    def __init__(self, transcript: Transcript, policy: CitationPolicy) -> None:
        self._heard = Heard(transcript)
        self._least = policy.quote
        self._by_kind: Mapping[Kind, Callable[[CitationReport], CitationReport]] = {
            "contradicted": self._contradicted,
            "unsupported": self._unsupported,
            "shifted": self._shifted,
            "beyond_the_end": self._timeless,
            "minutes_as_hours": self._timeless,
            "partial": self._partial,
        }

    def is_alike(self, quote: str, time_ms: int) -> bool:
        """Whether something so much like a quotation is said that it was meant."""
        likest = self._heard.likest(quote, time_ms)
        return likest is not None and likest.likeness >= self._least

    def explained(self, report: CitationReport) -> CitationReport:
        """The same verdict with its kind, its reason and how telling it is."""
        if report.tier == "quote" and report.kind == "unsupported":
            return self._misquoted(report)
        explain = self._by_kind.get(report.kind)
        return explain(report) if explain else report

    def _misquoted(self, report: CitationReport) -> CitationReport:
        quote = next(iter(report.words or quotations(report.claim)), report.claim)
        likest = self._heard.likest(quote, report.time_ms or 0)
        if likest is None or likest.likeness < self._least:
            likeness = likest.likeness if likest else 0.0
            length = min(1.0, len(quote.split()) / _SHORT_QUOTE)
            reason = f"nobody says “{_short(quote)}”, nor anything like it"
            return replace(report, kind="fabricated_quote", reason=reason, telling=(1 - likeness) * length)
        return replace(
            report,
            kind="altered_quote",
            reason=f"the quotation is not what is said: {_changes(likest)}",
            evidence=likest.said,
            best_time_ms=likest.time_ms if abs(likest.time_ms - (report.time_ms or 0)) > _NEAR_MS else None,
            best_evidence="",
            telling=1 + likest.likeness if likest.weighty else 1 - likest.likeness,
        )

    def _contradicted(self, report: CitationReport) -> CitationReport:
        """Words of the claim that stand in the passage too are no proof against it."""
        here = self._heard.around(report.time_ms or 0)
        against = [word for word in self._heard.telling(" ".join(report.words)) if word.key not in here]
        return replace(report, telling=report.score + len(against) / (_SHOWN + len(report.words)))

    def _unsupported(self, report: CitationReport) -> CitationReport:
        words = self._heard.telling(report.claim)
        nowhere = self._heard.nowhere(words)
        plainness = self._heard.plainness(report.claim)
        if not nowhere:
            return replace(report, telling=plainness * self._lacking(report, words) / 2)
        shown = sorted(nowhere, key=lambda word: not word.exact)
        verb = "is" if len(shown) == 1 else "are"
        reason = f"{_listed([word.text for word in shown])} {verb} said nowhere in the video"
        return replace(
            report, reason=reason, telling=plainness * (_weight(nowhere) + _OTHER * self._lacking(report, words))
        )

    def _lacking(self, report: CitationReport, words: Sequence[Word]) -> float:
        """The share of a claim's telling words that is not said around the cited time; little for a short claim."""
        here = self._heard.around(report.time_ms or 0)
        lacking = [word for word in words if word.key not in here]
        return len(lacking) / max(len(words), _FEW_WORDS)

    def _shifted(self, report: CitationReport) -> CitationReport:
        time_ms, best_ms = report.time_ms or 0, report.best_time_ms
        if best_ms is None:
            return report
        here, there = self._heard.around(time_ms), self._heard.around(best_ms)
        words = self._heard.telling(report.claim)
        moved = [word for word in words if word.key in there - here]
        telling = len(moved) / max(len(words), _FEW_WORDS) * (1 - report.score)
        if not moved:
            return replace(report, telling=telling)
        verb = "is" if len(moved) == 1 else "are"
        where = f"said at {clock(best_ms)}, not at {clock(time_ms)}"
        return replace(report, reason=f"{_listed([word.text for word in moved])} {verb} {where}", telling=telling)

    def _timeless(self, report: CitationReport) -> CitationReport:
        """What was meant by a time that does not exist is plainest where the words are found, and many."""
        words = self._heard.telling(report.claim)
        there = self._heard.around(report.best_time_ms) if report.best_time_ms is not None else frozenset[str]()
        found = sum(word.key in there for word in words)
        return replace(report, telling=found / max(len(words), _FEW_WORDS))

    def _partial(self, report: CitationReport) -> CitationReport:
        nowhere = self._heard.nowhere(self._heard.telling(report.claim))
        return replace(report, telling=_weight(nowhere) + (1 - report.score) / 2)


def _weight(nowhere: Sequence[Word]) -> float:
    exact = [_NUMBER if word.text[0].isdigit() else _NAME for word in nowhere if word.exact]
    return min(sum(exact), _MOST)


def _changes(altered: Altered) -> str:
    told = [_change(quoted, said) for quoted, said in altered.changes[:_SHOWN]]
    return ", ".join([*told, *(["…"] if len(altered.changes) > _SHOWN else [])]) or "it is written otherwise"


def _change(quoted: str, said: str) -> str:
    if not said:
        return f"“{_short(quoted)}” is added"
    if not quoted:
        return f"“{_short(said)}” is left out"
    return f"“{_short(quoted)}” stands for “{_short(said)}”"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:_SHOWN])


def _short(text: str) -> str:
    return text if len(text) <= _CHARS else text[:_CHARS].rsplit(" ", 1)[0] + " …"
