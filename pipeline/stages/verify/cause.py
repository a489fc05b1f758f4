"""Guard: the reason that a claim gives is one that the passage gives."""

from collections.abc import Sequence

from pipeline.language.causes import PAIRED_REASONS, REASONS
from pipeline.stages.verify.alignment import Piece
from pipeline.stages.verify.evidence import Evidence, Objection
from pipeline.stages.verify.support import credits_of

_HELD = 0.4  # a reason of which less is said there was not given there
_REST = 0.5  # while so much of what it is to explain must be said
_LEAST_TERMS = 3
_OPENS = 2  # words before a reason with which a claim begins
_SAID_SO = 0.2  # where the passage gives some reason, another wording of it is likelier


def check(evidence: Evidence) -> Objection | None:
    """A reason that the passage does not give for what it does say, or None."""
    if not evidence.claim.language.startswith("en"):
        return None
    claim = evidence.claim.pieces
    begin = _reason(claim)
    if begin is None:
        return None
    credit = dict(zip((t.stem for t in evidence.claim.terms), credits_of(evidence), strict=True))
    weight = {t.stem: t.weight for t in evidence.claim.terms}
    end = _end(evidence, claim, begin)
    inside = {p.key for p in claim[begin:end]} & weight.keys()
    outside = ({p.key for p in claim} & weight.keys()) - inside
    if len(inside) < _LEAST_TERMS or not outside:
        return None
    reason, rest = (
        sum(weight[k] * credit[k] for k in side) / sum(weight[k] for k in side) for side in (inside, outside)
    )
    most = _SAID_SO if any(p.form in REASONS for p in evidence.pieces) else _HELD
    if reason >= most or rest < _REST:
        return None
    words = evidence.claim.words(claim[begin].word, claim[end - 1].word)
    return Objection("cause", "partial", f"The passage does not give this reason: “{words}”.", (words,))


def _reason(claim: Sequence[Piece]) -> int | None:
    """The first word of the reason."""
    for i, piece in enumerate(claim):
        if piece.form in REASONS:
            return i + 1 if i + 1 < len(claim) else None
        if i and (claim[i - 1].form, piece.form) in PAIRED_REASONS:
            return i + 1 if i + 1 < len(claim) else None
    return None


def _end(evidence: Evidence, claim: Sequence[Piece], begin: int) -> int:
    """One past its last word: the end of the claim, or the comma after a reason with which it begins."""
    if begin > _OPENS:
        return len(claim)
    apart = evidence.claim.reading.apart
    return next((i for i in range(begin + 2, len(claim)) if apart[claim[i].word]), len(claim))
