"""One drafted claim, checked: its evidence anchored, the guards asked, a verdict given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.language.hedges import stances
from pipeline.settings import VerifyPolicy
from pipeline.stages.verify import numbers
from pipeline.stages.verify.alignment import NEGATION
from pipeline.stages.verify.anchor import Anchor, anchor, citation, whole_lines
from pipeline.stages.verify.evidence import Evidence, Gravity, Objection, Spoken, densest_words
from pipeline.stages.verify.facts import PENALTY, objections
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.place import Places
from pipeline.stages.verify.quote import Span, is_denied, is_quotation
from pipeline.stages.verify.support import missing, support
from pipeline.values.draft import DraftClaim
from pipeline.values.outline import Check, Citation
from pipeline.values.script import Chunk

_AROUND = 1  # lines beside a cited one in which a number may stand
_NAMES_BEFORE = 12  # lines before a cited one in which a name may have been introduced
_REANCHOR = 0.6  # support that a claim without a true quote needs at the place found for it
_REANCHOR_TERMS = 4
# A claim says things in its own words: it is doubtful below this share of `VerifyPolicy.support`, and unsupported below
# the smaller one.
_OWN_WORDS = 0.7
_UNSUPPORTED = 0.4


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a drafted claim after its check."""

    citations: tuple[Citation, ...]
    check: Check


@dataclass(frozen=True, slots=True)
class Room:
    """What every check of a run shares."""

    index: TranscriptIndex
    policy: VerifyPolicy


def check_claim(room: Room, chunk: Chunk, draft: DraftClaim) -> Checked:
    """The citations and the verdict of one claim of a chunk."""
    claim = Spoken.of(draft.text, room.index)
    anchors = [anchor(room.index, chunk, e, room.policy) for e in draft.evidence]
    found = [a for a in anchors if a]
    outside = [e.line for e in draft.evidence if not chunk.first <= e.line <= chunk.last]
    if not found:
        return _reanchored(room, claim, draft, outside)
    whole = len(found) == len(anchors)
    evidence = _evidence(room.index, claim, [a.span for a in found])
    return _judged(room, evidence, found, _Ways(dropped=not whole, outside=bool(outside)))


@dataclass(frozen=True, slots=True)
class _Ways:
    """What had to be mended before the claim could be judged."""

    dropped: bool = False
    outside: bool = False

    def reason(self, found: Sequence[Anchor]) -> tuple[str, str] | None:
        """Tier and sentence of the repair; None when nothing was mended."""
        if self.dropped:
            return "quote", "One of its quotes was not said; the others carry it."
        if self.outside:
            return "existence", "It cited a line that it may not cite; its quote was found where it stands."
        if any(a.grade == "missing" for a in found):
            return "quote", "Its quote was not verbatim; the transcript's own words stand in its place."
        if any(a.moved for a in found):
            return "quote", "Its quote stands in another line than the one it cited."
        return None


def _judged(room: Room, evidence: Evidence, found: list[Anchor], ways: _Ways) -> Checked:
    citations = tuple(citation(room.index, a) for a in found)
    verbatim = _verbatim(evidence, [a.span for a in found])
    mended = ways.reason(found)
    if verbatim == "whole":
        check = _good("quoted", "The claim is what the transcript says, word for word.", 1.0, mended)
        return Checked(citations, check)
    score = support(evidence)
    against = objections(evidence)
    if verbatim == "softened":
        against.append(Objection("hedge", "doubtful", "A word of doubt or condition was left out.", ()))
    if bad := _bad(room.policy, evidence, score, against):
        return Checked(citations, bad)
    if extended := _extended(room.index, evidence, found):
        citations = tuple(citation(room.index, a) for a in extended)
        mended = mended or ("number", "A number stands beside its quote; the citation was extended to it.")
    return Checked(citations, _good("support", "The cited words say it.", score, mended))


def _good(tier: str, reason: str, score: float, mended: tuple[str, str] | None) -> Check:
    if mended:
        return Check(verdict="repaired", tier=mended[0], reason=mended[1], score=round(score, 4))
    return Check(verdict="supported", tier=tier, reason=reason, score=round(score, 4))


def _bad(policy: VerifyPolicy, evidence: Evidence, score: float, against: list[Objection]) -> Check | None:
    """The verdict of a claim that cannot stand as it is; None when it can."""
    lacking = missing(evidence)
    if score < policy.support * _OWN_WORDS:
        gravity: Gravity = "unsupported" if score < policy.support * _UNSUPPORTED else "doubtful"
        against = [*against, Objection("support", gravity, "The cited words do not say all of it.", lacking)]
    if not against:
        return None
    worst = min(against, key=lambda o: o.verdict == "doubtful")
    return Check(
        verdict=worst.verdict,
        tier=worst.tier,
        reason=worst.reason,
        score=round(score * PENALTY[worst.verdict], 4),
        words=worst.words,
    )


