"""Guard: a claim does not say the opposite of a word of its evidence."""

from pipeline.language.negation import GRAMMAR, PREFIXES, is_opposed
from pipeline.language.opposites import RELATIVE, exclusions, opposites
from pipeline.stages.verify.alignment import NEGATION, Piece
from pipeline.stages.verify.evidence import Evidence, Objection
from pipeline.stages.verify.scope import stand

_CLOSE = 0.5
_SHARE = 0.3  # of the claim's weight must stand around the opposite
_AROUND = 12  # words


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
    retold = _retold(evidence, pairs) if evidence.quotes else None
    return _beside(evidence, pairs) or retold or _in_company(evidence)


def _negated(pieces: tuple[Piece, ...]) -> bool:
    return any(p.key == NEGATION for p in pieces)


def _objection(claimed: str, said: str) -> Objection:
    return Objection(
        "opposite", "contradicted", f"The passage says “{said}” where the claim says “{claimed}”.", (claimed, said)
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


def _retold(evidence: Evidence, pairs: dict[str, frozenset[str]]) -> Objection | None:
    """An opposite anywhere in the quotes of a claim in its own words, of a word that nobody says there.

    Words that tell when and how much have their opposite in many a true sentence: they must stand beside the same word.
    """
    claimed = stand(evidence.claim.reading, evidence.claim.pieces)
    said = stand(evidence.index.reading, evidence.pieces)
    quoted = [p for p in said.pieces if p.word in evidence.quoted_words]
    keys = {p.key for p in claimed.pieces}
    for place, piece in enumerate(claimed.pieces):
        if piece.key in ({p.key for p in quoted} if piece.form in RELATIVE else evidence.near_keys):
            continue
        for other in (p for p in quoted if p.key not in keys and _excludes(piece, p, pairs)):
            if (piece.key in claimed.denied) != (other.key in said.denied):
                continue
            if other.form not in RELATIVE or _shares_neighbour(
                claimed.pieces, place, said.pieces, said.pieces.index(other)
            ):
                return _objection(piece.form, other.form)
    return None


def _excludes(one: Piece, other: Piece, pairs: dict[str, frozenset[str]]) -> bool:
    """Whether two words are opposites, by the list or by a prefix ("accurate", "inaccurate")."""
    return other.key in pairs.get(one.key, frozenset()) or _turns(one.form, other.form) or _turns(other.form, one.form)


def _turns(longer: str, shorter: str) -> bool:
    return len(shorter) > 3 and any(longer == prefix + shorter for prefix in PREFIXES) and is_opposed(longer)


def _shares_neighbour(claim: tuple[Piece, ...], at: int, said: tuple[Piece, ...], there: int) -> bool:
    """Whether the next words with matter on one side of both places agree."""
    return any(_next(claim, at, step) & _next(said, there, step) for step in (1, -1))


def _next(row: tuple[Piece, ...], at: int, step: int) -> set[str]:
    places = range(at + step, len(row) if step > 0 else -1, step)
    return set([row[i].key for i in places if row[i].form not in GRAMMAR][:2])


def _in_company(evidence: Evidence) -> Objection | None:
    """An opposite of a word that the passage does not say, in a sentence that holds much of the rest of the claim."""
    pairs = exclusions(evidence.claim.language)
    passage = evidence.passage
    known = evidence.near_keys
    claimed = stand(evidence.claim.reading, evidence.claim.pieces)
    keys = {p.key for p in claimed.pieces}
    for place, piece in enumerate(claimed.pieces):
        if piece.key in known or not (others := _others(piece, pairs) - keys):
            continue
        said = stand(evidence.index.reading, passage)
        for at, other in enumerate(said.pieces):
            if other.key not in others or (piece.key in claimed.denied) != (other.key in said.denied):
                continue
            if piece.key in {p.key for p in passage[max(0, at - 2 * _AROUND) : at + 2 * _AROUND]}:
                continue
            if _company(evidence, passage, at) >= _SHARE * sum(t.weight for t in evidence.claim.terms) and (
                other.form not in RELATIVE or _shares_neighbour(claimed.pieces, place, said.pieces, at)
            ):
                reason = f"The passage says “{other.form}” where the claim says “{piece.form}”."
                return Objection("opposite", "partial", reason, (piece.form, other.form))
    return None


def _others(piece: Piece, pairs: dict[str, frozenset[str]]) -> frozenset[str]:
    return pairs.get(piece.key, frozenset())


def _company(evidence: Evidence, passage: list[Piece], at: int) -> float:
    """The weight of the words of the claim that stand near a place of the passage, in the same sentence."""
    kin = {k: t for t in evidence.claim.terms for k, _ in t.kin}
    stops = evidence.index.reading.stops
    found = {}
    for step in (1, -1):
        i = at
        while 0 <= i < len(passage) and abs(i - at) <= _AROUND:
            if term := kin.get(passage[i].key):
                found[term.stem] = term.weight
            following = passage[max(i, i + step)].word if 0 <= i + step < len(passage) else 0
            if stops[following]:
                break
            i += step
    return sum(found.values())
