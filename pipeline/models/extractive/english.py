"""Parts of speech for English: a lexicon of word classes, and the words around a word to choose among them.

The lexicon (lemminflect, from the SPECIALIST lexicon) knows which classes a word can have; which one it has here is
decided by its neighbours. That is enough to tell a finite verb from a participle and to find noun phrases, which is
all that is asked of it. Tags are one letter:

    N noun  P name  J adjective  V finite verb  B bare verb  G participle  R adverb
    D determiner  O pronoun  I preposition  C conjunction  M auxiliary  T to  U number  E sound
"""

from functools import lru_cache

import lemminflect


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _closed(tag: str, words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), tag)


_CLOSED = (
    _closed(
        "D", "the a an this these those my your his its our their every each some any no another such what whatever"
    )
    | _closed(
        "O", "i you he she it we they me him her us them who whom myself yourself himself herself itself themselves"
    )
    | _closed(
        "O",
        "someone somebody something anyone anything everyone everybody everything nobody nothing one there which that",
    )
    | _closed(
        "I", "of in on at by for with from into onto over under between among through during against about without"
    )
    | _closed(
        "I", "within across behind beyond toward towards upon per via like as than until till since despite besides"
    )
    | _closed("I", "around near off out up down above below along inside outside throughout")
    | _closed("C", "and or but nor so because although though while whereas if unless whether when where why how")
    | _closed(
        "M", "is am are was were be been being has have had having do does did will would shall should can could may"
    )
    | _closed(
        "M",
        "might must gonna wanna gotta 'm 're 've",
    )
    | _closed(
        "M",
        "isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't",
    )
    | _closed("M", "wouldn't shouldn't can't couldn't cannot mustn't ain't")
    | _closed(
        "R", "not never very also too just only even still yet already always often really now then here again quite"
    )
    | _closed("R", "rather perhaps maybe almost ever once twice soon well far away back together instead however")
    | _closed("U", "two three four five six seven eight nine ten eleven twelve hundred thousand million billion")
    | _closed("D", "all both many much few several most more less half either neither other")
    | _closed("T", "to")
    | _closed("E", "um uh uhm er hmm huh yeah yep okay ok oh ah wow hey hi hello yes")
)
_BE = _words("is am are was were be been being 'm 're isn't aren't wasn't weren't it's that's he's she's")
_NONFINITE = _words("be been being having")
_BARE_AFTER = _words(
    "will would shall should can could may might must do does did don't doesn't didn't won't wouldn't can't couldn't "
    "shouldn't cannot to let i'll you'll we'll they'll he'll she'll it'll i'd you'd we'd they'd he'd she'd"
)
_BETWEEN_VERBS = _words("not never also only always just really still even already")  # "does not run", "can only fall"
_CONTRACTED = ("'s", "'re", "'m", "'ve", "'ll", "'d")
_CONTRACTED_HEADS = _words("i you he she it we they that there what who here where how")
_NUMBERED = _words("war part phase type volume act chapter book stage division")  # "World War I"
_PLURALS = _words("people men women children police data media folks feet teeth mice")
_FORMS = frozenset({"VBZ", "VBG", "VBD", "ADV"})
_NONE: frozenset[str] = frozenset()
_ORDERED = _words("sure about it them him her us me")
_FINITE = frozenset("VM")


@lru_cache(maxsize=100_000)
def _classes(word: str) -> frozenset[str]:
    """Universal word classes of the lexicon, and the verb's form: VERB, VBG, VBD, VBZ; empty when it is not known."""
    found = lemminflect.getAllLemmas(word)
    kinds = {kind for kind in found if kind in {"NOUN", "VERB", "ADJ", "ADV"}}
    if "PROPN" in found:
        kinds.add("NOUN")
    if "VERB" in kinds:
        lemmas = found["VERB"]
        if word.endswith("ing") and word not in lemmas:
            kinds.add("VBG")
        elif word not in lemmas and word.endswith("s"):
            kinds.add("VBZ")
        elif word not in lemmas:
            kinds.add("VBD")
    return frozenset(kinds)


