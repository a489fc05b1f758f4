"""The check of a citation in anyone's note: a claim, a time, and the transcript."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.settings import CitationPolicy
from pipeline.stages.verify.certainty import weighed
from pipeline.stages.verify.cited_quotes import around, check_quotes, word_for_word
from pipeline.stages.verify.evidence import Evidence, Objection, Spoken, header_stems
from pipeline.stages.verify.facts import PENALTY, objections
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.labels import labelled
from pipeline.stages.verify.parts import lacking_half, torn
from pipeline.stages.verify.place import Place, Places
from pipeline.stages.verify.support import lacking_weight, missing, support
from pipeline.values.outline import Check

_TIMELESS, _TIMELESS_TERMS = 0.36, 2  # how plainly a place must say a claim that cites no time, and of how many words
# Another place is better when it says the claim so much more plainly, or very plainly and a little less so.
_BETTER, _BETTER_BY_FAR = 0.35, 0.3
_CARRIES, _CARRIED = 0.5, 0.75  # support by the cited place of a claim that only such a place takes away from it
# How plainly a place must say a claim of so many content words: by few of them it is hardly known.
_PLAINLY = ((6, 0.55), (5, 0.65), (3, 0.75), (0, 0.95))
# Of a claim of which the cited place has as good as nothing, a place that has most of its words in their order.
_HARDLY, _WORDED, _WORDED_TERMS, _WORDED_RECALL = 0.35, 0.46, 2, 0.2
_WIDE_MS = 15_000
_NAMES_MS = 60_000
# Notes of others say things in their own words: of `CitationPolicy.support`, meant for claims with quotes, they
# need this share, and are unsupported rather than doubtful below the smaller one.
_FOREIGN = 0.58
_UNSUPPORTED = 0.35
_NOWHERE, _NOWHERE_TERMS, _NOWHERE_OF_FEW = 0.2, 5, 0.05  # the share of so many, and of fewer content words said around
_AROUND_MS = 45_000
_MATTER = 3
_AGREEING = 0.5  # support of a claim whose guards are to be trusted
_MOVED = 0.85  # what a claim needs at a place that it does not cite


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found out about a claim at one place."""

    support: float
    against: list[Objection]
    evidence: Evidence


def check_citation(
    index: TranscriptIndex,
    text: str,
    time_ms: int | None,
    header: Sequence[str] = (),
    policy: CitationPolicy | None = None,
) -> Check:
    """Whether the transcript says at `time_ms` what `text` claims.

    Args:
        index: of the transcript; it may be built from a bare transcript.
        text: the claim as a reader sees it, without markup. Words between quotation marks must be verbatim.
        time_ms: the cited time; None when it could not be read.
        header: title, channel and speakers of the video, in which names of the claim may stand.
        policy: thresholds; None for the defaults.

    Returns:
        "supported" or "quoted"; "reanchored" when it is said at `best_time_ms` instead; "partial"; or worse. The score
        tells how well the claim is supported as cited: that of a reanchored one is that of the place it cites.
    """
    cited = time_ms if time_ms is not None and 0 <= time_ms <= index.transcript.end_ms else None
    if said := word_for_word(index, text, cited):
        return said
    label, told = labelled(index, text)
    claim = Spoken.of(told, index)
    whole = Spoken.of(text, index) if label else claim
    places = Places(index, whole)
    local = places.near(*around(index, cited)) if cited is not None else None
    quotes = check_quotes(index, text, cited)
    if quotes.objection:
        return _refused(quotes.objection, 0.2 * (local.recall if local else 0.0))
    stems = _header((*header, label), index.language) | index.header
    here = _judge(index, (claim, whole), local, stems) if local else None
    best = Place(*quotes.span, 1.0, 1.0) if quotes.span else places.best()
    better = max(0.0, best.strength - local.strength) if best and local else 1.0
    policy = policy or CitationPolicy()
    if best and not quotes.span and not _is_elsewhere(places, best, here, better):
        best = None
    judged = _judge(index, (claim, whole), best, stems) if best else here
    if judged is None:
        reason = "Nothing is said at this time, and the claim nowhere."
        return Check(verdict="unsupported", tier="existence", reason=reason, score=0.0)
    score = _score(here, better) if here else 0.02 * judged.support
    best_ms = places.start_ms(best) if best else None
    if best and local and (apart := torn(index, claim, local, best)):
        return _refused(apart, round(score, 4), best_ms)
    return _verdict(judged, round(score, 4), policy, (cited is not None, best_ms))


