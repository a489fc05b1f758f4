"""The check of a citation in anyone's note: a claim, a time, and the transcript."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.settings import VerifyPolicy
from pipeline.stages.verify.cited_quotes import around, check_quotes, word_for_word
from pipeline.stages.verify.evidence import Evidence, Objection, Spoken, header_stems
from pipeline.stages.verify.facts import PENALTY, objections
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.place import Place, Places
from pipeline.stages.verify.quote import Span
from pipeline.stages.verify.support import lacking_weight, missing, support
from pipeline.values.outline import Check

_BETTER = 0.2  # another place is better when it holds so much more of the claim
_REANCHOR = 0.38
_NOWHERE = 0.3  # what the best place must hold when the cited one does not exist
_TORN = 0.15  # a claim is of two places when the cited one holds so much that the better one lacks
_REANCHOR_TERMS = 3
_WIDE_MS = 15_000
_NAMES_MS = 60_000
# Notes of others say things in their own words: of `VerifyPolicy.support`, which is meant for claims with quotes, they
# need this share, and are unsupported rather than doubtful below the smaller one.
_FOREIGN = 0.7
_UNSUPPORTED = 0.35
_MOVED = 0.85  # what a claim needs at a place that it does not cite


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found out about a claim at one place."""

    support: float
    against: list[Objection]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Choice:
    """The place by which a claim is judged."""

    place: Place
    moved: bool
    """Whether it is another one than the cited."""
    better: float
    """How much more of the claim the best place of the transcript holds than the cited one."""


def check_citation(
    index: TranscriptIndex,
    text: str,
    time_ms: int | None,
    header: Sequence[str] = (),
    policy: VerifyPolicy | None = None,
) -> Check:
    """Whether the transcript says at `time_ms` what `text` claims.

    Args:
        index: of the transcript; it may be built from a bare transcript.
        text: the claim as a reader sees it, without markup. Words between quotation marks must be verbatim.
        time_ms: the cited time; None when it could not be read.
        header: title, channel and speakers of the video, in which names of the claim may stand.
        policy: thresholds; None for the defaults.

    Returns:
        "supported"; "repaired" when it is said at `best_time_ms` instead; "doubtful"; or "unsupported". The score tells
        how well the claim is supported as cited, so that of a repaired one is that of the place it cites.
    """
    cited = time_ms if time_ms is not None and 0 <= time_ms <= index.transcript.end_ms else None
    if said := word_for_word(index, text, cited):
        return said
    claim = Spoken.of(text, index)
    places = Places(index, claim)
    local = places.near(*around(index, cited)) if cited is not None else None
    quotes = check_quotes(index, text, cited)
    if quotes.objection:
        return _refused(quotes.objection, 0.2 * (local.recall if local else 0.0))
    choice = _choose(places, local, quotes.span)
    if choice is None:
        reason = "Nothing is said at this time, and the claim nowhere."
        return Check(verdict="unsupported", tier="existence", reason=reason, score=0.0)
    stems = _header(tuple(header), index.language) | index.header
    judged = _judge(index, claim, choice.place, stems)
    here = judged if not choice.moved else _judge(index, claim, local, stems) if local else None
    score = _score(here, choice.better) if here else 0.02 * judged.support
    best_ms = places.start_ms(choice.place) if choice.moved else None
    if choice.moved and local and (torn := _torn(index, claim, local, choice.place)):
        return _refused(torn, round(score, 4), best_ms)
    return _verdict(judged, round(score, 4), policy or VerifyPolicy(), (cited is not None, best_ms))


def _choose(places: Places, local: Place | None, quoted: Span | None) -> _Choice | None:
    best = places.best()
    better = max(0.0, best.recall - local.recall) if best and local else 1.0
    if quoted is not None:
        return _Choice(Place(*quoted, 1.0), moved=True, better=better)
    least = _REANCHOR if local else _NOWHERE
    if best and places.is_telling(_REANCHOR_TERMS) and best.recall >= least and (not local or better > _BETTER):
        return _Choice(best, moved=True, better=better)
    return _Choice(local, moved=False, better=better) if local else None


