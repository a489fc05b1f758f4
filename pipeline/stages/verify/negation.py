"""Guard: a claim denies what its evidence denies, and nothing else."""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.language.lexicon import lexicon
from pipeline.language.negation import NO_DENIALS, PREFIXES, is_kin, negators, turned_by_prefix
from pipeline.language.opposites import opposites
from pipeline.stages.verify import denial
from pipeline.stages.verify.alignment import NEGATION, Piece, Slot
from pipeline.stages.verify.evidence import Evidence, Gravity, Objection
from pipeline.stages.verify.quote import Span, is_denied, is_quotation, stops_short

_CLOSE = 0.6
_VERBATIM = 0.85
_ADDED = 0.55  # of a claim's words in one sentence of the passage
_LEFT_OUT = 0.4
_BESIDE = 2  # words between a negator and what it denies


_COPY = 0.8  # of its words in the same order: only of such a claim with quotes the alignment tells where a "not" went


def check(evidence: Evidence) -> Objection | None:
    """A negation that was added, or one that was left out, or None."""
    if evidence.quotes and (evidence.alignment.ratio < _COPY or _is_no_denial(evidence.claim.pieces)):
        return denial.check(evidence)
    for slot in evidence.slots:
        if slot.closeness < _CLOSE:
            continue
        if (word := _added(slot, evidence)) and _agrees(evidence, _ADDED):
            gravity: Gravity = "contradicted" if slot.is_tight else "partial"
            return Objection("negation", gravity, f"The passage says it without “{word}”.", (word,))
        if (word := _left_out(slot, evidence)) and _agrees(evidence, _LEFT_OUT):
            verdict: Gravity = "contradicted" if len(slot.evidence) <= 3 else "partial"
            return Objection("negation", verdict, f"The passage says “{word}”, the claim does not.", (word,))
        if word := _bared(slot, evidence.claim.language):
            return Objection("negation", "contradicted", f"The passage and the claim differ in “{word}”.", (word,))
        if pair := _prefixed(slot, evidence.claim.language):
            reason = f"The passage says “{pair[1]}” where the claim says “{pair[0]}”."
            return Objection("negation", "contradicted", reason, pair)
    return _cut_off(evidence) or _strayed(evidence) or _unanswered(evidence) or _denied(evidence)


def _agrees(evidence: Evidence, least: float) -> bool:
    """Whether so much of a claim that quotes nothing stands in one sentence that a "not" in it tells something."""
    return bool(evidence.quotes) or evidence.closeness >= least


def _is_no_denial(claim: Sequence[Piece]) -> bool:
    """Whether a negator of the claim denies nothing ("nothing but")."""
    return any((one.form, other.form) in NO_DENIALS for one, other in pairwise(claim))


def _negator(pieces: tuple[Piece, ...]) -> str:
    return next((p.form for p in pieces if p.key == NEGATION), "")


def _says_no(pieces: tuple[Piece, ...], language: str) -> bool:
    return any(p.key == NEGATION or is_kin(p.form, language) for p in pieces)


def _added(slot: Slot, evidence: Evidence) -> str:
    word = _negator(slot.claim)
    if not word or _says_no(slot.evidence, evidence.claim.language) or _turned(slot, evidence.claim.language):
        return ""
    return word


def _left_out(slot: Slot, evidence: Evidence) -> str:
    """The negator of the evidence that denied what the claim goes on to say."""
    if _says_no(slot.claim, evidence.claim.language) or _turned(slot, evidence.claim.language):
        return ""
    beside = slot.evidence if len(slot.evidence) <= 4 else slot.evidence[-_BESIDE:]
    word = _negator(beside)
    if not word or _stammered(slot, evidence) or _ended(beside, evidence):
        return ""
    return word


def _bared(slot: Slot, language: str) -> str:
    """The "not" by which "only" and "not only" differ: it denies nothing, and still the one is not the other."""
    known = negators(language)
    for row, other in ((slot.claim, slot.evidence), (slot.evidence, slot.claim)):
        if row and row[-1].key != NEGATION and row[-1].form in known and not any(p.form in known for p in other):
            return row[-1].form
    return ""