def _is_elsewhere(places: Places, best: Place, here: _Judged | None, better: float) -> bool:
    """Whether a claim is said at its best place rather than where it is cited.

    What its writer said in other words is not moved to words that happen to agree: the better place must say it
    plainly, the cited one hardly, and the claim must have matter enough to be known by.
    """
    if here is None:
        return places.is_telling(_TIMELESS_TERMS) and best.strength >= _TIMELESS
    if here.evidence.claim.formulas and here.support >= _CARRIES:
        return False  # signs agree everywhere in a talk about formulas
    terms = sum(not term.stem.startswith("#") for term in here.evidence.claim.terms)
    is_worded = best.order >= _WORDED and best.recall >= _WORDED_RECALL
    if here.support <= _HARDLY and better > _BETTER and terms >= _WORDED_TERMS and is_worded:
        return True
    plainly = next(strength for least, strength in _PLAINLY if terms >= least)
    least = max(plainly, _CARRIED) if here.support >= _CARRIES else plainly
    return best.strength >= least and better > (_BETTER if best.strength < _CARRIED else _BETTER_BY_FAR)


def _judge(index: TranscriptIndex, claims: tuple[Spoken, Spoken], place: Place, header: frozenset[str]) -> _Judged:
    """What speaks for and against a claim at a place; its label, if the second form has one, may speak for it."""
    first, last = int(index.times[place.first]), int(index.times[place.last - 1])
    wide = index.within(first - _WIDE_MS, last + _WIDE_MS)
    before = index.within(first - _NAMES_MS, last + _WIDE_MS)
    evidence, whole = (
        Evidence(index, claim, ((place.first, place.last),), (wide,), header, (before,)) for claim in claims
    )
    carried = support(evidence) if claims[0] is claims[1] else max(support(evidence), support(whole))
    return _Judged(carried, weighed(evidence, objections(evidence)), evidence)


def _score(judged: _Judged, better: float) -> float:
    """How well a claim is supported at the cited place, 0 to 1.

    What counts is the share of the claim that is said there, how much of it is not (a long claim of which half is said
    adds more than a short one), and whether another place says it more plainly. An objection counts in so far as the
    rest of the claim agrees: words that differ amid words that differ prove little.
    """
    raw = judged.support - 0.01 * lacking_weight(judged.evidence) - 0.4 * better
    worst = min((PENALTY[o.verdict] for o in judged.against), default=1.0)
    trust = min(1.0, judged.support / _AGREEING) ** 2
    return (1 - trust * (1 - worst)) / (1 + math.exp(-5 * raw))


def _verdict(judged: _Judged, score: float, policy: CitationPolicy, found: tuple[bool, int | None]) -> Check:
    """The verdict; `found` is whether the cited time exists, and the better time if there is one."""
    exists, best_ms = found
    lacking = missing(judged.evidence)
    least = policy.support * (_MOVED if best_ms is not None else _UNSUPPORTED)
    if judged.support < least and (not exists or best_ms is not None or _is_nowhere(judged.evidence)):
        tier, reason = (
            ("support", _lacks(lacking)) if exists else ("existence", "There is no such time. " + _lacks(lacking))
        )
        return Check(verdict="unsupported", tier=tier, reason=reason, score=min(score, 0.3), words=lacking)
    if judged.against:
        half = lacking_half(judged.evidence) if judged.against[0].tier == "parts" and best_ms is None else None
        return _refused(judged.against[0], score, half.start_ms if half else best_ms)
    if judged.support < policy.support * _FOREIGN:
        doubt = Objection("support", "partial", _lacks(lacking), lacking)
        return _refused(doubt, score, best_ms)
    if best_ms is not None:
        tier = "place" if exists else "existence"
        reason = "It is said at another time." if exists else "There is no such time; it is said at another."
        return Check(verdict="reanchored", tier=tier, reason=reason, score=score, best_time_ms=best_ms)
    return Check(verdict="supported", tier="support", reason="The passage says it.", score=score, words=lacking)


def _is_nowhere(evidence: Evidence) -> bool:
    """Whether hardly a word of a claim is said even in the minutes around: else its writer may have retold them."""
    terms = evidence.claim.terms
    if evidence.claim.formulas or len(terms) < _MATTER:
        return not evidence.claim.reading.forms
    times, (first, last) = evidence.index.times, evidence.near[0]
    around = evidence.index.within(int(times[first]) - _AROUND_MS, int(times[last - 1]) + _AROUND_MS)
    hits = evidence.index.hits(terms, (around,))
    said = sum(hits) / len(hits)
    return said <= (_NOWHERE if len(terms) >= _NOWHERE_TERMS else _NOWHERE_OF_FEW)


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
