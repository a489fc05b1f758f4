"""Which sentences can stand on a page without the talk around them."""

from typing import Literal, NamedTuple

from pipeline.models.extractive import english
from pipeline.models.extractive.cleaning import Cleaned
from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading, size
from pipeline.values.draft import Voice

Standing = Literal["alone", "after", "no"]
"""Stands alone; stands only right after the sentence that it goes on from; not fit for a page."""

_LEAST, _MOST, _SHORTEST = 8, 42, 4
_EARLY = 8  # words in which a pronoun needs a noun before it
_HEAD = 5  # words in which "this" points back
_VIEW = 0.08  # what is told is preferred a little to what is thought
_ENDS = ".!。！।؟…\"'”’»"
_WANTS_MORE = frozenset({"very", "of", "and", "with", "is", "are", "was", "were", "really", "from"})
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
    voice: Voice = "view" if profile.view.search(cleaned.text) else "told"
    reason = _unfit(line, cleaned, reading, profile) or _unsound(line, reading, profile, rules, cut=cleaned.cut)
    if reason is not None:
        return Suitability("no", reason, 0.0, voice)
    norms = reading.norms()
    standing: Standing = "alone"
    if rules.strict and _dangles(reading, profile):
        if not rules.whole or norms[0].partition("'")[0] not in profile.follow or len(norms) > 30:
            return Suitability("no", "dangling", 0.0, voice)
        standing = "after"
    first = _first_person(reading, profile)
    quality = _quality(cleaned.text, reading, profile) - _VIEW * (voice == "view")
    return Suitability(standing, "", max(0.05, quality), "view" if first else voice)


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
    if size(reading, profile) < _LEAST:
        return "length"
    if rules.whole and line.rstrip()[-1] not in _ENDS:
        return "unfinished"
    if profile.meta.search(line):
        return "about the talk"
    if norms[0] in profile.fragments or norms[0] in profile.auxiliary_starts:
        return "fragment"
    if len(reading.terms) < (3 if rules.whole else 2):
        return "empty"
    if profile.language == "en" and (reading.tags[-1] in "DTC" or norms[-1] in _WANTS_MORE):
        return "unfinished"
    if profile.language == "en" and not _is_clause(norms, reading.tags):
        return "no clause"
    if profile.language == "en" and cut and not _ends_with_clause(reading):
        return "unfinished"
    return None


def _ends_with_clause(reading: Reading) -> bool:
    """Whether there is a finite verb after the last comma: the subject of what was cut off is left there otherwise."""
    last = max((i for i, joined in enumerate(reading.joined) if not joined), default=0)
    return english.has_finite_verb(reading.norms()[last:], reading.tags[last:])


def _is_clause(norms: list[str], tags: str) -> bool:
    if tags[0] == "V" or not english.has_finite_verb(norms, tags):
        return False
    verbs = [i for i, t in enumerate(tags) if t in "VM" and norms[i] not in {"be", "been", "being", "having"}]
    first = verbs[0]
    lead = first - 1
    while lead > 0 and tags[lead] == "R":
        lead -= 1
    # "the leader who came to power": the only verb belongs to the relative clause
    return not (norms[lead] in {"who", "which", "that", "where"} and lead > 0 and len(verbs) == 1)


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


def _quality(text: str, reading: Reading, profile: Profile) -> float:
    norms = reading.norms()
    words = size(reading, profile)
    quality = 1.0
    quality -= 0.10 * len(profile.loose.findall(text))
    quality -= 0.30 * min(2, _first_person(reading, profile))
    quality -= 0.12 * min(3, sum(w in profile.first_plural for w in norms))
    quality -= 0.12 * min(3, sum(w in profile.second for w in norms))
    quality -= 0.08 * sum(w in profile.pronouns for w in norms[:_EARLY])
    quality -= 0.06 * sum(w in profile.demonstratives for w in norms)
    quality -= 0.10 * (norms[0] in profile.vague)
    quality -= 0.02 * max(0.0, words - 26)
    quality -= 0.04 * max(0, text.count(",") - 3)
    quality -= 0.10 * (norms[0] in profile.pronouns | profile.questions)
    quality += 0.12 * (reading.tags[0] in "PN" or reading.tags[:2] in {"DN", "DJ", "DP"})
    quality += 0.06 * min(3, reading.tags.count("P") + reading.tags.count("U"))
    return max(0.05, quality)
