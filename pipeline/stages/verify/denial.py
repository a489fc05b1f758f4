"""Guard: a claim in its own words denies what its quotes deny, and affirms what they affirm.

Laying such a claim beside its evidence word by word tells little about a "not" that moved. What counts is which words
each negator reaches: "no sailor could find longitude" and "longitude, which nobody could find" deny the same.
"""

from pipeline.language.lexicon import lexicon
from pipeline.language.negation import ABLE, GRAMMAR, SOFT_DENIALS, UNTIL, is_kin, is_opposed
from pipeline.language.opposites import opposites
from pipeline.stages.verify.alignment import NEGATION, Piece
from pipeline.stages.verify.evidence import Evidence, Gravity, Objection
from pipeline.stages.verify.scope import Denial, Stand, stand

_VERBATIM = 0.7  # of its words in the same order: such a claim is a copy, in which a changed "not" is a lie

_PREFIXES = ("un", "in", "im", "ir", "il")
_SETTLED = frozenset(("independent", "independently", "intense", "invaluable", "infamous", "unusual", "unusually"))
_SUBJECTS = frozenset({"nobody", "noone", "none"})  # they deny the whole sentence, from either end of it
_BESIDE = 4  # words in which a word that says no must meet what it is about


def check(evidence: Evidence) -> Objection | None:
    """A negation that was added, one that was left out, or None."""
    if not lexicon(evidence.claim.language).negation.reaches_on:
        return _unlike(evidence)
    claimed = stand(evidence.claim.reading, evidence.claim.pieces)
    said = stand(evidence.index.reading, evidence.pieces)
    gravity: Gravity = "contradicted" if evidence.alignment.ratio >= _VERBATIM else "partial"
    if word := _added(claimed, said, evidence):
        return Objection("negation", gravity, f"The passage says it without “{word}”.", (word,))
    if word := _left_out(claimed, said, evidence):
        return Objection("negation", gravity, f"The passage says “{word}”, the claim does not.", (word,))
    return None


def _unlike(evidence: Evidence) -> Objection | None:
    """What is denied by one of both only, where what a negator reaches stands before it and cannot be told."""
    language = evidence.claim.language
    quoted = [p for p in evidence.pieces if p.word in evidence.quoted_words]
    claimed = next((p.form for p in evidence.claim.pieces if p.key == NEGATION), "")
    said = next((p.form for p in quoted if p.key == NEGATION), "")
    hints = any(is_kin(p.form, language) for p in (evidence.pieces if claimed else evidence.claim.pieces))
    if bool(claimed) == bool(said) or hints:
        return None
    if claimed and any(p.key == NEGATION for p in evidence.pieces):
        return None
    reason = (
        f"The passage says it without “{claimed}”." if claimed else f"The passage says “{said}”, the claim does not."
    )
    return Objection("negation", "partial", reason, (claimed or said,))


def _added(claimed: Stand, said: Stand, evidence: Evidence) -> str:
    """The negator of the claim that denies what the evidence only affirms, or anything where nothing is denied."""
    denies = any(d.word not in SOFT_DENIALS and not d.cancelled for d in _quoted(said, evidence))
    for denial in claimed.denials:
        if denies and denial.word in _SUBJECTS:
            continue  # "nobody received it" of "it was never awarded"
        keys = [k for key in claimed.keys(denial) for k in _kin(evidence, key)]
        if any(k in said.denied for k in keys) or _is_turned(claimed.keys(denial), said, evidence):
            continue
        if any(d.word not in SOFT_DENIALS and _is_whole(d, said, evidence) for d in said.denials):
            continue
        affirmed = [k for k in keys if k in said.affirmed]
        if affirmed and not denial.cancelled and denial.word not in SOFT_DENIALS:
            return denial.word
        if denial.cancelled and not said.denials and any(p.form in UNTIL for p in said.pieces):
            return denial.word
        if denial.word not in SOFT_DENIALS and not said.denials and not _hints(said, evidence.claim.language):
            return denial.word
    return "" if said.denials or _hints(said, evidence.claim.language) else _turned_round(claimed, evidence)


