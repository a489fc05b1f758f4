"""Guard: the names of a claim were said in its evidence or near it, or belong to the video."""

from itertools import pairwise

import lemminflect
import regex
from rapidfuzz import fuzz

from pipeline.language.demonyms import are_kin
from pipeline.stages.verify.alignment import Slot
from pipeline.stages.verify.evidence import Evidence, Gravity, Objection
from pipeline.stages.verify.index import TranscriptIndex

_ENDS = regex.compile(r"[.!?:;…\"“”«»(\[–—]\s*$|^\s*$")
_LIKE = 82  # rapidfuzz ratio at which two spellings of a name are one name
_CLOSE = 0.5
_LATIN = regex.compile(r"\p{Lu}[\p{L}\p{N}'’]+")
_COPY = 0.6  # of its words in the same order: a claim with quotes that has fewer is told in its own words
PRONOUNS = frozenset(
    "he him his himself she her hers herself it its itself they them their themselves this i me my we us our".split()  # noqa: SIM905 - a row of words
)
_VALUES = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_TITLE = 0.6
_FIGURE = 4  # letters that name the corners of a figure
_ALIKE = 0.6  # of the claim's words in one sentence of the passage
_DEMONYMS = ("ish", "ian", "ans", "ese", "ch")
_ROMAN = regex.compile(r"(?i)[ivx]{1,4}")
_VIEWS = frozenset("view opinion account words eyes".split())  # noqa: SIM905 - a row of words
_TELLS = frozenset(
    """
    says said argues argued explains explained notes noted thinks believes holds estimates reports recalls describes
    suggests mentions observes stresses recommends points concedes warns admits claims considers advises predicts
    """.split()  # noqa: SIM905 - a row of words
)
_CAPITAL_NOUNS = ("de", "lb")  # languages in which a capital marks any noun


def check(evidence: Evidence) -> Objection | None:
    """A name of the claim that nobody said there, or None."""
    for place in names(
        evidence.claim.text, evidence.claim.reading.starts, evidence.index, evidence.claim.reading.forms
    ):
        form = evidence.claim.reading.forms[place]
        word = evidence.claim.words(place, place)
        # In a claim in its own words a name may stand opposite another one and be true.
        retold = evidence.quotes and evidence.alignment.ratio < _COPY and _is_cited(form, evidence)
        other = "" if retold else _swapped(evidence, place)
        elsewhere = any(_alike(other.casefold(), f) for f in evidence.claim.reading.forms)
        if other and not elsewhere and not _alike(form, other.casefold()):
            reason = f"The passage says “{other}” where the claim says “{word}”."
            return Objection("name", "contradicted", reason, (word, other))
        if not _said(form, evidence) and not _is_part(evidence, place) and not _tells(evidence, place):
            if _is_title(evidence, place):
                continue
            is_said = not evidence.quotes or evidence.index.stem(form) in evidence.index.postings
            verdict: Gravity = "partial" if is_said else "unsupported"
            return Objection("name", verdict, f"“{word}” is not named there.", (word,))
    return _other_numeral(evidence) or (_stands_in(evidence) if evidence.quotes else None)


def _is_title(evidence: Evidence, place: int) -> bool:
    """Whether a word with a capital is an ordinary word of a title, or the letters of a figure."""
    if evidence.quotes or not evidence.index.language.startswith("en"):
        return False
    form, word = evidence.claim.reading.forms[place].removesuffix("'s"), evidence.claim.words(place, place)
    if place in evidence.claim.formulas:
        return True
    if len(form) <= _FIGURE and word.isupper():
        return set(form) <= set(evidence.named_forms)
    ordinary = form.isalpha() and not word.isupper() and bool(lemminflect.getAllLemmas(form))
    if not ordinary or form in evidence.index.names or evidence.closeness >= _ALIKE:
        return False
    return any(_said(evidence.claim.reading.forms[p], evidence) for p in _capitals(evidence, place)) or _is_heading(
        evidence
    )


def _capitals(evidence: Evidence, place: int) -> list[int]:
    """The other words of the name or title that a word stands in."""
    claim = evidence.claim
    found = []
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(claim.reading.forms) and claim.words(at, at)[0].isupper():
            found.append(at)
            at += step
    return [p for p in found if evidence.index.is_content(claim.reading.forms[p])]


def _is_heading(evidence: Evidence) -> bool:
    """Whether most words with matter have a capital."""
    claim = evidence.claim
    content = [p for p, form in enumerate(claim.reading.forms) if evidence.index.is_content(form)]
    return sum(claim.words(p, p)[0].isupper() for p in content) > _TITLE * len(content)


def _tells(evidence: Evidence, place: int) -> bool:
    """Whether a name only says whose words they are, in a video that never says it and names no speaker."""
    forms, index = evidence.claim.reading.forms, evidence.index
    if index.people or index.stem(forms[place]) in index.postings:
        return False
    after = place + 1
    while after < len(forms) and evidence.claim.words(after, after)[0].isupper():
        after += 1
    following = forms[after] if after < len(forms) else ""
    if forms[after - 1].endswith("'s") or following == "'s":
        return following in _VIEWS
    return forms[max(0, place - 2) : place] == ["according", "to"] or following in _TELLS


