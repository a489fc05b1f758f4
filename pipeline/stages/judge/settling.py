"""What a judgement makes of a verdict."""

from collections.abc import Mapping

from pipeline.stages.judge.questions import RAISABLE
from pipeline.stages.verify.facts import PENALTY
from pipeline.values.judgement import Judgement, Opinion
from pipeline.values.outline import Check, Outline, Verdict

_LOWERED: Mapping[Opinion, Verdict] = {
    "partly": "partial",
    "contradicted": "contradicted",
    "not_stated": "unsupported",
}
_REASONS: Mapping[Verdict, str] = {
    "verified": "A judge read the passage and found it said.",
    "partial": "A judge read the passage and found a part of it said.",
    "contradicted": "A judge read the passage and found that it says otherwise.",
    "unsupported": "A judge read the passage and did not find it said.",
}
_LIFTED = "A judge found it said, but few of its words stand there."


def judged(outline: Outline, judgements: Mapping[int, Judgement]) -> Outline:
    """The outline with the verdicts of the claims (by id) that were judged."""
    claims = tuple(
        claim.model_copy(update={"check": settle_check(claim.check, judgements[claim.id])})
        if claim.id in judgements
        else claim
        for claim in outline.claims
    )
    return outline.model_copy(update={"claims": claims})


def settle_check(check: Check, judgement: Judgement) -> Check:
    """The check after a judgement.

    Good claims become verified, or worse. Doubtful ones become verified where words alone cannot tell, and worse
    anyhow. What the words refuse is lifted to doubtful at most. Words that stand there as they are may be misleading,
    but they were said: they become doubtful at most.
    """
    verdict = _verdict(check, judgement.opinion)
    if verdict is None:
        return check
    reason = _LIFTED if verdict == "partial" and judgement.opinion == "supported" else _REASONS[verdict]
    score = check.score * PENALTY.get(verdict, 1.0) if check.good else check.score
    return check.model_copy(
        update={
            "verdict": verdict,
            "tier": "judge",
            "reason": reason,
            "words": judgement.words,
            "score": round(score, 4),
        }
    )


def _verdict(check: Check, opinion: Opinion) -> Verdict | None:
    """The new verdict; None where the old one stands."""
    if opinion == "supported":
        if check.good:
            return "verified"
        if check.tier not in RAISABLE:
            return None
        return "verified" if check.doubtful else "partial"
    lowered = _LOWERED[opinion]
    if check.verdict == "quoted":
        return "partial"
    if check.good or (check.doubtful and lowered != "partial"):
        return lowered
    return None