def tag(words: list[str], capitals: list[bool], commas: frozenset[int] = frozenset()) -> str:
    """One letter a word.

    Args:
        words: normalised words of one sentence.
        capitals: whether each is written with a capital although it does not begin the sentence.
        commas: indices of words with a comma or the like before them.
    """
    tags: list[str] = []
    for i, word in enumerate(words):
        before = words[i - 1] if i else ""
        after = words[i + 1] if i + 1 < len(words) and i + 1 not in commas else ""
        if tags[-1:] == ["R"] and before in _BETWEEN_VERBS and i > 1:
            before = words[i - 2]  # "does not run"
        tags.append(_tag_one(word, tags[-1] if tags else "", before, after, capital=capitals[i]))
    return "".join(tags if has_finite_verb(words, "".join(tags)) else _with_verb(words, tags))


def _with_verb(words: list[str], tags: list[str]) -> list[str]:
    """Where no finite verb was found: the first word that can be one after a subject of its number."""
    for i in range(1, len(words) - 1):
        kinds = _classes(words[i]) if tags[i] in {"N", "J"} else _NONE
        if "VERB" not in kinds or "VBG" in kinds or tags[i - 1] not in {"N", "P", "R"}:
            continue
        if "VBZ" in kinds or "VBD" in kinds or _is_plural(words[:i], tags[:i]):
            return [*tags[:i], "V", *tags[i + 1 :]]
    return tags


def _is_plural(words: list[str], tags: list[str]) -> bool:
    """Whether a bare verb can follow: after a plural, with no noun phrase open that it could belong to."""
    if words[-1].endswith("s") or words[-1] in _PLURALS or tags[-1] == "R":
        return "C" in tags or any(t == "N" and w.endswith("s") for w, t in zip(words, tags, strict=True))
    start = len(tags) - 1
    while start > 0 and tags[start] in "NJP":
        start -= 1
    return tags[start] != "D" and any(t == "N" and w.endswith("s") for w, t in zip(words, tags, strict=True))


def _tag_one(  # noqa: PLR0911 - as _choose
    word: str, last: str, before: str, after: str, *, capital: bool
) -> str:
    if word == "i" and before in _NUMBERED:
        return "P"
    if word in _CLOSED:
        return _closed_tag(word, last, before, after)
    if word[0].isdigit():
        return "U"
    head, mark, _ = word.partition("'")
    if mark and head in _CONTRACTED_HEADS and word.endswith(_CONTRACTED):
        return "M"
    if capital:
        return "P"
    kinds = _classes(head if word.endswith("'s") else word)
    if not before and "VERB" in kinds and not kinds & _FORMS and (_CLOSED.get(after) == "D" or after in _ORDERED):
        return "V"  # "make sure", "use the key"
    if word.endswith(("'s", "s'")):
        return "N"  # a possessive; a contracted "is" after a noun is rarer
    if not kinds:
        return (
            "R" if word.endswith("ly") else ("J" if word.endswith(("ive", "ous", "ful", "less", "ic", "able")) else "N")
        )
    return _choose(kinds, word, last, before, after)


def _closed_tag(word: str, last: str, before: str, after: str) -> str:
    if word == "that":
        return "D" if last in "VBI" and before not in {"think", "say", "said"} and _can_be(after, "NOUN") else "O"
    if word == "like" and (last in "OTM" or before in _BARE_AFTER):
        return "V"
    if word in {"have", "do"} and last in "TM" and before in _BARE_AFTER:
        return "B"
    if word in _NONFINITE or (word == "have" and before in _BARE_AFTER):
        return "B" if before != "" else "G"
    return _CLOSED[word]


def _can_be(word: str, kind: str) -> bool:
    return word not in _CLOSED and kind in _classes(word)