def _judge(index: TranscriptIndex, claim: Spoken, place: Place, header: frozenset[str]) -> _Judged:
    first, last = int(index.times[place.first]), int(index.times[place.last - 1])
    wide = index.within(first - _WIDE_MS, last + _WIDE_MS)
    before = index.within(first - _NAMES_MS, last + _WIDE_MS)
    evidence = Evidence(index, claim, ((place.first, place.last),), (wide,), header, (before,))
    return _Judged(support(evidence), objections(evidence), evidence)


def _torn(index: TranscriptIndex, claim: Spoken, local: Place, better: Place) -> Objection | None:
    """What to say of a claim of which each of two places holds a part that the other lacks; None of any other."""
    total = sum(t.weight for t in claim.terms)
    here = index.hits(claim.terms, [(local.first, local.last)])
    there = index.hits(claim.terms, [(better.first, better.last)])
    only_here = [t for t, h, o in zip(claim.terms, here, there, strict=True) if h and not o]
    if len(only_here) < 2 or sum(t.weight for t in only_here) < _TORN * total:
        return None
    stems = {t.stem for t in only_here}
    forms = claim.reading.forms
    words = tuple(dict.fromkeys(claim.words(p, p) for p, f in enumerate(forms) if index.stem(f) in stems))
    return Objection("parts", "doubtful", "Part of it is said there, and the rest at another time.", words)


def _score(judged: _Judged, better: float) -> float:
    """How well a claim is supported at the cited place, 0 to 1.

    What counts is the share of the claim that is said there, how much of it is not (a long claim of which half is said
    adds more than a short one), and whether another place holds more.
    """
    raw = judged.support - 0.01 * lacking_weight(judged.evidence) - 0.4 * better
    worst = min((PENALTY[o.verdict] for o in judged.against), default=1.0)
    return worst / (1 + math.exp(-5 * raw))


def _verdict(judged: _Judged, score: float, policy: VerifyPolicy, found: tuple[bool, int | None]) -> Check:
    """The verdict; `found` is whether the cited time exists, and the better time if there is one."""
    exists, best_ms = found
    lacking = missing(judged.evidence)
    least = policy.support * (_MOVED if best_ms is not None else _UNSUPPORTED)
    if judged.support < least:
        tier, reason = (
            ("support", _lacks(lacking)) if exists else ("existence", "There is no such time. " + _lacks(lacking))
        )
        return Check(verdict="unsupported", tier=tier, reason=reason, score=min(score, 0.3), words=lacking)
    if judged.against:
        return _refused(judged.against[0], score, best_ms)
    if judged.support < policy.support * _FOREIGN:
        doubt = Objection("support", "doubtful", _lacks(lacking), lacking)
        return _refused(doubt, score, best_ms)
    if best_ms is not None:
        tier = "place" if exists else "existence"
        reason = "It is said at another time." if exists else "There is no such time; it is said at another."
        return Check(verdict="repaired", tier=tier, reason=reason, score=score, best_time_ms=best_ms)
    return Check(verdict="supported", tier="support", reason="The passage says it.", score=score, words=lacking)


def _lacks(words: tuple[str, ...]) -> str:
    if not words:
        return "The passage says it otherwise."
    return "The passage does not say " + ", ".join(f"“{w}”" for w in words) + "."


def _refused(objection: Objection, score: float, best_ms: int | None = None) -> Check:
    return Check(
        verdict=objection.verdict,
        tier=objection.tier,
        reason=objection.reason,
        score=round(score, 4),
        words=objection.words,
        best_time_ms=best_ms,
    )


@lru_cache(maxsize=1_000)
def _header(texts: tuple[str, ...], language: str) -> frozenset[str]:
    return header_stems(texts, language)
