"""Noun phrases: the words a title, a heading or an alias can be made of."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

from pipeline.models.extractive import english
from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading

_ENGLISH = regex.compile(r"[JPNU]*[PN]")
_LINK = regex.compile(r"[ITW]D?[JPN]*[PN]")
_GERMAN = regex.compile(r"X?N{1,2}")
_SPACED = regex.compile(r"[NP]{1,3}(?:L+[NP]{1,2})?|U?[NP]+")
_WIDE = regex.compile(r"N{1,3}")
_INFLECTED = ("e", "en", "er", "es", "em")
_ADJECTIVAL = ("ive", "ous", "ful", "able", "ible")
_LEAST_LETTERS = 3
_MOST_WORDS = 5
_CODE = "_@#\\/<>="  # beside a word that is a piece of code or of an address
_WIDE_LETTERS = regex.compile(r"[\p{Han}\p{Katakana}\p{Thai}]")


class Phrase(NamedTuple):
    """A noun phrase at its place in a reading."""

    key: tuple[str, ...]
    """Stems of its words that count: two phrases with one key are the same."""
    text: str
    article: str
    """"the", when it stands before it."""
    name: bool
    """Written with a capital inside a sentence, every word that counts."""
    named: bool
    """Whether a name is part of it."""
    linked: bool
    """Of the form N of N."""
    placed: bool
    """Whether a word such as "in" stands before it, as before a place."""
    start: int
    """Index of its first word."""


def phrases(reading: Reading, profile: Profile) -> Iterator[Phrase]:
    """The longest noun phrases of a text, and the shorter ones at their ends, in order."""
    letters = _letters(reading, profile)
    pattern = _pattern(profile)
    begin = 0
    for i in range(1, len(letters) + 1):
        if i < len(letters) and reading.joined[i]:
            continue
        shape = letters[begin:i]  # no phrase runs over a comma
        for match in pattern.finditer(shape):
            spans = list(_parts(match.start(), match.end(), shape))
            if profile.language == "en" and (more := _LINK.match(shape, match.end())):
                spans.append((match.start(), more.end()))
            for start, end in spans:
                phrase = _phrase(reading, begin + start, begin + end, profile)
                if phrase:
                    yield phrase
        begin = i


def _pattern(profile: Profile) -> regex.Pattern[str]:
    if profile.language == "en":
        return _ENGLISH
    if profile.capital_nouns:
        return _GERMAN
    return _WIDE if profile.wide else _SPACED


def _letters(reading: Reading, profile: Profile) -> str:
    """The tags, with `-` for what no phrase may hold, and I or L for the words that may stand inside one."""
    letters: list[str] = []
    for word, tag, stem in zip(reading.words, reading.tags, reading.stems, strict=True):
        if word.norm in profile.links and tag in "ITF":
            letters.append(("T" if tag == "T" else "I") if profile.language == "en" else "L")
        elif word.norm in profile.wide_links and tag == "I":
            letters.append("W")
        elif tag in "NPJX" and not stem and word.norm not in profile.generic:
            letters.append("-")
        elif profile.language == "en":
            letters.append("-" if tag == "I" or (tag == "D" and word.norm not in profile.articles) else tag)
        elif tag == "D":
            letters.append("L" if letters[-1:] == ["L"] else "-")
        elif profile.capital_nouns and tag == "X" and not word.norm.endswith(_INFLECTED):
            letters.append("-")
        else:
            letters.append(tag)
    return "".join(letters)


def _parts(start: int, end: int, shape: str) -> Iterator[tuple[int, int]]:
    """The phrase, what stands on each side of its link, and its last two words and last word."""
    seen = {(start, end)}
    yield start, end
    if set(shape[start:end]) == {"P"}:
        if end - start > 1:
            yield end - 1, end  # of a name: itself and its last word
        return
    link = next((i for i in range(start, end) if shape[i] == "L"), None)
    heads = [(start, link), (end - (end - link - 1), end)] if link is not None else [(start, end)]
    for a, b in heads:
        inner = a
        while inner < b and shape[inner] in "DL":
            inner += 1
        for part in ((inner, b), (max(inner, b - 2), b), (b - 1, b)):
            if part[1] > part[0] and part not in seen:
                seen.add(part)
                yield part


def _phrase(reading: Reading, start: int, end: int, profile: Profile) -> Phrase | None:
    words = reading.words[start:end]
    counted = [i for i in range(start, end) if reading.stems[i]]
    name = all(reading.tags[i] == "P" for i in counted) and any(
        reading.words[i].norm not in profile.generic for i in counted
    )
    if not counted or len(words) > _MOST_WORDS or not _is_whole(reading, start, end, profile):
        return None
    if not name and _is_generic(reading, counted, profile):
        return None
    linked = any(w.norm in profile.links for w in words)
    if (linked or any(w.norm in profile.wide_links for w in words)) and len(counted) == 1:
        return None  # "group of people" is a "group"
    before = reading.words[start - 1].norm if start else ""
    return Phrase(
        key=tuple(reading.stems[i] for i in counted),
        text=reading.text[words[0].start : words[-1].end],
        article=before if before in profile.articles else "",
        name=name,
        named="P" in reading.tags[start:end],
        linked=linked,
        placed=before in profile.places,
        start=start,
    )


def _is_whole(reading: Reading, start: int, end: int, profile: Profile) -> bool:
    """Whether these words are a phrase of their own: no rest of "28x28", no "print John Smith", no lone "Smith's"."""
    first, last = reading.words[start], reading.words[end - 1]
    text, tags = reading.text[first.start : last.end], reading.tags[start:end]
    letters = 2 * len(_WIDE_LETTERS.findall(text)) if profile.wide else len(text)
    numbered = len(text) > 1 and tags == "P" and text[-1].isdigit()  # "K2"
    if (letters < _LEAST_LETTERS and not numbered) or text.endswith(("'s", "’s")) or tags[-1] not in "NPX":
        return False
    if len(tags) == 1 and tags == "N" and text.endswith(_ADJECTIVAL) and profile.language == "en":
        return False
    around = reading.text[max(0, first.start - 1) : first.start] + reading.text[last.end : last.end + 1]
    if not profile.wide and any(c.isalnum() or c in _CODE for c in around):
        return False
    linked = any(w.norm in profile.links | profile.wide_links for w in reading.words[start:end])
    if profile.language == "en" and not english.is_nameable([w.norm for w in reading.words[start:end]], tags):
        return False
    return linked or not ("P" in tags and tags[0] == "N")


def _is_generic(reading: Reading, counted: list[int], profile: Profile) -> bool:
    """Whether a phrase names no subject, as "last thing" and "power lot"; "leap second" and "railway time" do."""
    first, last = reading.words[counted[0]].norm, reading.words[counted[-1]].norm
    if first in profile.generic or last not in profile.generic:
        return first in profile.generic
    return last not in profile.heads or len(counted) < 2 or reading.tags[counted[-2]] not in "NP"
