"""Speech made readable by leaving words out. Nothing is added, exchanged or moved.

The words of the result are a subsequence of the words of its evidence. Stance, doubt and negation stay: only sounds,
connectives at the head, fillers between commas and immediate repetitions go.
"""

from typing import NamedTuple

import regex

from pipeline.language.tokens import normalise, tokens
from pipeline.models.extractive.profile import Profile


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SOUND = regex.compile(r"\s*(?:\[[^\]]{0,40}\]|\([^)]{0,25}\)(?=\s*$)|♪+)\s*")
_MARK = regex.compile(r"^(?:\s*(?:>>+|[-–—•*]+|\.\.\.|…)\s*)+")
_REPEATED = regex.compile(r"\b((?:[\p{L}\p{M}'’]+\s+){0,4}[\p{L}\p{M}'’]+),?\s+(?:\1)\b", regex.IGNORECASE)
_END = regex.compile(r"[\s,;:.!…。！،؛\-–—]+$")
_STOPS = {"ja": "。", "zh": "。", "yue": "。", "hi": "।", "mr": "।", "ne": "।"}
_EMPHASIS = _words("very really so many much far more had that no never again long big old ja nein très muy bien очень")
_RUN_ON, _SHORT = 36, 12  # words of a sentence that is shortened, and of what must be left
_CLOSING = "\"'”’»)"


class Cleaned(NamedTuple):
    """A sentence fit for a page, and the words of the line that prove it."""

    text: str
    quote: str
    """A verbatim piece of the line, without what was left out at both ends."""
    cut: bool = False
    """Whether a last clause was left out."""


def clean(line: str, profile: Profile) -> Cleaned | None:
    """The sentence without what only speech needs; None if nothing is left."""
    begin, end = _head(line, profile), _tail(line, profile)
    whole = line[begin:end].strip()
    quote = shortened(whole, profile)
    text = _SOUND.sub(" ", quote).strip()
    text = profile.inner.sub(" ", text)
    text = _REPEATED.sub(_once, text)
    text = regex.sub(r"\s+([,.;:?!])", r"\1", regex.sub(r"\s{2,}", " ", text)).strip(" ,;:")
    text = _SOUND.sub(" ", text).strip()
    if not text or not quote:
        return None
    return Cleaned(_sentence(text, profile), quote, cut=len(quote) < len(whole))


def shortened(text: str, profile: Profile) -> str:
    """Without a last clause about the speaker; a run-on sentence up to a clause that can end it."""
    cuts = [m.start() for m in profile.clauses.finditer(text)]
    if cuts:
        last = {t.norm for t in tokens(text[cuts[-1] :])}
        if last & profile.first and not {t.norm for t in tokens(text[: cuts[-1]])} & profile.first:
            text = text[: cuts[-1]]
    if len(tokens(text)) <= _RUN_ON:
        return text
    if tokens(text)[0].norm in profile.subordinate:
        return text  # its main clause may be the one that would go
    fit = [c for c in cuts if _SHORT <= len(tokens(text[:c])) <= _RUN_ON]
    return text[: fit[-1]] if fit else text


def is_subsequence(text: str, evidence: str) -> bool:
    """Whether the words of a text stand in the evidence in this order."""
    rest = iter([t.norm for t in tokens(evidence)])
    return all(any(word.norm == other for other in rest) for word in tokens(text))


def _head(line: str, profile: Profile) -> int:
    """Where the sentence begins after marks, sounds and connectives."""
    begin = 0
    while True:
        match = _SOUND.match(line, begin) or profile.openers.match(line, begin)
        if not match and (mark := _MARK.match(line[begin:])):
            begin += mark.end()
            continue
        if not match or match.end() == begin or not line[match.end() :].strip():
            return begin
        begin = match.end()


def _tail(line: str, profile: Profile) -> int:
    end = len(line.rstrip())
    while match := profile.tails.search(line[:end]):
        end = match.start()
    return end


def _once(match: regex.Match[str]) -> str:
    """One of two equal stretches, unless saying it twice is the point."""
    words = match.group(1).casefold().split()
    emphatic = len(words) == 1 and (words[0] in _EMPHASIS or not words[0].isalpha())
    return match.group() if emphatic else match.group(1)


def _sentence(text: str, profile: Profile) -> str:
    """With a capital at the head and a full stop at the end."""
    paired = text[-1] != '"' or text.count('"') % 2 == 0
    closing = text[-1] if text[-1] in _CLOSING and paired else ""
    body = _END.sub("", text[: len(text) - len(closing)])
    stop = _STOPS.get(profile.language, ".")
    first = next((i for i, c in enumerate(body) if c.isalnum()), 0)
    return body[:first] + _capital(body[first:]) + closing + stop


def _capital(text: str) -> str:
    """A capital at the head, but not in names such as "iPhone"."""
    head = text.split(" ", 1)[0]
    upper = text[:1].upper()
    keeps = any(c.isupper() for c in head) or normalise(upper) != normalise(
        text[:1]
    )  # a dotless i has no capital of its own
    return text if keeps else upper + text[1:]
