"""Where a quote stands in a transcript: a contiguous row of the same words, in which only hesitation may be missing.

Two ready-made aligners accept a quote with one changed word, number or added "not"; this one accepts none. Case,
punctuation, hyphens, spelling of numbers and of British and American words are evened out by the reading; hesitation
sounds and stammered repetitions may stand in either text; "you know" and "I mean" may be left out where a pause sets
them off and no negator stands beside the cut. Nothing may be inserted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex

from pipeline.language.contractions import written_out
from pipeline.language.negation import negators
from pipeline.language.reading import Reading, read
from pipeline.stages.verify.alignment import NEGATION, pieces
from pipeline.stages.verify.index import TranscriptIndex

_SLACK = 12  # words of hesitation allowed before the rarest word of a quote
_STAMMER = 4  # most words that are said twice
_DENIES = 4  # words within which a negator denies the rest of its sentence
WHOLE = regex.compile(r"[\"“„«「](.+)[\"”“»」][.,。]?", regex.DOTALL)
"""A text that is one quotation, its words as the first group."""
_ELLIPSIS = regex.compile(r"\[[^\]]{0,200}\]|\((?:\.\.\.|…)\)|\.{3,}|…")
_ASIDES = {
    "en": (
        ("you", "know"),
        ("i", "mean"),
        ("sort", "of"),
        ("kind", "of"),
        ("like",),
        ("right",),
        ("well",),
        ("so",),
        ("ok",),
    ),
    "de": (("weißt", "du"), ("ich", "meine"), ("sozusagen",), ("halt",), ("also",)),
    "fr": (("tu", "sais"), ("vous", "savez"), ("enfin",), ("quoi",)),
    "es": (("o", "sea"), ("sabes",), ("bueno",), ("pues",)),
}
# Asides that soften what is said: leaving them out is cleaning only where pauses set them off on both sides.
_LOOSE = frozenset(
    {("you", "know"), ("i", "mean"), ("weißt", "du"), ("ich", "meine"), ("tu", "sais"), ("vous", "savez"), ("o", "sea")}
)


class Span(NamedTuple):
    """Words of an index, half-open."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A quote as it is compared."""

    forms: list[str]
    negating: frozenset[str]
    fillers: frozenset[str]
    asides: tuple[tuple[str, ...], ...]


def find(index: TranscriptIndex, quote: str, within: Span | None = None) -> list[Span]:
    """Every place of a transcript (or of a part of it) where the words of a quote stand, in order."""
    quoted = _quoted(index, read([quote], index.language))
    if not quoted.forms:
        return []
    found = dict.fromkeys(
        Span(start, end)
        for start in _starts(index, quoted.forms, within)
        if (end := _match(index.reading, start, quoted)) and (within is None or end <= within.last)
    )
    return list(found)


def parts(quote: str) -> list[str]:
    """The stretches of a quote between marks of omission (…, [words of the writer])."""
    return [p.strip() for p in _ELLIPSIS.split(quote) if p.strip(" .,;:!?\"'“”")]


def is_verbatim(index: TranscriptIndex, span: Span, quote: str) -> bool:
    """Whether a quote has the transcript's own characters, but for quotation marks and outer punctuation."""
    return quote.strip(' "“”„«».,;:!?…') in index.text(*span)


def _quoted(index: TranscriptIndex, reading: Reading) -> _Quoted:
    forms: list[str] = []
    for form in reading.forms:
        if form not in index.fillers:
            forms.append(form)
            _drop_stammer(forms)
    primary = index.language.split("-")[0]
    return _Quoted(forms, negators(index.language), index.fillers, _ASIDES.get(primary, ()))


def _drop_stammer(forms: list[str]) -> None:
    """Take the last words off again if they only say once more what stands right before them."""
    for size in range(1, min(_STAMMER, len(forms) // 2) + 1):
        again = forms[-size:]
        if again == forms[-2 * size : -size] and not any(f.startswith("#") for f in again):
            del forms[-size:]
            return


def _starts(index: TranscriptIndex, forms: Sequence[str], within: Span | None) -> Iterator[int]:
    """The places where the first word of a quote stands shortly before its rarest word."""
    head = forms[:40]
    rarest = min(range(len(head)), key=lambda i: len(index.positions.get(head[i], ())))
    for place in index.positions.get(head[rarest], ()):
        if within and not within.first <= place < within.last:
            continue
        lowest = max(place - rarest - _SLACK, within.first if within else 0, 0)
        for start in range(place, lowest - 1, -1):
            if index.reading.forms[start] == forms[0]:
                yield start


def _match(reading: Reading, start: int, quoted: _Quoted) -> int:
    """One past the last word of the quote when it begins at `start`, else 0."""
    matched = 0
    place = start
    said: list[str] = []
    while matched < len(quoted.forms):
        if place >= len(reading.forms):
            return 0
        form = reading.forms[place]
        if form == quoted.forms[matched]:
            said.append(form)
            matched += 1
            place += 1
            continue
        skipped = _skippable(reading, place, quoted, said)
        if not skipped:
            return 0
        place += skipped
    return place


def _skippable(reading: Reading, place: int, quoted: _Quoted, said: Sequence[str]) -> int:
    """How many words from `place` on a quote may leave out."""
    forms = reading.forms
    if forms[place] in quoted.fillers:
        return 1
    for size in range(1, min(_STAMMER, len(said)) + 1):
        again = forms[place : place + size]
        if again == list(said[-size:]) and not any(f.startswith("#") for f in again):
            return size
    if forms[place + 1 : place + 2] and forms[place + 1].startswith(forms[place] + "'"):
        return 1  # "that, that's"
    for aside in quoted.asides:
        size = len(aside)
        if tuple(forms[place : place + size]) == aside and _may_go(reading, place, size, quoted.negating, aside):
            return size
    return 0


def _may_go(reading: Reading, place: int, size: int, negating: frozenset[str], aside: tuple[str, ...]) -> bool:
    after = place + size
    paused = reading.apart[place], after < len(reading.forms) and reading.apart[after]
    if not (all(paused) or (aside in _LOOSE and any(paused))):
        return False
    beside = [*reading.forms[max(0, place - 1) : place], *reading.forms[after : after + 1]]
    return not any(w in negating or "not" in written_out(w, "en") for w in beside)


def is_denied(index: TranscriptIndex, span: Span) -> bool:
    """Whether a negator stands shortly before some words, with no pause between ("I don't think | he …").

    Words that make up whole lines or segments stand for themselves.
    """
    units = index.reading.units
    edges = (0, len(units))
    opens = span.first in edges or units[span.first - 1] != units[span.first]
    closes = span.last in edges or units[span.last - 1] != units[span.last]
    if opens and (closes or index.script is not None):
        return False
    first = span.first
    while first > 0 and span.first - first < _DENIES and not index.reading.apart[first]:
        first -= 1
    return any(p.key == NEGATION for p in pieces(index.reading, first, span.first, index.language))


def is_quotation(text: str) -> bool:
    """Whether a text is one quotation from end to end."""
    return WHOLE.fullmatch(text.strip()) is not None
