"""Quotations inside a cited claim: each must be verbatim, and said around the cited time."""

from dataclasses import dataclass

import regex

from pipeline.language.tokens import tokens
from pipeline.stages.verify.alignment import NEGATION, pieces
from pipeline.stages.verify.evidence import Objection
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.quote import WHOLE, Span, find, is_denied, parts
from pipeline.values.outline import Check

_BEFORE_MS = 10_000
_AFTER_MS = 15_000
_WORDS = 4  # quotation marks around fewer words mark a term, not a quotation
_QUOTED = regex.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]|「([^」]+)」")


@dataclass(frozen=True, slots=True)
class Quotations:
    """What was found of the quotations of a claim."""

    objection: Objection | None = None
    span: Span | None = None
    """Where a quotation stands that is not said around the cited time."""


def quotations(text: str) -> list[str]:
    """The words of a claim that stand between quotation marks; all of it when it is one quotation from end to end."""
    whole = WHOLE.fullmatch(text.strip())
    if whole:
        return [whole[1]]
    return [next(g for g in match.groups() if g) for match in _QUOTED.finditer(text)]


def check_quotes(index: TranscriptIndex, text: str, time_ms: int | None) -> Quotations:
    """Whether every quotation of a claim is verbatim, and where those stand that are not said around the time."""
    away: Span | None = None
    for part in (p.strip() for quote in quotations(text) for p in parts(quote)):
        if len(tokens(part)) < _WORDS:
            continue
        spans = find(index, part)
        if not spans:
            return Quotations(Objection("quote", "unsupported", f"Nobody says “{part}”.", (part,)))
        if all(is_denied(index, s) for s in spans) and not _denies_too(index, text, part):
            return Quotations(Objection("negation", "partial", f"The words before “{part}” deny it.", (part,)))
        if time_ms is None or not any(_is_around(index, s, time_ms) for s in spans):
            away = away or _nearest(index, spans, time_ms)
    return Quotations(span=away)


def word_for_word(index: TranscriptIndex, text: str, time_ms: int | None) -> Check | None:
    """The verdict of a claim that the transcript says word for word; None when it does not.

    Words that somebody denies just before ("I don't think …") are left to the guards.
    """
    spans = [s for s in find(index, text) if not is_denied(index, s)]
    if time_ms is not None and any(_is_around(index, s, time_ms) for s in spans):
        return Check(verdict="quoted", tier="quoted", reason="The passage says it, word for word.", score=1.0)
    if not spans or spans[0].last - spans[0].first < _WORDS:
        return None
    best_ms = index.spoken_ms(_nearest(index, spans, time_ms).first)
    if time_ms is None:
        tier, reason = "existence", "There is no such time; it is said at another, word for word."
    else:
        tier, reason = "place", "It is said at another time, word for word."
    return Check(verdict="reanchored", tier=tier, reason=reason, score=0.02, best_time_ms=best_ms)


def _denies_too(index: TranscriptIndex, text: str, quote: str) -> bool:
    """Whether the claim says no around a quotation, as the passage does."""
    reading = index.read(text.replace(quote, " "))
    return any(p.key == NEGATION for p in pieces(reading, 0, len(reading.forms), index.language))


def around(index: TranscriptIndex, time_ms: int) -> tuple[int, int]:
    """When what is cited may begin: around the time, or anywhere in the segment that begins just then."""
    last = time_ms + _AFTER_MS
    word, _ = index.within(time_ms, time_ms + 1_000)
    if word < len(index.times):
        segment = index.segment(word)
        if 0 <= segment.start_ms - time_ms < 1_000:
            last = max(last, segment.end_ms)
    return time_ms - _BEFORE_MS, last


def _is_around(index: TranscriptIndex, span: Span, time_ms: int) -> bool:
    first, last = around(index, time_ms)
    return first <= int(index.times[span.last - 1]) and int(index.times[span.first]) <= last


def _nearest(index: TranscriptIndex, spans: list[Span], time_ms: int | None) -> Span:
    return min(spans, key=lambda s: abs(int(index.times[s.first]) - (time_ms or 0)))