def _choose(  # noqa: C901, PLR0911 - a list of rules, the first that fits decides
    kinds: frozenset[str], word: str, last: str, before: str, after: str
) -> str:
    verb, noun, adjective = "VERB" in kinds, "NOUN" in kinds, "ADJ" in kinds
    if "ADV" in kinds and not noun and not verb:
        return "J" if adjective and (last in {"D", "I"} or before in _BE) and not word.endswith("ly") else "R"
    if verb and before in _BARE_AFTER and not (before == "to" and noun and after in {"", "of"}):
        return "B"
    if before in {"this", "that"} and "VBZ" in kinds:
        return "V"  # "this makes", as "these makes" would be nouns
    if last == "J" and "VBZ" in kinds and _can_be(before, "NOUN") and _begins_object(after):
        return "V"  # "light travels about thirty centimetres"
    if last == "U" and "VBD" in kinds and _begins_object(after):
        return "V"  # "the act of 1714 offered a prize"
    if last in {"D", "J", "U"} or (last == "I" and "VBG" not in kinds) or before.endswith("'s"):
        return _nominal(kinds, after) if noun or adjective else ("G" if verb else "R")
    if "VBG" in kinds:
        # "conflicting interests"
        return "J" if adjective and _can_be(after, "NOUN") and last != "M" else "G"
    if "VBD" in kinds:
        return _past(last, before, word)
    if verb and last in {"O", "R"} and "VBG" not in kinds:
        return "V" if last == "O" or not (noun or adjective) else _nominal_or_verb(kinds, after)
    if verb and last in {"N", "P"}:
        return _nominal_or_verb(kinds, after) if _agrees(kinds, before) else _nominal(kinds, after)
    if verb and not noun and not adjective:
        return "V"
    return _nominal(kinds, after) if noun or adjective else "V"


def _nominal(kinds: frozenset[str], after: str) -> str:
    if "ADJ" not in kinds:
        return "N"
    followed = _can_be(after, "NOUN") or (bool(after) and after not in _CLOSED and not _classes(after))
    return "J" if "NOUN" not in kinds or followed else "N"


def _past(last: str, before: str, word: str) -> str:
    if before in _BE or before in {"so", "has", "have", "had", "having", "being"} or last == "I":
        return "G"
    if last == "R" and word.endswith("ed"):
        return "V"
    return "V" if last in {"N", "P", "O", "", "C", "G", "U"} else "G"


def _begins_object(word: str) -> bool:
    """Whether a word can only follow a verb, or mostly does."""
    return bool(word) and word not in {"of", "and", "or"} and (word[0].isdigit() or _CLOSED.get(word, "X") in "DOITRU")


def _agrees(kinds: frozenset[str], before: str) -> bool:
    """Whether a verb form can go with the noun before it: a bare one only with a plural."""
    plural = before.endswith("s") or before in _PLURALS
    return "VBZ" in kinds or plural or "NOUN" not in kinds


def _nominal_or_verb(kinds: frozenset[str], after: str) -> str:
    """After a noun: a verb if what follows can only follow a verb."""
    if "NOUN" not in kinds and "ADJ" not in kinds:
        return "V"
    if "VBZ" in kinds:
        return (
            "V"
            if _begins_object(after) or (_CLOSED.get(after) == "C" and after not in {"and", "or"})
            else _nominal(kinds, after)
        )
    return "V" if _CLOSED.get(after, "X") in "DO" or after in {"to", "not"} else _nominal(kinds, after)


def has_finite_verb(words: list[str], tags: str) -> bool:
    """Whether a clause holds a verb that can stand without another one."""
    return any(t in _FINITE and w not in _NONFINITE for w, t in zip(words, tags, strict=True))


def is_nameable(words: list[str], tags: str) -> bool:
    """Whether a noun phrase can name a subject: no count ("two men"), nothing compared ("closer look"), no "-ish"."""
    if tags[0] == "U" or any(w.endswith("-ish") for w in words):
        return False
    if any(t == "J" and _is_compared(w) for w, t in zip(words, tags, strict=True)):
        return False
    return not (len(words) == 1 and tags == "N" and "VBG" in _classes(words[0]) and "NOUN" not in _classes(words[0]))


def _is_compared(word: str) -> bool:
    """A comparative or superlative: its lemma is another word."""
    lemmas = lemminflect.getAllLemmas(word).get("ADJ", ())
    return bool(lemmas) and word not in lemmas
