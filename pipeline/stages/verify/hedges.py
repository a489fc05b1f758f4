"""Guard: a claim is no surer, and no more general, than its evidence."""

from pipeline.language.hedges import hardenings, left_open, softened
from pipeline.stages.verify.alignment import Slot
from pipeline.stages.verify.evidence import Evidence, Objection

_CLOSE = 0.6
_COPULAS = frozenset({"is", "are", "was", "were"})  # a paraphrase builds its sentence with them anyhow
_COPY = 0.8  # of its words in the same order: a claim with quotes that has fewer is told in its own words


def check(evidence: Evidence) -> Objection | None:
    """A "might" that became a "will", a "some" that became an "all", or None."""
    if evidence.quotes and evidence.alignment.ratio < _COPY:
        return _retold(evidence)  # words opposite one another tell little there
    for slot in evidence.slots:
        if slot.is_tight and slot.closeness >= _CLOSE and (found := _hardened(slot, evidence.claim.language)):
            soft, hard = found
            reason = f"The passage says “{soft}” where the claim says “{hard}”."
            return Objection("hedge", "partial", reason, (hard, soft))
    return _retold(evidence) if evidence.quotes else None


def _hardened(slot: Slot, language: str) -> tuple[str, str] | None:
    claimed = [p.form for p in slot.claim]
    said = [p.form for p in slot.evidence]
    for pair in hardenings(language):
        hard = next((w for w in claimed if w in pair.hard and w not in said), None)
        soft = next((w for w in said if w in pair.soft), None)
        if hard and soft and not any(w in pair.soft for w in claimed):
            return soft, hard
    return None


def _retold(evidence: Evidence) -> Objection | None:
    """A word of certainty where the quotes of a claim in its own words are soft, or a doubt of theirs that it lacks."""
    language = evidence.claim.language
    claimed = {p.form for p in evidence.claim.pieces}
    near = {p.form for p in evidence.pieces}
    quoted = [p.form for p in evidence.pieces if p.word in evidence.quoted_words and not _is_name(evidence, p.word)]
    for pair in hardenings(language):
        hard = next(iter(sorted((claimed & pair.hard) - near - _COPULAS)), None)
        soft = next((f for f in quoted if f in pair.soft), None)
        if hard and soft and not claimed & pair.soft:
            return Objection(
                "hedge", "partial", f"The passage says “{soft}” where the claim says “{hard}”.", (hard, soft)
            )
    doubt = next((f for f in quoted if f in left_open(language)), None)
    if doubt and not claimed & softened(language):
        return Objection("hedge", "partial", f"The passage says “{doubt}”, the claim leaves no doubt.", (doubt,))
    return None


def _is_name(evidence: Evidence, word: int) -> bool:
    """Whether a word is written with a capital inside a sentence ("in May")."""
    reading = evidence.index.reading
    return evidence.index.texts[reading.units[word]][reading.starts[word]].isupper() and not reading.stops[word]
