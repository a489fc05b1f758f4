"""Guard: a claim is no surer, and no more general, than its evidence."""

from pipeline.language.hedges import hardenings
from pipeline.stages.verify.alignment import Slot
from pipeline.stages.verify.evidence import Evidence, Objection

_CLOSE = 0.6


def check(evidence: Evidence) -> Objection | None:
    """A "might" that became a "will", a "some" that became an "all", or None."""
    for slot in evidence.slots:
        if slot.is_tight and slot.closeness >= _CLOSE and (found := _hardened(slot, evidence.claim.language)):
            soft, hard = found
            reason = f"The passage says “{soft}” where the claim says “{hard}”."
            return Objection("hedge", "doubtful", reason, (hard, soft))
    return None


def _hardened(slot: Slot, language: str) -> tuple[str, str] | None:
    claimed = [p.form for p in slot.claim]
    said = [p.form for p in slot.evidence]
    for pair in hardenings(language):
        hard = next((w for w in claimed if w in pair.hard and w not in said), None)
        soft = next((w for w in said if w in pair.soft), None)
        if hard and soft and not any(w in pair.soft for w in claimed):
            return soft, hard
    return None