def _cut_off(evidence: Evidence) -> Objection | None:
    """The negation right after the last word of a claim that stops short of it."""
    alignment = evidence.alignment
    if alignment.ratio < _VERBATIM or not lexicon(evidence.claim.language).negation.words:
        return None
    claimed, said = alignment.pairs[-1]
    word = alignment.evidence[said].word + 1
    if claimed + 1 < len(alignment.claim) or not stops_short(evidence.index, word):
        return None
    return Objection("negation", "partial", "The passage denies it in the words after.", ())


def _strayed(evidence: Evidence) -> Objection | None:
    """A negation of the claim that agrees with one of the next sentence only, while its own place denies nothing."""
    alignment, stops = evidence.alignment, evidence.index.reading.stops
    pairs = [*alignment.pairs, (len(alignment.claim) + _BESIDE, len(alignment.evidence) + _BESIDE)]
    for (before, said_before), (at, said), (after, said_after) in zip(pairs, pairs[1:], pairs[2:], strict=False):
        if alignment.claim[at].key != NEGATION or at - before > _BESIDE or after - at <= _BESIDE:
            continue
        between = alignment.evidence[said_before + 1 : said]
        end = next((i for i, p in enumerate(between) if stops[p.word]), None)
        opens = stops[alignment.evidence[said].word]
        if (end is None and not opens) or said_after - said <= _BESIDE:
            continue
        if not _says_no(between[:end], evidence.claim.language):
            word = alignment.claim[at].form
            return Objection("negation", "partial", f"The passage says it without “{word}”.", (word,))
    return None


def _prefixed(slot: Slot, language: str) -> tuple[str, str] | None:
    """A word of the claim and the word in its place that is the same but for a prefix that says no."""
    if not slot.is_tight or bool(_negator(slot.claim)) != bool(_negator(slot.evidence)):
        return None
    pairs = ((c.form, e.form) for c in slot.claim for e in slot.evidence)
    return next((pair for pair in pairs if turned_by_prefix(*pair, language)), None)


def _stammered(slot: Slot, evidence: Evidence) -> bool:
    """Whether the negator was said twice and the claim has it once."""
    places = [p.word for p in slot.evidence if p.key == NEGATION]
    around = {p for place in places for p in (place - 1, place + 1)}
    return any(p.key == NEGATION and p.word in around and p not in slot.evidence for p in evidence.pieces)


def _ended(beside: tuple[Piece, ...], evidence: Evidence) -> bool:
    """Whether a sentence ends between the negator and the words of the claim."""
    last = max(p.word for p in beside if p.key == NEGATION)
    stops = evidence.index.reading.stops
    return any(stops[place] for place in range(last + 1, min(beside[-1].word + 2, len(stops))))


def _turned(slot: Slot, language: str) -> bool:
    """Whether an opposite stands in the place of the negation ("not easy" for "hard")."""
    pairs = opposites(language)
    said = {p.key for p in slot.evidence}
    forms = {p.form for p in slot.evidence}
    if any(
        p.form.removeprefix(prefix) in forms for p in slot.claim for prefix in PREFIXES if p.form.startswith(prefix)
    ):
        return True
    if any(turned_by_prefix(p.form, form, language) for p in slot.claim for form in forms):
        return True
    return any(pairs.get(p.key, frozenset()) & said for p in slot.claim)


def _unanswered(evidence: Evidence) -> Objection | None:
    """A negation of the claim in a passage that denies nothing at all."""
    word = _negator(tuple(evidence.claim.pieces))
    if word and not _says_no(tuple(evidence.pieces), evidence.claim.language):
        return Objection("negation", "partial", f"The claim says “{word}”, the passage denies nothing.", (word,))
    return None


def _denied(evidence: Evidence) -> Objection | None:
    """What was said only to be denied: "I don't think that …"."""
    alignment = evidence.alignment
    if alignment.ratio < _VERBATIM or alignment.pairs[0][0] > 0 or _negator(tuple(evidence.claim.pieces)):
        return None
    first, last = (alignment.evidence[alignment.pairs[i][1]].word for i in (0, -1))
    if any(evidence.index.reading.stops[first + 1 : last + 1]) and not evidence.quotes:
        return None  # a word of the sentence before agrees by chance
    if is_quotation(evidence.claim.text) or not is_denied(evidence.index, Span(first, last + 1)):
        return None
    return Objection("negation", "partial", "The passage denies it in the words before.", ())