def _evidence(index: TranscriptIndex, claim: Spoken, spans: Sequence[Span]) -> Evidence:
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


def _extended(index: TranscriptIndex, evidence: Evidence, found: list[Anchor]) -> list[Anchor] | None:
    """The anchors grown over the numbers of the claim that stand beside its quotes; None when none does.

    First a quote grows to its whole lines, then to the lines beside them.
    """
    if not _lacks_number(evidence, tuple((a.span.first, a.span.last) for a in found)):
        return None
    for around in (0, _AROUND):
        for place, anchored in enumerate(found):
            units = index.reading.units[anchored.span.first], index.reading.units[anchored.span.last - 1]
            span = Span(*index.unit_range(units[0] - around, units[1] + around))
            grown = [*found[:place], replace(anchored, span=span), *found[place + 1 :]]
            if not _lacks_number(evidence, tuple((a.span.first, a.span.last) for a in grown)):
                return grown
    return None


def _lacks_number(evidence: Evidence, spans: tuple[tuple[int, int], ...]) -> bool:
    return numbers.check(replace(evidence, near=spans, wide=spans)) is not None


def _reanchored(room: Room, claim: Spoken, draft: DraftClaim, outside: Sequence[int]) -> Checked:
    """The verdict of a claim without a true quote: it stands only where the transcript says it plainly."""
    tier, reason = (
        ("existence", f"Line {outside[0]} may not be cited here, and its quote stands in no one place.")
        if outside
        else ("quote", "Nobody says the words that it quotes.")
    )
    places = Places(room.index, claim)
    best = places.best()
    if best is None or not places.is_telling(_REANCHOR_TERMS):
        return Checked((), Check(verdict="unsupported", tier=tier, reason=reason, score=0.0))
    span = whole_lines(room.index, Span(*densest_words(room.index, claim, (best.first, best.last))))
    evidence = _evidence(room.index, claim, [span])
    score = support(evidence)
    time_ms = room.index.start_ms(span.first)
    if score < max(_REANCHOR, room.policy.support) or objections(evidence):
        elsewhere = time_ms if score >= room.policy.support else None
        check = Check(
            verdict="unsupported",
            tier=tier,
            reason=reason,
            score=round(score * PENALTY["unsupported"], 4),
            words=tuple(e.quote for e in draft.evidence),
            best_time_ms=elsewhere,
        )
        return Checked((), check)
    moved = Anchor(span, "missing", draft.evidence[0].line, moved=True)
    mended = (tier, "Its quote was not said; another passage says what it claims.")
    return Checked((citation(room.index, moved),), _good(tier, reason, score, mended))


def _verbatim(evidence: Evidence, spans: Sequence[Span]) -> Literal["whole", "softened", "no"]:
    """Whether the claim is its evidence with words left out, and whether what was left out changes what it says."""
    index = evidence.index
    lines = [whole_lines(index, s) for s in spans]
    said = [p for p in evidence.pieces if any(first <= p.word < last for first, last in lines)]
    kept = _subsequence([p.form for p in evidence.claim.pieces], [p.form for p in said])
    if not kept:
        return "no"
    left_out = [said[i] for i in range(kept[0], kept[-1]) if i not in set(kept)]
    if any(p.key == NEGATION or p.key.startswith("#") for p in left_out) or _is_denied(
        evidence, said[kept[0]].word, said[kept[-1]].word
    ):
        return "no"
    return "softened" if any(p.form in stances(index.language) for p in left_out) else "whole"


def _subsequence(wanted: Sequence[str], said: Sequence[str]) -> list[int]:
    """The tightest places at which words stand in their order in a row of words; empty when they do not."""
    best: list[int] = []
    for start in (i for i, form in enumerate(said) if wanted and form == wanted[0]):
        places, at = [start], start + 1
        for form in wanted[1:]:
            while at < len(said) and said[at] != form:
                at += 1
            if at == len(said):
                break
            places.append(at)
            at += 1
        if len(places) == len(wanted) and (not best or places[-1] - places[0] < best[-1] - best[0]):
            best = places
    return best


def _is_denied(evidence: Evidence, first: int, last: int) -> bool:
    return not is_quotation(evidence.claim.text) and is_denied(evidence.index, Span(first, last + 1))
