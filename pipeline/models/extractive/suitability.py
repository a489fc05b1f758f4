"""Which sentences can stand on a page without the talk around them."""

from typing import Literal, NamedTuple

from pipeline.models.extractive.clauses import fault
from pipeline.models.extractive.cleaning import Cleaned
from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading, size
from pipeline.values.forms import Voice

Standing = Literal["alone", "after", "no"]
"""Stands alone; stands only right after the sentence that it goes on from; not fit for a page."""

_LEAST, _MOST, _SHORTEST = 8, 42, 4
_LEAST_NAMED = 6  # with a name or a number in it
_CONTENT = 3  # words that say something
_EARLY = 8  # words in which a pronoun needs a noun before it
_HEAD = 5  # words in which "this" points back
_VIEW = 0.08  # what is told is preferred a little to what is thought
_ENDS = ".!。！।؟…\"'”’»"
_SECOND = 0.3  # what "you" do is seldom what a page tells
_SPEECH_MARKS = ("--", "...", "…", " - ", "♪", "http", "@", "[", "_")


class Suitability(NamedTuple):
    """The verdict on one cleaned sentence."""

    standing: Standing
    reason: str
    """Why not, for people who tune this."""
    quality: float
    """About 1; less for what reads as talk."""
    voice: Voice


class Rules(NamedTuple):
    """How sentences are judged."""

    whole: bool
    """Whether a line is a sentence; False for pieces of captions without punctuation."""
    strict: bool
    """Whether it must stand alone and be of a good length; not so where there is little to choose from."""


def judge(line: str, cleaned: Cleaned, reading: Reading, profile: Profile, rules: Rules) -> Suitability:
    """Whether and how well the cleaned sentence of a line can be read alone."""
    voice = _voice(cleaned.text, profile, rules)
    reason = _unfit(line, cleaned, reading, profile) or _unsound(line, reading, profile, rules, cut=cleaned.cut)
    if reason is not None:
        return Suitability("no", reason, 0.0, voice)
    norms = reading.norms()
    standing: Standing = "alone"
    if rules.strict and _dangles(reading, profile):
        if not rules.whole or len(norms) > 30 or not _goes_on(reading, profile):
            return Suitability("no", "dangling", 0.0, voice)
        standing = "after"
    first = rules.whole and _first_person(reading, profile)
    quality = _quality(cleaned.text, reading, profile, rules) - _VIEW * (voice == "view")
    return Suitability(standing, "", max(0.05, quality), "view" if first else voice)


def _voice(text: str, profile: Profile, rules: Rules) -> Voice:
    """A judgement that does not say itself whose it is; what somebody is said to have said is told."""
    return "view" if rules.whole and profile.view.search(text) and not profile.reported.search(text) else "told"


def _goes_on(reading: Reading, profile: Profile) -> bool:
    """Whether it may stand right after the sentence that its pronoun points to: "He …", "In 1722 he …"."""
    tags = reading.tags
    at = next((i for i, w in enumerate(reading.words) if w.norm.partition("'")[0] in profile.follow), -1)
    if at <= 0:
        return at == 0
    lead = tags[:at]
    return tags[0] == "I" and set(lead) <= set("IUPDNJ") and at < _EARLY and tags[at + 1 : at + 2] in {"V", "M", "R"}


def _unfit(line: str, cleaned: Cleaned, reading: Reading, profile: Profile) -> str | None:
    """The first reason against a sentence that always holds."""
    if not _SHORTEST <= size(reading, profile) <= _MOST or not reading.terms:
        return "length"
    if any(mark in cleaned.text for mark in _SPEECH_MARKS) or line.rstrip().endswith(("?", "？", "؟")):
        return "broken"
    if profile.promotion.search(line):
        return "promotion"
    return None


