"""How grave an objection is to a claim of a note that cites a time and quotes nothing.

Such a claim is told in its writer's own words. That one of its words differs from the passage contradicts it only where
everything around that word agrees; amid words that differ it is a hint at most, and often nothing.
"""

from collections.abc import Sequence

from pipeline.stages.verify.alignment import NEGATION, Slot
from pipeline.stages.verify.evidence import Evidence, Objection

_COPY = 0.75  # of its words in one sentence of the passage, in the same order
_ALIKE = 0.6
_LOOSE = 0.4  # a claim that shares fewer words with the passage, in any sentences, tells it anew
_NARROW = 3  # words that stand for one another at most
_CLOSE = 0.6
_BETWEEN = 5  # words of the passage between those that agree
_OPENING = 4  # words
_HALF = 0.5
_SAID_OF_FACTS = frozenset({"is", "are", "was", "were"})  # a claim says "is" of what "would be" or "can be"
_STANCES = frozenset({"negation", "opposite", "hedge"})


def weighed(evidence: Evidence, against: Sequence[Objection]) -> list[Objection]:
    """The objections that stand, each as grave as it is certain; the gravest first."""
    found = [o for objection in against if (o := _weighed(evidence, objection))]
    return sorted(found, key=lambda o: o.verdict == "partial")


def _weighed(evidence: Evidence, objection: Objection) -> Objection | None:
    if _is_nothing(evidence, objection):
        return None
    if objection.tier == "name" and evidence.closeness < _ALIKE:
        return objection._replace(verdict="partial")
    if objection.tier not in _STANCES or objection.verdict == "partial":
        return objection
    is_plain = evidence.closeness >= _COPY and _is_compact(evidence) and _is_narrow(evidence, objection)
    if is_plain and not _is_said_too(evidence, objection):
        return objection
    return objection._replace(verdict="partial") if evidence.alignment.ratio >= _LOOSE else None


def _is_nothing(evidence: Evidence, objection: Objection) -> bool:
    if objection.tier == "hedge":
        return evidence.closeness < _HALF or _SAID_OF_FACTS.issuperset(objection.words[:1])
    if objection.tier == "opposite":
        both = objection.words[-1].casefold() in {p.form for p in evidence.claim.pieces}
        return both or evidence.closeness < _LOOSE
    return _is_cut_off(evidence, objection)


def _is_cut_off(evidence: Evidence, objection: Objection) -> bool:
    """Whether a "not" with which the claim begins stands just before the passage, in the sentence that it cuts."""
    opening = {p.form for p in evidence.claim.pieces[:_OPENING]}
    if objection.tier != "negation" or not objection.words or objection.words[0].casefold() not in opening:
        return False
    start = first = evidence.near[0][0]
    stops = evidence.index.reading.stops
    while 0 < first < len(stops) and start - first < _OPENING and not stops[first]:
        first -= 1
    return any(p.key == NEGATION for p in evidence.index.pieces(first, start))


def _is_said_too(evidence: Evidence, objection: Objection) -> bool:
    """Whether the passage says the claim's own word as well: of an opposite it then speaks elsewhere."""
    keys = {p.form: p.key for p in evidence.claim.pieces}
    said = {p.key for p in evidence.passage}
    return objection.tier == "opposite" and keys.get(objection.words[0].casefold(), "") in said


def _is_compact(evidence: Evidence) -> bool:
    """Whether the sentence that agrees says little between its words that agree: what a claim leaves out matters."""
    places = evidence.agreeing
    return not places or places[-1] - places[0] + 1 - len(places) <= _BETWEEN


def _is_narrow(evidence: Evidence, objection: Objection) -> bool:
    """Whether the words objected to stand in a narrow gap of a claim that agrees all around it."""
    words = [word.casefold() for word in objection.words]
    return bool(words) and any(_holds(slot, words) for slot in evidence.slots)


def _holds(slot: Slot, words: Sequence[str]) -> bool:
    if slot.closeness < _CLOSE or max(len(slot.claim), len(slot.evidence)) > _NARROW:
        return False
    denied = [piece for piece in slot.evidence if piece.key == NEGATION]
    if denied and slot.evidence[-1] is not denied[-1]:
        return False  # "not this, it is whatever …": what is denied is not what the claim says
    claimed, said = {p.form for p in slot.claim}, {p.form for p in slot.evidence}
    return words[0] in claimed and words[1] in said if len(words) > 1 else words[0] in claimed | said
