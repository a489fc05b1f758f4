"""How much of a claim its evidence holds: the share of its content words, weighted by rarity."""

from pipeline.language.measures import forms_of
from pipeline.stages.verify.evidence import Evidence
from pipeline.stages.verify.names import PRONOUNS

# A word in whose place the evidence has one other word, all around it agreeing, was likely paraphrased.
_PARAPHRASED = 0.5
_NEARBY = 0.8
_CLOSE = 0.8
_BEGINNING = 4  # letters that two words of one root share at least
_ENDING = 5


def support(evidence: Evidence) -> float:
    """The support of a claim by its evidence, 0 to 1.

    Words found count by their rarity, words replaced one for one among words that agree count half, and the share of
    the words that stand in the same order counts for a part of it.
    """
    total = sum(t.weight for t in evidence.claim.terms)
    if not total:
        return evidence.alignment.ratio
    found = sum(t.weight * credit for t, credit in zip(evidence.claim.terms, credits_of(evidence), strict=True))
    return 0.75 * found / total + 0.25 * evidence.alignment.ratio


def credits_of(evidence: Evidence) -> list[float]:
    """How well the evidence holds each term of the claim, 0 to 1; worked out once."""
    if not evidence.credits:
        evidence.credits.extend(_credits(evidence))
    return evidence.credits


def _credits(evidence: Evidence) -> list[float]:
    """How well the evidence holds each term of the claim, 0 to 1; what is only said nearby counts a little less."""
    terms = evidence.claim.terms
    near = evidence.hits
    wide = evidence.index.hits(terms, evidence.wide)
    replaced = _replaced(evidence)
    meant = _meant(evidence) if evidence.quotes else frozenset[str]()
    return [
        max(n, _NEARBY * w, _NEARBY if t.stem in meant else 0.0, _PARAPHRASED if t.stem in replaced else 0.0)
        for t, n, w in zip(terms, near, wide, strict=True)
    ]


def _meant(evidence: Evidence) -> frozenset[str]:
    """Terms of a claim in its own words that its cited lines hold in another form.

    A name that a pronoun of theirs stands for, "daily" for "a day", "two times" for "twice", "knowledge" for "know".
    """
    index = evidence.index
    said = {p.form for p in evidence.pieces}
    named = frozenset(evidence.wide_stems) & {index.stem(name) for name in index.names}
    pronoun = not said.isdisjoint(PRONOUNS)
    found = set()
    for term in evidence.claim.terms:
        held = (pronoun and term.stem in named) or not forms_of(term.stem).isdisjoint(said)
        if held or (len(term.stem) > _BEGINNING and any(_begin_alike(term.stem, form) for form in said)):
            found.add(term.stem)
    return frozenset(found)


def _begin_alike(stem: str, form: str) -> bool:
    short, long = sorted((stem, form), key=len)
    return len(short) >= _BEGINNING and long.startswith(short) and len(long) - len(short) <= _ENDING


def lacking_weight(evidence: Evidence) -> float:
    """The weight of the claim's content words that the evidence does not hold."""
    return sum(t.weight * (1 - c) for t, c in zip(evidence.claim.terms, credits_of(evidence), strict=True))


def missing(evidence: Evidence) -> tuple[str, ...]:
    """The telling words of the claim that the evidence does not hold, rarest first."""
    lacking = [t for t, hit in zip(evidence.claim.terms, evidence.hits, strict=True) if not hit]
    if not lacking:
        return ()
    stems = [t.stem for t in sorted(lacking, key=lambda t: -t.weight)[:6]]
    words = {evidence.index.stem(f): evidence.claim.words(p, p) for p, f in enumerate(evidence.claim.reading.forms)}
    return tuple(words[s] for s in stems if s in words)


def _replaced(evidence: Evidence) -> set[str]:
    return {
        piece.key
        for slot in evidence.aligned_slots
        if slot.closeness >= _CLOSE
        and len(slot.evidence) >= 1
        and 1 <= len(slot.claim) <= 2
        and len(slot.evidence) <= 3
        for piece in slot.claim
    }
