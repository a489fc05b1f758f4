"""Guard: no part of a claim comes from somewhere else than the rest of it."""

from itertools import accumulate

import numpy as np

from pipeline.stages.verify.evidence import Evidence, Objection
from pipeline.stages.verify.support import credits_of

_LEAST_TERMS = 4
_HELD = 0.6
_LACKING = 0.25
_ELSEWHERE = 0.7
_WIDTH_MS = 12_000


def check(evidence: Evidence) -> Objection | None:
    """A half of the claim that its evidence lacks while it holds the other, or None."""
    terms = evidence.claim.terms
    if len(terms) < 2 * _LEAST_TERMS:
        return None
    hits = credits_of(evidence)
    weights = [t.weight for t in terms]
    found = [w * h for w, h in zip(weights, hits, strict=True)]
    held, total = [0.0, *accumulate(found)], [0.0, *accumulate(weights)]
    worst: tuple[float, range] | None = None
    for cut in range(_LEAST_TERMS, len(terms) - _LEAST_TERMS + 1):
        before = held[cut] / total[cut]
        after = (held[-1] - held[cut]) / ((total[-1] - total[cut]) or 1)
        low, high = min(before, after), max(before, after)
        if high >= _HELD and low <= _LACKING and (worst is None or high - low > worst[0]):
            worst = (high - low, range(cut) if before < after else range(cut, len(terms)))
    if worst is None:
        return None
    if not _is_elsewhere(evidence, worst[1]):
        return None
    words = _words(evidence, worst[1])
    return Objection("parts", "doubtful", "Half of the claim is not said there.", words)


def _is_elsewhere(evidence: Evidence, lacking: range) -> bool:
    """Whether the half that is lacking is said in one other place; words said nowhere are a paraphrase."""
    terms = [evidence.claim.terms[i] for i in lacking]
    total = sum(t.weight for t in terms)
    recalls = sum((t.weight * evidence.index.presence(t, _WIDTH_MS) for t in terms), start=np.zeros(1))
    return bool(total) and float(np.max(recalls, initial=0.0)) >= _ELSEWHERE * total


def _words(evidence: Evidence, lacking: range) -> tuple[str, ...]:
    stems = {evidence.claim.terms[i].stem for i in lacking}
    index, claim = evidence.index, evidence.claim
    return tuple(dict.fromkeys(claim.words(p, p) for p, f in enumerate(claim.reading.forms) if index.stem(f) in stems))
