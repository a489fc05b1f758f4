"""Guard: who did it, and to whom: two words of the claim do not stand in each other's places.

"Nelson bought it from Rodney" for "Rodney bought it from Nelson" uses every word of the passage, so no other guard sees
it. If the claim with two of its words exchanged lies better beside the passage, they were exchanged.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import LCSseq

from pipeline.language.hedges import softened
from pipeline.language.negation import GRAMMAR
from pipeline.language.opposites import opposites
from pipeline.language.reading import Reading
from pipeline.language.roles import COMPARES, COORDINATES, PAIRED_COMPARES, PASSIVE, PREFERS, TURNS
from pipeline.stages.verify.alignment import Piece
from pipeline.stages.verify.evidence import Evidence, Objection

_BESIDE = 4  # words on each side in which a word has its neighbours
_GAIN = 2  # more words that agree once both are exchanged
_SIDE = 8  # words on each side of a word that compares
_LEAST = 0.5  # of the claim's words agree in the same order then
_MOST_WORDS = 14  # content words of a claim that are tried


def check(evidence: Evidence) -> Objection | None:
    """Two words that have changed places, or None."""
    if not evidence.claim.language.startswith("en"):
        return None
    return _exchanged(evidence) or _compared(evidence)


def _exchanged(evidence: Evidence) -> Objection | None:
    claim = evidence.claim.pieces
    row = [p.key for p in claim]
    said = evidence.alignment.evidence
    there = [p.key for p in said]
    base = LCSseq.similarity(row, there)
    for one, other in combinations(_movable(evidence, set(there)), 2):
        if row[one] == row[other] or _is_coordinated(claim, one, other):
            continue
        turned = list(row)
        turned[one], turned[other] = row[other], row[one]
        found = LCSseq.similarity(turned, there)
        if (
            found - base >= _GAIN
            and found >= _LEAST * len(row)
            and not (_is_turned(claim, said) or _are_moved(claim, said, (row[one], row[other])))
        ):
            words = claim[one].form, claim[other].form
            reason = f"In the passage “{words[0]}” and “{words[1]}” stand in each other's places."
            return Objection("roles", "partial", reason, words)
    return None


def _movable(evidence: Evidence, there: set[str]) -> list[int]:
    """The places of the claim's words with matter that it and the passage say, each once in the claim."""
    claim = evidence.claim.pieces
    count = Counter(p.key for p in claim)
    told = {t.stem for t in evidence.claim.terms} - {p.key for p in claim if p.form in softened("en") | GRAMMAR | TURNS}
    return [i for i, p in enumerate(claim) if count[p.key] == 1 and p.key in there and p.key in told][:_MOST_WORDS]


def _is_coordinated(claim: Sequence[Piece], one: int, other: int) -> bool:
    """Whether two words stand in a row of equals ("salt and tar"), whose order tells nothing."""
    between = [p.form for p in claim[one + 1 : other]]
    return len(between) <= 3 and (not between or any(form in COORDINATES for form in between))


def _is_turned(claim: Sequence[Piece], said: Sequence[Piece]) -> bool:
    """Whether one side turns its sentence round: a passive, an opposite ("smaller than"), a "because" put first."""
    pairs = opposites("en")
    keys = {p.key for p in said}
    opposed = any(pairs.get(p.key, frozenset()) & keys for p in claim if p.key not in keys)
    return opposed or _turns(claim) != _turns(said)


def _are_moved(claim: Sequence[Piece], said: Sequence[Piece], words: tuple[str, str]) -> bool:
    """Whether the two words took their neighbours along: then whole clauses stand in another order."""
    (ours, other), (there, elsewhere) = ([_beside(row, w) - {*words} for w in words] for row in (claim, said))
    return len(ours & there) + len(other & elsewhere) > len(ours & elsewhere) + len(other & there)


def _beside(row: Sequence[Piece], word: str) -> set[str]:
    places = [i for i, p in enumerate(row) if p.key == word]
    return {p.key for i in places for p in row[max(0, i - _BESIDE) : i + _BESIDE + 1] if p.form not in GRAMMAR}


def _turns(row: Sequence[Piece]) -> set[str]:
    return {p.form for p in row} & (TURNS | PASSIVE)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What stands on both sides of a word that compares, and which words say in what."""

    before: frozenset[str]
    after: frozenset[str]
    place: int


def _compared(evidence: Evidence) -> Objection | None:
    """A comparison of the same two things from the other end ("A over B" for "B over A"), or None."""
    reading = evidence.claim.reading
    for ours in _comparisons(reading, evidence.claim.pieces, evidence):
        for theirs in _comparisons(evidence.index.reading, evidence.passage, evidence):
            crossed = ours.before & theirs.after, ours.after & theirs.before
            if not all(crossed) or ours.after & theirs.after or _is_opposite(ours, theirs, evidence):
                continue
            words = tuple(sorted(form for side in crossed for form in side))
            reason = "The passage compares the two the other way round."
            return Objection("roles", "partial", reason, words)
    return None


def _comparisons(reading: Reading, row: Sequence[Piece], evidence: Evidence) -> list[_Comparison]:
    found = []
    for i in range(len(row)):
        if not _compares(row, i):
            continue
        before = row[_edge(reading, row, i, -1) : i]
        after = row[i + 1 : _edge(reading, row, i, 1)]
        sides = [frozenset(p.key for p in side if evidence.index.is_content(p.form)) for side in (before, after)]
        if all(sides):
            found.append(_Comparison(sides[0] - sides[1], sides[1] - sides[0], i))
    return found


def _compares(row: Sequence[Piece], i: int) -> bool:
    if (row[i - 1].form if i else "", row[i].form) in PAIRED_COMPARES:
        return True
    if row[i].form not in COMPARES:
        return False
    return row[i].form != "over" or any(p.form in PREFERS for p in row[max(0, i - _SIDE) : i])


def _edge(reading: Reading, row: Sequence[Piece], i: int, step: int) -> int:
    """Where the side of a comparison ends: at the end of its sentence, or after some words."""
    at = i
    while 0 <= at + step < len(row) and abs(at + step - i) <= _SIDE:
        if reading.stops[row[max(at, at + step)].word]:
            break
        at += step
    return at if step < 0 else at + 1


def _is_opposite(ours: _Comparison, theirs: _Comparison, evidence: Evidence) -> bool:
    """Whether both compare by opposite words ("larger than" of "smaller than"): then they say the same."""
    pairs = opposites(evidence.claim.language)
    return any(pairs.get(key, frozenset()) & theirs.before for key in ours.before)