def _turned_round(claimed: Stand, evidence: Evidence) -> str:
    """A word of the claim with a prefix that says no ("inaudible") that nobody says there."""
    if evidence.claim.reading.language != "en":
        return ""
    turned = (p for p in claimed.pieces if p.form.startswith(_PREFIXES) and p.key not in evidence.near_keys)
    return next((p.form for p in turned if is_opposed(p.form) and p.form not in _SETTLED), "")


def _hints(said: Stand, language: str) -> bool:
    """Whether a word says no without being a negator."""
    return any(is_kin(p.form, language) for p in said.pieces)


def _quoted(said: Stand, evidence: Evidence) -> list[Denial]:
    """The denials of the quotes themselves."""
    return [d for d in said.denials if said.pieces[d.first].word in evidence.quoted_words]


def _left_out(claimed: Stand, said: Stand, evidence: Evidence) -> str:
    """The negator of the quotes that denied what the claim affirms."""
    quoted = evidence.quoted_words
    if any(d.word in _SUBJECTS for d in claimed.denials):
        return ""
    for denial in said.denials:
        if denial.word in SOFT_DENIALS:
            continue
        inside = [said.pieces[i] for i in denial.reach if said.pieces[i].word in quoted]
        if denial.cancelled:
            if said.pieces[denial.first].word in quoted and _odd(claimed) and _until(said, denial):
                return denial.word
            continue
        keys = {p.key for p in inside} - said.affirmed
        shared = {c for c in _claim_keys(claimed) if set(_kin(evidence, c)) & keys}
        if shared & claimed.denied or _is_said_otherwise(claimed, evidence, inside, shared):
            continue
        if shared or (_is_whole(denial, said, evidence) and not claimed.denials):
            return denial.word
        if _enables(denial, said, claimed):
            return denial.word
    return ""


def _odd(claimed: Stand) -> bool:
    return sum(p.key == NEGATION for p in claimed.pieces) % 2 == 1


def _until(said: Stand, denial: Denial) -> bool:
    """Whether a second negator, and no "until", cancels the denial."""
    return any(said.pieces[i].key == NEGATION for i in range(denial.first + 1, max(denial.reach, default=0) + 1))


def _claim_keys(claimed: Stand) -> frozenset[str]:
    return claimed.affirmed | claimed.denied


def _kin(evidence: Evidence, key: str) -> tuple[str, ...]:
    """The words of the transcript that stand for a word of the claim."""
    return tuple(k for k, _ in evidence.index.term(key).kin) or (key,)


def _is_turned(keys: tuple[str, ...], said: Stand, evidence: Evidence) -> bool:
    """Whether the evidence affirms the opposite of what is denied ("not easy" of "hard")."""
    pairs = opposites(evidence.claim.language)
    return any(pairs.get(key, frozenset()) & said.affirmed for key in keys)


def _is_said_otherwise(claimed: Stand, evidence: Evidence, denied: list[Piece], shared: set[str]) -> bool:
    """Whether the claim says no in another way: by the opposite of what was denied, or by a word that says no.

    Beside words that both share, the word that says no must stand right before them.
    """
    language = evidence.claim.language
    pairs = opposites(language)
    if any(pairs.get(p.key, frozenset()) & (claimed.affirmed - claimed.denied) for p in denied):
        return True
    near = [p for i, p in enumerate(claimed.pieces) if any(q.key in shared for q in claimed.pieces[i : i + _BESIDE])]
    words = near if shared else claimed.pieces
    return any(is_kin(p.form, language) and p.key not in evidence.near_keys for p in words)


def _is_whole(denial: Denial, said: Stand, evidence: Evidence) -> bool:
    """Whether a piece of evidence is this denial and little else: then denying is all that it is quoted for."""
    place = said.pieces[denial.first].word
    for first, last in evidence.quotes:
        if first <= place < last:
            inside = [i for i, p in enumerate(said.pieces) if first <= p.word < last and p.form not in GRAMMAR]
            return len(inside) <= len(set(inside) & set(denial.reach)) + 2
    return False


def _enables(denial: Denial, said: Stand, claimed: Stand) -> bool:
    """Whether "cannot" became "is able to"."""
    before = said.pieces[denial.first - 1].form if denial.first else ""
    return before in {"can", "could"} and not claimed.denials and any(p.form in ABLE for p in claimed.pieces)
