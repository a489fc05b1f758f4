"""Words that turn a statement into its opposite: those of English, and how to find those of any language with data."""

from collections.abc import Sequence
from functools import cache

import lemminflect

from pipeline.language.lexicon import Negation, lexicon
from pipeline.language.stemming import stem
from pipeline.language.stopwords import stop_words
from pipeline.language.subtags import primary_subtag


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATORS = _words("not no never none nobody nothing nowhere neither nor without cannot noone hardly scarcely")
_NEAR = 4  # words in which a negator is repeated or closed
_ONLY = 6  # words in which French "ne" meets the "que" that makes it "only"

# Phrases and words that say "not" in another way; they answer for a negation, they never demand one.
_ENGLISH_KIN = _words(
    """
    few little rarely seldom barely fail fails failed failing lack lacks lacked lacking unable impossible refuse
    refuses
    refused deny denies denied avoid avoids avoided prevent prevents prevented stop stops stopped unlikely
    instead rather
    reject rejected rejects absent absence wrong false untrue different unlike despite except only until doubt doubts
    disagree disagrees unclear unknown uncertain illegal forbidden ban banned exclude excluded less beyond
    against worse
    difficult hard tough ignore ignored missing miss zero free out away too but although though gone end ended
    lose loses
    lost
    """
)
PREFIXES = ("un", "non", "dis", "im", "in", "ir", "il")
"""Beginnings of English words that turn a word into its opposite."""

# The rest is of English, for telling what a negator reaches.
DENIALS = _words("lack lacks lacked lacking unable")
"""Words that deny what follows them as "not" would."""
PAIRED_DENIALS = frozenset(
    {(verb, "to") for verb in "fail fails failed failing refuse refuses refused refusing decline declined".split()}  # noqa: SIM905 - a row of words
    | {("rather", "than"), ("instead", "of"), ("free", "of"), ("far", "from"), ("devoid", "of")}
)
"""Two words that deny what follows them."""
SOFT_DENIALS = _words("too rather instead free far devoid")
"""Those of them that deny only in some sentences: they answer for a negation, they never demand one."""
NO_DENIALS = frozenset(
    {("no", "matter"), ("no", "doubt"), ("no", "fewer"), ("no", "less"), ("nothing", "but")}
    | {("not", word) for word in ("only", "just", "solely", "merely")}
)
"""Two words of which the first denies nothing."""
UNTIL = _words("until till")
"""After "not", words that turn it into "only then"."""
ABLE = _words("possible able capable")
"""Words that affirm what "cannot" denies."""
GRAMMAR = _words(
    """
    a an the this that these those there it its he him his she her they them their we us our you your i me my who whom
    whose which what is are was were be been being am have has had having do does did doing done will would shall
    should can could may might must of in on at by for from to with into onto over under about as and or so than then
    also very all any some each every one once own same such only just even ever yet still much more most really
    actually himself herself itself themselves
    """
)
"""Words without matter of their own, of which it means nothing that a negator reaches them."""
CLAUSES = _words(
    "but because if when whenever while after although though so unless than since whereas until till before"
)
"""Words that begin a clause which a negator before them does not reach."""


def negators(language: str) -> frozenset[str]:
    """The words that negate in a language (BCP 47 tag) by themselves; empty for a language without a list."""
    if primary_subtag(language) == "en":
        return _NEGATORS
    negation = lexicon(language).negation
    return negation.words | negation.concord


def find_negations(forms: Sequence[str], apart: Sequence[bool], language: str) -> dict[int, int]:
    """Where a row of forms negates, in a language with a lexicon: the first word, and how many spell it together.

    What only repeats a negation ("no … nada", "никто не"), asks ("是不是") or does not deny ("nicht nur", "しかない")
    is none. English is not looked at: its negators are single words, see `negators`.
    """
    negation = lexicon(language).negation
    if not (negation.words or negation.phrases or negation.contains):
        return {}
    found: dict[int, int] = {}
    place = 0
    while place < len(forms):
        if _asks(forms, place, negation):
            place += 2
            continue
        size, negates = _phrase(forms, place, negation)
        if negates or (not size and _is_negator(forms, apart, place, negation)):
            found[place] = max(size, 1)
        place += max(size, 1)
    return _once(found, forms, apart, negation)


def _phrase(forms: Sequence[str], place: int, negation: Negation) -> tuple[int, bool]:
    """The length of the longest phrase at a place and whether it negates; 0 for none."""
    for phrase, negates in negation.phrases.get(forms[place], ()):
        if tuple(forms[place : place + len(phrase)]) == phrase:
            return len(phrase), negates
    return 0, False