def _unsound(  # noqa: PLR0911 - a list of reasons, the first that holds is given
    line: str, reading: Reading, profile: Profile, rules: Rules, *, cut: bool
) -> str | None:
    """The first reason against a sentence where there are others to choose from."""
    if not rules.strict:
        return None
    norms = reading.norms()
    if size(reading, profile) < (_LEAST_NAMED if {"P", "U"} & set(reading.tags) else _LEAST):
        return "length"
    if rules.whole and line.rstrip()[-1] not in _ENDS:
        return "unfinished"
    if profile.meta.search(line):
        return "about the talk"
    if norms[0] in profile.fragments or norms[0] in profile.auxiliary_starts:
        return "fragment"
    if _content(reading, profile) < (_CONTENT if rules.whole else 2):
        return "empty"
    return fault(reading, profile, cut=cut) if profile.language == "en" else None


def _content(reading: Reading, profile: Profile) -> int:
    """Words that say something; in English also those that a list of stop words holds for other reasons: "prize"."""
    if profile.language != "en":
        return len(reading.terms)
    telling = zip(reading.words, reading.tags, reading.stems, strict=True)
    return sum(
        bool(stem) or (tag in "NPUG" and w.norm not in profile.generic) or w.norm in profile.negations
        for w, tag, stem in telling
    )


def _dangles(reading: Reading, profile: Profile) -> bool:
    """Whether a pronoun points out of the sentence."""
    if profile.wide:
        return reading.text.lstrip("「“").startswith(tuple(profile.demonstratives | profile.pronouns))
    noun = named = False
    for i, (word, tag) in enumerate(zip(reading.words, reading.tags, strict=True)):
        norm = word.norm
        if norm in profile.persons and not named:
            return True
        if norm in profile.pronouns and not noun and i < _EARLY and not _is_expletive(reading, i):
            return True
        if norm in profile.demonstratives and i < _HEAD and _points(reading, i, profile):
            return True
        noun = noun or (tag in "NPX" and bool(reading.stems[i]))
        named = named or tag == "P" or (tag == "N" and bool(reading.stems[i]) and i < 2)
    return False


def _is_expletive(reading: Reading, at: int) -> bool:
    """Such as "It is important to …", "it takes years to …"."""
    if reading.words[at].norm not in {"it", "it's"}:
        return False
    rest = reading.norms()[at + 1 : at + 6]
    tags = reading.tags[at + 1 : at + 6]
    return "J" in tags and any(w in {"to", "that"} for w in rest)


def _points(reading: Reading, at: int, profile: Profile) -> bool:
    norm = reading.words[at].norm
    if profile.language != "en":
        return True
    after = reading.words[at + 1].norm if at + 1 < len(reading.words) else ""
    if norm == "that":
        return at == 0 or reading.tags[at] == "D"
    return not (norm == "those" and after in {"who", "of", "in", "that", "with"})


def _first_person(reading: Reading, profile: Profile) -> int:
    """Counted by class: the "I" of "World War I" is none."""
    return sum(w.norm in profile.first and t != "P" for w, t in zip(reading.words, reading.tags, strict=True))


def _quality(text: str, reading: Reading, profile: Profile, rules: Rules) -> float:
    norms = reading.norms()
    words = size(reading, profile)
    quality = 1.0
    quality -= 0.10 * len(profile.loose.findall(text))
    # what is shown as a quotation may well speak of its speaker
    quality -= (0.30 if rules.whole else 0.12) * min(2, _first_person(reading, profile))
    quality -= 0.12 * min(3, sum(w in profile.first_plural for w in norms))
    quality -= 0.12 * min(3, sum(w in profile.second for w in norms))
    quality -= _SECOND * (norms[0] in profile.second or norms[:2][-1] in profile.second)
    quality -= 0.08 * sum(w in profile.pronouns for w in norms[:_EARLY])
    quality -= 0.06 * sum(w in profile.demonstratives for w in norms)
    quality -= 0.10 * (norms[0] in profile.vague)
    quality -= 0.02 * max(0.0, words - 26)
    quality -= 0.04 * max(0, text.count(",") - 3)
    quality -= 0.10 * (norms[0] in profile.pronouns | profile.questions)
    quality += 0.12 * (reading.tags[0] in "PN" or reading.tags[:2] in {"DN", "DJ", "DP"})
    quality += 0.06 * min(3, reading.tags.count("P") + reading.tags.count("U"))
    return max(0.05, quality)