def _other_numeral(evidence: Evidence) -> Objection | None:
    """A Roman numeral after a name ("World War II") that nobody says after it."""
    claim, forms = evidence.claim, evidence.claim.reading.forms
    said = [f for span in evidence.before or evidence.wide for f in evidence.index.reading.forms[slice(*span)]]
    for before, place in pairwise(range(len(forms))):
        word = claim.words(place, place)
        if not _ROMAN.fullmatch(word) or not word.isupper() or not claim.words(before, before)[0].isupper():
            continue
        after = {next_form for form, next_form in pairwise(said) if form == forms[before]}
        ordinals = {f"#{_VALUES.get(forms[place], 0)}", f"#{_VALUES.get(forms[place], 0)}."}
        if after and forms[place] not in after and not after & ordinals and any(_is_numeral(f) for f in after):
            return Objection("name", "unsupported", f"“{claim.words(before, place)}” is not named there.", (word,))
    return None


def _is_numeral(form: str) -> bool:
    return form.startswith("#") or form in _VALUES


def _is_cited(form: str, evidence: Evidence) -> bool:
    """Whether a name is said in the cited lines themselves."""
    return any(_alike(form, p.form) for p in evidence.pieces)


def _is_part(evidence: Evidence, place: int) -> bool:
    """Whether the name is part of a fuller one that the video says somewhere, and the other part is said there."""
    forms, index = evidence.claim.reading.forms, evidence.index
    for first in (place - 1, place):
        if first < 0 or first + 1 >= len(forms):
            continue
        other = forms[first + 1 if first == place else first].removesuffix("'s")
        pair = forms[first].removesuffix("'s"), forms[first + 1].removesuffix("'s")
        if _said(other, evidence) and any(
            index.reading.forms[p + 1 : p + 2] == [pair[1]] for p in index.positions.get(pair[0], ())
        ):
            return True
    return False


def _stands_in(evidence: Evidence) -> Objection | None:
    """A name that stands in a claim in its own words for a name that its quotes say, with no pronoun in its place."""
    index, claim = evidence.index, evidence.claim
    cited = [f for p in evidence.pieces for f in (p.form,)]
    claimed = names(claim.text, claim.reading.starts, index, claim.reading.forms)
    absent = [p for p in claimed if not any(_alike(claim.reading.forms[p], f) for f in cited)]
    quoted = [w for w in sorted(evidence.quoted_words) if _is_capital(index, w)]
    lost = [w for w in quoted if not any(_alike(index.reading.forms[w], f) for f in claim.reading.forms)]
    if not absent or not lost:
        return None
    if any(index.reading.forms[w] in PRONOUNS for w in evidence.quoted_words):
        return None
    word, other = claim.words(absent[0], absent[0]), index.text(lost[0], lost[0] + 1)
    return Objection("name", "partial", f"The passage says “{other}” where the claim says “{word}”.", (word, other))


def _is_capital(index: TranscriptIndex, word: int) -> bool:
    """Whether a word of the transcript is a name: with a capital inside a sentence, here or elsewhere."""
    text, start = index.texts[index.reading.units[word]], index.reading.starts[word]
    form = index.reading.forms[word]
    if not _LATIN.match(text, start) or not index.is_content(form):
        return False
    return (not index.reading.stops[word] and start > 0) or form in index.names


def names(text: str, starts: list[int], index: TranscriptIndex, forms: list[str]) -> list[int]:
    """The words of a text that are names: with a capital that no sentence begins at."""
    if index.language.split("-")[0] in _CAPITAL_NOUNS:
        return []
    found = []
    for place, start in enumerate(starts):
        if not _LATIN.match(text, start) or not index.is_content(forms[place]) or forms[place].startswith("#"):
            continue
        opens = bool(_ENDS.search(text[:start]))
        if not opens or text[start : start + 2].isupper() or _is_name(forms[place], index):
            found.append(place)
    return found


def _is_name(form: str, index: TranscriptIndex) -> bool:
    """Whether a word with which a sentence begins is a name: the transcript says so, or no dictionary knows it."""
    form = form.removesuffix("'s")
    if form in index.names:
        return True
    known = form in index.positions or not index.language.startswith("en") or not form.isalpha()
    return not known and not lemminflect.getAllLemmas(form)


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
    if are_kin(form, word):
        return True
    if len(form) < 4 or len(word) < 4 or form[0] != word[0]:
        return form == word
    if form.endswith(_DEMONYMS) and len(form) > 5 and form[:4] == word[:4]:
        return True  # "British" and "Britain"
    shorter, longer = sorted((form, word), key=len)
    return longer.startswith(shorter[: max(4, len(shorter) - 2)]) or fuzz.ratio(form, word) >= _LIKE


def _spelled_out(form: str, words: list[str]) -> bool:
    """Whether an acronym stands for words that follow one another."""
    form = form.removesuffix("s") if len(form) > 3 else form
    if not 2 <= len(form) <= 6 or _ROMAN.fullmatch(form):
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