def _asks(forms: Sequence[str], place: int, negation: Negation) -> bool:
    return forms[place] in negation.asked and 0 < place < len(forms) - 1 and forms[place - 1] == forms[place + 1]


def _is_negator(forms: Sequence[str], apart: Sequence[bool], place: int, negation: Negation) -> bool:
    word = forms[place]
    if word in negation.words or word in negation.concord:
        return not _answers(forms, apart, place, negation)
    if word in negation.openers:
        return _opens_alone(forms, apart, place, negation)
    if word in negation.closers:
        around = [*_before(apart, place), *_after(apart, place)[:1]]
        return any(forms[i] in negation.openers for i in around)
    if any(letters in word for letters in negation.contains):
        return True
    return any(word.removeprefix(m) in negation.words for m in negation.attached if word.startswith(m))


def _before(apart: Sequence[bool], place: int) -> list[int]:
    """The places right before one that no pause parts from it, nearest first."""
    found: list[int] = []
    while len(found) < _NEAR and place > 0 and not apart[place]:
        place -= 1
        found.append(place)
    return found


def _after(apart: Sequence[bool], place: int) -> list[int]:
    """The places right after one that no pause parts from it, nearest first."""
    found: list[int] = []
    while len(found) < _ONLY and place + 1 < len(apart) and not apart[place + 1]:
        place += 1
        found.append(place)
    return found


def _opens_alone(forms: Sequence[str], apart: Sequence[bool], place: int, negation: Negation) -> bool:
    """Whether what announces a negation is not followed by the rest of it, nor by what makes it "only"."""
    after = _after(apart, place)
    around = [forms[i] for i in (*_before(apart, place), *after)]
    closed = any(w in negation.words or w in negation.concord or w in negation.closers for w in around)
    return not closed and not any(forms[i] in {"que", "qu"} for i in after)


def _answers(forms: Sequence[str], apart: Sequence[bool], place: int, negation: Negation) -> bool:
    after = place + 1
    return forms[place] in negation.answers and apart[place] and (after >= len(forms) or apart[after])


def _once(found: dict[int, int], forms: Sequence[str], apart: Sequence[bool], negation: Negation) -> dict[int, int]:
    """The negations without those that only repeat another one near them."""
    kept: dict[int, int] = {}
    for place, size in found.items():
        if forms[place] in negation.concord:
            before = any(i in kept for i in _before(apart, place))
            after = any(i in found and forms[i] in negation.words for i in _after(apart, place)[:_NEAR])
            if before or after:
                continue
        kept[place] = size
    return kept


def turned_by_prefix(one: str, other: str, language: str) -> bool:
    """Whether one of two forms is the other with a prefix that turns it round, in a language with a lexicon."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(shorter) > 3 and any(longer == prefix + shorter for prefix in lexicon(language).negation.prefixes)


def grammar(language: str) -> frozenset[str]:
    """Words without matter of their own, of which it means nothing that a negator reaches them."""
    return GRAMMAR if primary_subtag(language) == "en" else stop_words(language)


def clauses(language: str) -> frozenset[str]:
    """Words that begin a clause which a negator before them does not reach."""
    return CLAUSES if primary_subtag(language) == "en" else lexicon(language).negation.clauses


def is_kin(word: str, language: str) -> bool:
    """Whether a normalised word can say "not" without being a negator ("fails", "unaware", "rather" than)."""
    if primary_subtag(language) != "en":
        kin = lexicon(language).negation.kin
        return bool(kin) and (word in kin or stem(word, language) in _foreign_kin(language))
    return (
        word in _ENGLISH_KIN
        or stem(word, language) in _kin_stems()
        or is_opposed(word)
        or (word.endswith("less") and len(word) > 6)
    )


@cache
def _foreign_kin(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in lexicon(language).negation.kin if len(word) > 4)


@cache
def _kin_stems() -> frozenset[str]:
    return frozenset(stem(word, "en") for word in _ENGLISH_KIN if len(word) > 4)


@cache
def is_opposed(word: str) -> bool:
    """Whether an English word is another one with a prefix that turns it round ("unaware", "inaccurate")."""
    for prefix in PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > 3 and (classes := lemminflect.getAllLemmas(rest)):
            return "ADJ" in classes or "ADV" in classes or prefix in {"un", "non", "dis"}
    return False
