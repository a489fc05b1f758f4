"""Guard: what the passage denies of a word in the company of the claim's other words, the claim denies too.

It looks at claims in their own words, where no word-by-word alignment tells which "not" belongs to what: each word of
the claim is taken where the passage says it among most of the others, and the negators that reach it there are asked.
"""

from pipeline.language.negation import SOFT_DENIALS, is_kin
from pipeline.language.opposites import opposites
from pipeline.stages.verify.alignment import NEGATION
from pipeline.stages.verify.evidence import Evidence, Objection
from pipeline.stages.verify.scope import Denial, Stand, stand
from pipeline.stages.verify.sentences import Held, carrier, held

_ASIDES = frozenset({"who", "if", "unless", "whether", "when"})
_FOCUS = 3  # content words after a negator of which it says most
_BESIDE = 4  # words in which a word that says no must meet what it is about
_SHARE = 0.2  # of the weight of what the passage holds of the claim: less does not matter


def check(evidence: Evidence) -> Objection | None:
    """A denial of the passage that the claim leaves out, or one of the claim that the passage does not make."""
    if not evidence.claim.language.startswith("en"):
        return None
    claimed = stand(evidence.claim.reading, evidence.claim.pieces)
    passage = evidence.passage
    said = stand(evidence.index.reading, passage)
    words = held(evidence, passage)
    if word := _left_out(claimed, said, words, evidence):
        return Objection("negation", "partial", f"The passage says “{word}”, the claim does not.", (word,))
    if word := _added(claimed, said, words, evidence):
        return Objection("negation", "partial", f"The passage says it without “{word}”.", (word,))
    return None


def _left_out(claimed: Stand, said: Stand, words: list[Held], evidence: Evidence) -> str:
    total = sum(w.weight for w in words)
    for denial in said.denials:
        if denial.cancelled or denial.word in SOFT_DENIALS or _is_aside(said, denial):
            continue
        inside = [w for w in words if w.at in denial.reach]
        focus = {said.pieces[i].key for i in denial.reach[:_FOCUS]}
        if not inside or sum(w.weight for w in inside) < _SHARE * total:
            continue
        if not any(said.pieces[w.at].key in focus for w in inside):
            continue
        if any(_is_denied(w, claimed) for w in inside) or _is_answered(inside, denial, claimed, said, evidence):
            continue
        return denial.word
    return ""


def _is_aside(said: Stand, denial: Denial) -> bool:
    """Whether a denial only tells of whom or on what condition something is said ("if you don't know him")."""
    return any(p.form in _ASIDES for p in said.pieces[max(0, denial.first - 3) : denial.first])


def _is_denied(word: Held, claimed: Stand) -> bool:
    return word.stem in claimed.denied


def _is_answered(inside: list[Held], denial: Denial, claimed: Stand, said: Stand, evidence: Evidence) -> bool:
    """Whether the claim says no in another way."""
    if any(p.key == NEGATION for p in claimed.pieces):
        return True
    language = evidence.claim.language
    pairs = opposites(language)
    keys = {p.key for p in claimed.pieces}
    if any(pairs.get(said.pieces[i].key, frozenset()) & keys for i in denial.reach):
        return True
    stems = {w.stem for w in inside}
    near = (
        p
        for i, p in enumerate(claimed.pieces)
        if any(q.key in stems for q in claimed.pieces[max(0, i - 1) : i + _BESIDE])
    )
    keys = {p.key for p in said.pieces}
    return any(is_kin(p.form, language) and p.key not in keys and p.form != "end" for p in near)


def _added(claimed: Stand, said: Stand, words: list[Held], evidence: Evidence) -> str:
    language = evidence.claim.language
    for denial in claimed.denials:
        if denial.cancelled or denial.word in SOFT_DENIALS:
            continue
        keys = set(claimed.keys(denial))
        inside = [w for w in words if w.stem in keys and w.company > 0]
        if not inside:
            continue
        row = carrier(evidence, said.pieces)
        nearby = {i for w in inside for i in range(w.at - 14, w.at + 15)} | set(row or ())
        pieces = [said.pieces[i] for i in nearby if 0 <= i < len(said.pieces)]
        if any(p.key == NEGATION or is_kin(p.form, language) for p in pieces):
            continue
        pairs = opposites(language)
        if any(pairs.get(k, frozenset()) & {p.key for p in pieces} for k in keys):
            continue
        return denial.word
    return ""
