"""Guard: the names of a claim were said in its evidence or near it, or belong to the video."""

from itertools import pairwise

import regex
from rapidfuzz import fuzz

from pipeline.stages.verify.alignment import Slot
from pipeline.stages.verify.evidence import Evidence, Gravity, Objection
from pipeline.stages.verify.index import TranscriptIndex

_ENDS = regex.compile(r"[.!?:;…\"“”«»(\[–—]\s*$|^\s*$")
_LIKE = 82  # rapidfuzz ratio at which two spellings of a name are one name
_CLOSE = 0.5
_LATIN = regex.compile(r"\p{Lu}[\p{L}\p{N}'’]+")
_CAPITAL_NOUNS = ("de", "lb")  # languages in which a capital marks any noun


def check(evidence: Evidence) -> Objection | None:
    """A name of the claim that nobody said there, or None."""
    for place in names(
        evidence.claim.text, evidence.claim.reading.starts, evidence.index, evidence.claim.reading.forms
    ):
        form = evidence.claim.reading.forms[place]
        word = evidence.claim.words(place, place)
        other = _swapped(evidence, place)
        if other and not _alike(form, other.casefold()):
            reason = f"The passage says “{other}” where the claim says “{word}”."
            return Objection("name", "unsupported", reason, (word, other))
        if not _said(form, evidence):
            verdict: Gravity = "doubtful" if evidence.index.stem(form) in evidence.index.postings else "unsupported"
            return Objection("name", verdict, f"“{word}” is not named there.", (word,))
    return None


def names(text: str, starts: list[int], index: TranscriptIndex, forms: list[str]) -> list[int]:
    """The words of a text that are names: with a capital that no sentence begins at."""
    if index.language.split("-")[0] in _CAPITAL_NOUNS:
        return []
    found = []
    for place, start in enumerate(starts):
        if not _LATIN.match(text, start) or not index.is_content(forms[place]) or forms[place].startswith("#"):
            continue
        opens = bool(_ENDS.search(text[:start]))
        if not opens or text[start : start + 2].isupper():
            found.append(place)
    return found


def _said(form: str, evidence: Evidence) -> bool:
    stem = evidence.index.stem(form)
    if stem in evidence.wide_stems or stem in evidence.header or form in evidence.header:
        return True
    words = evidence.named_forms
    if any(_alike(form, word) for word in {*words, *evidence.header}):
        return True
    return _spelled_out(form, words) or _run_together(form, words)


def _alike(form: str, word: str) -> bool:
    """Whether two words are spellings or forms of one name: "Russia" and "Russian", "Friedman" and "Fridman"."""
    form, word = form.removesuffix("'s"), word.removesuffix("'s")
    if len(form) < 4 or len(word) < 4 or form[0] != word[0]:
        return form == word
    shorter, longer = sorted((form, word), key=len)
    return longer.startswith(shorter[: max(4, len(shorter) - 2)]) or fuzz.ratio(form, word) >= _LIKE


def _spelled_out(form: str, words: list[str]) -> bool:
    """Whether an acronym stands for words that follow one another."""
    if not 2 <= len(form) <= 6:
        return False
    return form in "".join(w[0] for w in words)


def _run_together(form: str, words: list[str]) -> bool:
    """Whether a name is written in two words there ("Alpha Go")."""
    return any(one + other == form for one, other in pairwise(words))


def _swapped(evidence: Evidence, place: int) -> str:
    """The name that stands in the evidence in the place of this one."""
    for slot in evidence.slots:
        if slot.closeness >= _CLOSE and len(slot.evidence) <= 4 and any(p.word == place for p in slot.claim):
            return _name_in(slot, evidence)
    return ""


def _name_in(slot: Slot, evidence: Evidence) -> str:
    reading, index = evidence.index.reading, evidence.index
    for piece in slot.evidence:
        text, start = index.texts[reading.units[piece.word]], reading.starts[piece.word]
        if _LATIN.match(text, start) and index.is_content(piece.form) and not reading.stops[piece.word]:
            return text[start : reading.ends[piece.word]]
    return ""
