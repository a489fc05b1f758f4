"""One drafted claim, checked: its evidence anchored, the guards asked, a verdict given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from pipeline.language.hedges import stances
from pipeline.settings import CitationPolicy
from pipeline.stages.verify import numbers
from pipeline.stages.verify.alignment import NEGATION
from pipeline.stages.verify.anchor import Anchor, anchor, citation, whole_lines
from pipeline.stages.verify.cited_lines import cited_evidence, grown_over
from pipeline.stages.verify.evidence import Evidence, Gravity, Objection, Spoken, densest_words
from pipeline.stages.verify.facts import PENALTY, objections
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.place import Places
from pipeline.stages.verify.quote import Span, is_denied, is_quotation
from pipeline.stages.verify.splitting import split
from pipeline.stages.verify.support import missing, support
from pipeline.values.draft import DraftClaim
from pipeline.values.outline import Check, Citation, Repair, Verdict
from pipeline.values.script import Chunk

_REANCHOR = 0.6  # support that a claim without a true quote needs at the place found for it
_REANCHOR_TERMS = 4
# Another passage says a claim plainly, in so many of its words in their order more than the one it cites.
_PLAINLY, _AHEAD = 0.93, 0.35
_APART_MS = 15_000
# A claim says things in its own words: it is doubtful below this share of `CitationPolicy.support`, and unsupported
# below the smaller one.
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
    policy: CitationPolicy


def check_claim(room: Room, chunk: Chunk, draft: DraftClaim) -> Checked:
    """The citations and the verdict of one claim of a chunk."""
    claim = Spoken.of(draft.text, room.index)
    anchors = [anchor(room.index, chunk, e, room.policy) for e in draft.evidence]
    found = [a for a in anchors if a]
    outside = [e.line for e in draft.evidence if not chunk.first <= e.line <= chunk.last]
    if not found:
        return _reanchored(room, claim, draft, outside)
    whole = len(found) == len(anchors)
    evidence = cited_evidence(room.index, claim, [a.span for a in found])
    return _judged(room, evidence, found, _Ways(dropped=not whole, outside=bool(outside)))


class _Mended(NamedTuple):
    """What was mended, and the words that tell it."""

    tier: str
    reason: str
    repair: Repair


@dataclass(frozen=True, slots=True)
class _Ways:
    """What had to be mended before the claim could be judged."""

    dropped: bool = False
    outside: bool = False

    def mended(self, found: Sequence[Anchor]) -> _Mended | None:
        """What was done; None when nothing was mended."""
        if self.outside:
            return _Mended("existence", "It cited a line that it may not cite; its quote stands elsewhere.", "moved")
        if any(a.moved for a in found):
            return _Mended("quote", "Its quote stands in another line than the one it cited.", "moved")
        if self.dropped:
            return _Mended("quote", "One of its quotes was not said; the others carry it.", "trimmed")
        if any(a.grade == "missing" for a in found):
            return _Mended("quote", "Its quote was not verbatim; the transcript's own words replace it.", "restored")
        return None


def _judged(room: Room, evidence: Evidence, found: list[Anchor], ways: _Ways) -> Checked:
    citations = tuple(citation(room.index, a) for a in found)
    verbatim = _verbatim(evidence, [a.span for a in found])
    mended = ways.mended(found)
    if verbatim == "whole":
        whole = Check(
            verdict="quoted", tier="quoted", reason="The claim is what the transcript says, word for word.", score=1.0
        )
        return Checked(citations, _told(whole, mended))
    if moved := _plainly_elsewhere(room, evidence, found):
        return moved
    score = support(evidence)
    against = objections(evidence)
    if verbatim == "softened":
        against.append(Objection("hedge", "partial", "A word of doubt or condition was left out.", ()))
    if bad := _bad(room.policy, evidence, score, against):
        return _split(room, evidence, found, mended) or Checked(citations, bad)
    if extended := _extended(room.index, evidence, found):
        citations = tuple(citation(room.index, a) for a in extended)
        mended = mended or _Mended("number", "A number stands beside its quote; the citation grew over it.", "extended")
    plain = Check(verdict="supported", tier="support", reason="The cited words say it.", score=round(score, 4))
    return Checked(citations, _told(plain, mended))


def _split(room: Room, evidence: Evidence, found: list[Anchor], mended: _Mended | None) -> Checked | None:
    """The claim cited twice when each of its halves is said at a place of its own."""
    parted = split(evidence, found, room.policy)
    if parted is None:
        return None
    check = Check(
        verdict="reanchored" if mended and mended.repair == "moved" else "supported",
        tier="parts",
        reason="It is said at two places; both are cited.",
        score=round(parted.support, 4),
        repair="split",
    )
    return Checked(tuple(citation(room.index, a) for a in parted.anchors), check)


def _told(check: Check, mended: _Mended | None) -> Check:
    """The check with what was mended first: another time makes it reanchored."""
    if mended is None:
        return check
    verdict: Verdict = "reanchored" if mended.repair == "moved" else check.verdict
    return check.model_copy(update={"verdict": verdict, **mended._asdict()})


def _bad(policy: CitationPolicy, evidence: Evidence, score: float, against: list[Objection]) -> Check | None:
    """The verdict of a claim that cannot stand as it is; None when it can."""
    lacking = missing(evidence)
    if score < policy.support * _OWN_WORDS:
        gravity: Gravity = "unsupported" if score < policy.support * _UNSUPPORTED else "partial"
        against = [*against, Objection("support", gravity, "The cited words do not say all of it.", lacking)]
    if not against:
        return None
    worst = min(against, key=lambda o: o.verdict == "partial")
    return Check(
        verdict=worst.verdict,
        tier=worst.tier,
        reason=worst.reason,
        score=round(score * PENALTY[worst.verdict], 4),
        words=worst.words,
    )


def _extended(index: TranscriptIndex, evidence: Evidence, found: list[Anchor]) -> list[Anchor] | None:
    """The anchors grown over the numbers of the claim that stand beside its quotes; None when none does.

    First a quote grows to its whole lines, then to the lines beside them.
    """
    if not _lacks_number(evidence, tuple((a.span.first, a.span.last) for a in found)):
        return None
    for widened in zip(*(grown_over(index, a.span) for a in found), strict=True):
        for place, (anchored, span) in enumerate(zip(found, widened, strict=True)):
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
    evidence = cited_evidence(room.index, claim, [span])
    score = support(evidence)
    time_ms = room.index.start_ms(span.first)
    if score < max(_REANCHOR, room.policy.support) or objections(evidence):
        moved = Anchor(span, "missing", draft.evidence[0].line, moved=True)
        if parted := _split(room, evidence, [moved], _Mended(tier, reason, "moved")):
            return parted
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
    told = "Its quote was not said; another passage says what it claims."
    check = Check(verdict="reanchored", tier=tier, reason=told, score=round(score, 4), repair="moved")
    return Checked((citation(room.index, moved),), check)


def _plainly_elsewhere(room: Room, evidence: Evidence, found: Sequence[Anchor]) -> Checked | None:
    """The claim cited where it is said nearly word for word, if its true quote stands at quite another place."""
    index, claim = room.index, evidence.claim
    places = Places(index, claim)
    best = places.best() if places.is_telling(_REANCHOR_TERMS) else None
    if best is None or best.strength < _PLAINLY or best.order - evidence.alignment.ratio < _AHEAD:
        return None
    span = whole_lines(index, Span(*densest_words(index, claim, (best.first, best.last))))
    at_ms = index.start_ms(span.first)
    there = cited_evidence(index, claim, [span])
    if any(abs(index.start_ms(a.span.first) - at_ms) <= _APART_MS for a in found) or objections(there):
        return None
    told = "Its quote does not prove it; another passage says it."
    score = round(support(there), 4)
    check = Check(verdict="reanchored", tier="place", reason=told, score=score, repair="moved")
    return Checked((citation(index, Anchor(span, "missing", found[0].asked_line, moved=True)),), check)


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
