"""Words that turn a statement into its opposite, for each language that has a list."""

from collections.abc import Sequence
from functools import cache

import lemminflect

from pipeline.language.stemming import stem
from pipeline.language.stopwords import primary_subtag


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATORS = {
    "en": _words("not no never none nobody nothing nowhere neither nor without cannot noone hardly scarcely"),
    "de": _words("nicht kein keine keinen keinem keiner keines nie niemals nichts niemand nirgends ohne weder kaum"),
    "fr": _words("pas jamais rien personne aucun aucune sans guère nul nulle non"),
    "es": _words("no nunca jamás nada nadie ningún ninguno ninguna sin tampoco ni"),
    "pt": _words("não nunca jamais nada ninguém nenhum nenhuma sem nem tampouco"),
    "it": _words("non mai niente nulla nessuno nessuna nessun senza né no"),
    "nl": _words("niet geen nooit niets niemand nergens zonder noch nauwelijks"),
    "sv": _words("inte aldrig ingen inget inga ingenting utan varken knappt"),
    "da": _words("ikke aldrig ingen intet ingenting uden hverken næppe"),
    "no": _words("ikke aldri ingen intet ingenting uten verken neppe"),
    "pl": _words("nie nigdy nic nikt żaden żadna żadne bez ani"),
    "ru": _words("не ни нет никогда ничего ничто никто нигде без нельзя никакой никаких нисколько никак"),
    "uk": _words("не ні немає ніколи нічого ніхто ніде без"),
    "tr": _words("değil yok hiç asla hiçbir"),
    "ar": _words("لا لم لن ليس ليست ليسوا بدون دون"),
    "hi": _words("नहीं न मत बिना"),
    "ja": _words("無 不 非"),
    "zh": _words("不 没 沒 无 無 未 非 别"),
    "ko": _words("안 못 없다 없는 없이 아니 아닌"),
}

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

# Negations that are no word of their own where every character is read as a word.
_SPELLED = {"ja": (("な", "い"), ("な", "か", "っ"), ("な", "く"), ("ま", "せ", "ん"))}


def negation_at(words: Sequence[str], place: int, language: str) -> int:
    """How many words from `place` on spell a negation together; 0 for none, and in languages where none does."""
    for spelled in _SPELLED.get(primary_subtag(language), ()):
        if tuple(words[place : place + len(spelled)]) == spelled:
            return len(spelled)
    return 0


def negators(language: str) -> frozenset[str]:
    """The words that negate in a language (BCP 47 tag), normalised; empty for a language without a list."""
    return _NEGATORS.get(primary_subtag(language), frozenset())


def is_kin(word: str, language: str) -> bool:
    """Whether a normalised word can say "not" without being a negator ("fails", "unaware", "rather" than)."""
    if primary_subtag(language) != "en":
        return False
    return (
        word in _ENGLISH_KIN
        or stem(word, language) in _kin_stems()
        or is_opposed(word)
        or (word.endswith("less") and len(word) > 6)
    )


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
