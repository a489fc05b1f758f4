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
from pipeline.language.reading import Reading
from pipeline.language.tokens import is_character
from pipeline.stages.verify.alignment import NEGATION
from pipeline.stages.verify.index import TranscriptIndex

_SLACK = 12  # words of hesitation allowed before the rarest word of a quote
_STAMMER = 4  # most words that are said twice
_DENIES = 4  # words within which a negator denies the rest of its sentence
WHOLE = regex.compile(r"[\"“„«「](.+)[\"”“»」][.,。]?", regex.DOTALL)
"""A text that is one quotation, its words as the first group."""
_ELLIPSIS = regex.compile(r"\[[^\]]{0,200}\]|\((?:\.\.\.|…)\)|\.{3,}|…")
_NEGATION_ENDS = frozenset({"ja", "ko"})
_NEGATION_WORDS = 4  # most words that spell one
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
    quoted = _quoted(index, index.read(quote))
    if not quoted.forms:
        return []
    found = dict.fromkeys(
        Span(start, end)
        for start in _starts(index, quoted.forms, within)
        if (end := _match(index.reading, start, quoted))
        and (within is None or end <= within.last)
        and not (stops_short(index, end) or _starts_late(index, start))
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
    negating = negators(index.language)
    for form in reading.forms:
        if form not in index.fillers:
            forms.append(form)
            if not is_character(form):  # said twice it is another word: 人人
                _drop_stammer(forms, negating)
    return _Quoted(forms, negating, index.fillers, _ASIDES.get(reading.language, ()))


def stops_short(index: TranscriptIndex, after: int) -> bool:
    """Whether words that end before the word `after` leave out the negation that closes their sentence.

    Where a negation ends a word or follows its verb (Japanese, Korean), any right after them does.
    """
    size = index.reading.negations.get(after, 0)
    if not size or index.reading.apart[after]:
        return False
    following = after + size
    units = index.reading.units
    closes = following >= len(units) or index.reading.apart[following] or units[following] != units[after]
    return closes or index.reading.language in _NEGATION_ENDS


def _starts_late(index: TranscriptIndex, first: int) -> bool:
    """Whether words leave out the negation with which their sentence begins, in a language with a lexicon."""
    reading = index.reading
    for size in range(1, min(_NEGATION_WORDS, first) + 1):
        if reading.negations.get(first - size) == size and not reading.apart[first]:
            return reading.apart[first - size]
    return False


def _drop_stammer(forms: list[str], negating: frozenset[str]) -> None:
    """Take the last words off again if they only say once more what stands right before them."""
    for size in range(1, min(_STAMMER, len(forms) // 2) + 1):
        if forms[-1] != forms[-1 - size]:
            continue
        again = forms[-size:]
        if negating.intersection(again):
            return
        if again == forms[-2 * size : -size] and not any(f.startswith("#") for f in again):
            del forms[-size:]
            return


def _starts(index: TranscriptIndex, forms: Sequence[str], within: Span | None) -> Iterator[int]:
    """The places where the first word of a quote stands shortly before its rarest word."""
    head = forms[:40]
    # A short form may be written out on either side, so that a word of grammar may stand nowhere as it is.
    telling = [i for i, form in enumerate(head) if index.is_content(form) and "'" not in form] or range(len(head))
    rarest = min(telling, key=lambda i: len(index.positions.get(head[i], ())))
    begins = _begins(forms[0])
    for place in index.positions.get(head[rarest], ()):
        if within and not within.first <= place < within.last:
            continue
        lowest = max(place - rarest - _SLACK, within.first if within else 0, 0)
        for start in range(place, lowest - 1, -1):
            form = index.reading.forms[start]
            if form == begins or ("'" in form and _begins(form) == begins):
                yield start


def _begins(form: str) -> str:
    return written_out(form, "en")[0] if "'" in form else form


def _written_out(said: Sequence[str], quoted: Sequence[str]) -> tuple[int, int]:
    """How many words of what was said and of a quote are one short form, written out in one of them ("what's")."""
    for one, other, swapped in ((said, quoted, False), (quoted, said, True)):
        words = written_out(one[0], "en") if "'" in one[0] else ()
        if len(words) > 1 and tuple(other[: len(words)]) == words:
            return (len(words), 1) if swapped else (1, len(words))
    return 0, 0


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
        heard, read = _written_out(reading.forms[place : place + 2], quoted.forms[matched : matched + 2])
        if heard:
            said += reading.forms[place : place + heard]
            matched, place = matched + read, place + heard
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
    for size in range(2 if is_character(forms[place]) else 1, min(_STAMMER, len(said)) + 1):
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
    return any(p.key == NEGATION for p in index.pieces(first, span.first))


def is_quotation(text: str) -> bool:
    """Whether a text is one quotation from end to end."""
    return WHOLE.fullmatch(text.strip()) is not None
