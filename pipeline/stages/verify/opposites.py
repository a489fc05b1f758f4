"""Guard: a claim does not say the opposite of a word of its evidence."""

from pipeline.language.opposites import opposites
from pipeline.stages.verify.alignment import NEGATION, Piece
from pipeline.stages.verify.evidence import Evidence, Objection

_CLOSE = 0.5


def check(evidence: Evidence) -> Objection | None:
    """A word of the claim in whose place the evidence has its opposite, or None."""
    pairs = opposites(evidence.claim.language)
    for slot in evidence.slots:
        if not slot.is_tight or slot.closeness < _CLOSE or _negated(slot.claim) != _negated(slot.evidence):
            continue
        said = {p.key: p.form for p in slot.evidence}
        for piece in slot.claim:
            for other in pairs.get(piece.key, frozenset()) & said.keys():
                if piece.key not in said:
                    return _objection(piece.form, said[other])
    return _beside(evidence, pairs)


def _negated(pieces: tuple[Piece, ...]) -> bool:
    return any(p.key == NEGATION for p in pieces)


def _objection(claimed: str, said: str) -> Objection:
    return Objection(
        "opposite", "unsupported", f"The passage says “{said}” where the claim says “{claimed}”.", (claimed, said)
    )


def _beside(evidence: Evidence, pairs: dict[str, frozenset[str]]) -> Objection | None:
    """An opposite beside the same word in a claim of another build ("a bad idea" for "the idea is good")."""
    claim = evidence.claim.pieces
    for place, piece in enumerate(claim):
        others = pairs.get(piece.key, frozenset()) & evidence.near_keys
        if not others or piece.key in evidence.near_keys:
            continue
        neighbours = {p.key for p in claim[max(0, place - 1) : place + 2] if evidence.index.is_content(p.form)} - {
            piece.key
        }
        for at, said in enumerate(evidence.pieces):
            around = evidence.pieces[max(0, at - 1) : at + 2]
            if said.key in others and any(p.key in neighbours for p in around) and not _negated(tuple(around)):
                return _objection(piece.form, said.form)
    return None
