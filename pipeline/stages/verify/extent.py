"""Guard: a claim about all, or about none, needs a passage that speaks of all or of none.

Word for word comparison sees a "some" that became an "all" (`hedges`); this one sees it in a claim of another build.
"""

from collections.abc import Sequence

from pipeline.language.hedges import softened
from pipeline.language.quantities import ALL, NONE, PART, SPECULATING
from pipeline.stages.verify.alignment import NEGATION, Piece
from pipeline.stages.verify.evidence import Evidence, Objection
from pipeline.stages.verify.sentences import held

_AROUND = 12  # words around those of the claim
_UNSURE = softened("en") | SPECULATING | PART | {"if", "whether"}
_LEAST = 0.35  # of the claim's weight that the sentence with the smaller number must hold


def check(evidence: Evidence) -> Objection | None:
    """A word for all or none where the passage speaks of a part, or None."""
    if not evidence.claim.language.startswith("en"):
        return None
    return _whole(evidence) or _speculated(evidence)


def _speculated(evidence: Evidence) -> Objection | None:
    """What somebody only wondered about, told as a fact, or None."""
    passage = evidence.passage
    if not any(p.form in SPECULATING for p in passage) or any(p.form in _UNSURE for p in evidence.claim.pieces):
        return None
    doubt = next((passage[i].form for i in _zone(evidence, passage) if passage[i].form in SPECULATING), None)
    if doubt is None:
        return None
    return Objection("hedge", "partial", f"The passage says “{doubt}”, the claim leaves no doubt.", (doubt,))


def _whole(evidence: Evidence) -> Objection | None:
    claim = evidence.claim.pieces
    hard = next((p for i, p in enumerate(claim) if _is_whole(claim, i)), None)
    if hard is None or any(p.form in PART for p in claim):
        return None
    passage = evidence.passage
    zone = _zone(evidence, passage)
    said = [passage[i] for i in zone]
    if any(p.form in ALL | NONE or p.form in {"any", "each"} for p in said):
        return None
    soft = next((p for p in said if p.form in PART), None)
    if soft is None:
        return None
    reason = f"The passage says “{soft.form}” where the claim says “{hard.form}”."
    return Objection("hedge", "partial", reason, (hard.form, soft.form))


def _is_whole(claim: Sequence[Piece], i: int) -> bool:
    """Whether a word speaks of all or none: "not all" and "at all" do not."""
    before = claim[i - 1] if i else None
    after = claim[i + 1].form if i + 1 < len(claim) else ""
    if before and (before.key == NEGATION or before.form in {"at", "above", "after", "almost", "nearly"}):
        return False
    if claim[i].form == "every" and (after.startswith("#") or after in {"other", "time", "day"}):
        return False
    if claim[i].form in {"whole", "all"} and after in {"of", "these", "those", "this", "that"}:
        return False
    return claim[i].form in ALL | NONE


def _zone(evidence: Evidence, passage: Sequence[Piece]) -> list[int]:
    """The places near the words of the claim that stand in company."""
    total = sum(t.weight for t in evidence.claim.terms) or 1.0
    best = max(held(evidence, passage), key=lambda h: h.company + h.weight, default=None)
    if best is None or best.company + best.weight < _LEAST * total:
        return []
    stops = evidence.index.reading.stops
    first = last = best.at
    while first > 0 and best.at - first < _AROUND and not stops[passage[first].word]:
        first -= 1
    while last + 1 < len(passage) and last - best.at < _AROUND and not stops[passage[last + 1].word]:
        last += 1
    return list(range(first, last + 1))
