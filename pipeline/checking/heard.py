"""What a person would look up in a transcript: which words are said, where, and what a quotation was made of."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from rapidfuzz import fuzz, process

from pipeline.language.contractions import written_out
from pipeline.language.negation import negators
from pipeline.language.reading import Reading, read
from pipeline.language.stemming import stem
from pipeline.language.stopwords import primary_subtag, stop_words
from pipeline.values.transcript import Transcript

_BEFORE_MS = 15_000
_AFTER_MS = 30_000
_HALF = 0.5
_POINTING = {
    "en": frozenset({"this", "these", "that", "those", "such", "it", "they", "thus", "therefore", "hence", "so"}),
    "de": frozenset({"dies", "diese", "dieser", "dieses", "das", "es", "somit", "daher", "also"}),
    "fr": frozenset({"cela", "ceci", "ce", "cette", "ces", "il", "ainsi", "donc"}),
    "es": frozenset({"esto", "este", "esta", "estos", "estas", "eso", "así"}),
}
_LABEL = re.compile(r"[^:.!?]{1,60}:\s")
_LEAST_LETTERS = 3
_FEW_DIGITS = 2
_ALIKE = 0.8
_SPELLED = 88  # of 100
_EDGE = 3
"""So many words beside the likest ones are looked at again, for those that a quotation changed at its ends."""


@dataclass(frozen=True, slots=True)
class Word:
    """A telling word of a claim: no little word, no letter of a formula."""

    text: str
    key: str
    """What two forms of one word share."""
    exact: bool
    """Whether it is a name or a number, for which nothing else can be said, and no gloss in parentheses."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A quotation beside the words that it was made of."""

    said: str
    """The transcript's own words."""
    time_ms: int
    likeness: float
    """The share of the quotation's words that are said in their order, 0 to 1."""
    changes: tuple[tuple[str, str], ...]
    """What the quotation says and what was said in its place, either may be empty."""
    weighty: bool
    """Whether a number, a negation or another word was changed, rather than the form of one or a little word."""


def _label_end(claim: str) -> int:
    """Where the label before a colon ends, whose Title Case names nobody; everything is label where nothing follows."""
    label = _LABEL.match(claim)
    return label.end() if label else len(claim) if claim.istitle() else 0


class Heard:
    """The words of one transcript. Nothing is read before something is asked."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._language = transcript.language
        self._stop_words = stop_words(transcript.language)

    @cached_property
    def _reading(self) -> Reading:
        return read([segment.text for segment in self._transcript.segments], self._language)

    @cached_property
    def _keys(self) -> list[str]:
        return [self._key(form) for form in self._reading.forms]

    @cached_property
    def _anywhere(self) -> frozenset[str]:
        video = self._transcript.video
        titles = read([video.title, video.channel, *video.speakers], self._language).forms
        return frozenset(self._keys) | {self._key(form) for form in titles}

    @cached_property
    def _starts_ms(self) -> list[int]:
        return [self._transcript.segments[unit].start_ms for unit in self._reading.units]

    def _key(self, form: str) -> str:
        return form if form.startswith("#") else stem(form, self._language)

    def telling(self, claim: str) -> list[Word]:
        """The telling words of a claim in order, each once."""
        reading = read([claim], self._language)
        label = _label_end(claim)
        words: dict[str, Word] = {}
        for place, form in enumerate(reading.forms):
            text = claim[reading.starts[place] : reading.ends[place]]
            number = place in reading.numbers
            if number and sum(char.isdigit() for char in text) <= _FEW_DIGITS:
                continue  # counts and indices are said in too many ways
            if not number and (form in self._stop_words or len(text) < _LEAST_LETTERS or not text.isalpha()):
                continue
            name = place > 0 and not reading.apart[place] and reading.starts[place] >= label and text.istitle()
            key = self._key(form)
            aside = claim.count("(", 0, reading.starts[place]) > claim.count(")", 0, reading.starts[place])
            words.setdefault(key, Word(text, key, exact=(number or name) and not aside))
        return list(words.values())

    def plainness(self, claim: str) -> float:
        """How well a claim can be looked up by its words, 0 to 1.

        What a formula says aloud is seldom as it is written, and "This shows …" sums up what came before.
        """
        forms = read([claim], self._language).forms
        words = sum(form.isalpha() and len(form) > 1 for form in forms)
        pointing = _POINTING.get(primary_subtag(self._language), frozenset()).intersection(forms[:1])
        return words / (len(forms) or 1) * (_HALF if pointing else 1.0)

    def nowhere(self, words: Sequence[Word]) -> list[Word]:
        """Those of the words that are said nowhere; captions spell names in their own way ("Glick" for "Gleick")."""
        lacking = [word for word in words if word.key not in self._anywhere]
        return [word for word in lacking if not (word.exact and word.text.isalpha() and self._is_spelled(word.key))]

    def _is_spelled(self, key: str) -> bool:
        """Whether something is said that is written nearly so."""
        return process.extractOne(key, self._anywhere, scorer=fuzz.ratio, score_cutoff=_SPELLED) is not None

    def around(self, time_ms: int) -> frozenset[str]:
        """Keys of the words said around a time."""
        first = bisect_left(self._starts_ms, time_ms - _BEFORE_MS)
        last = bisect_right(self._starts_ms, time_ms + _AFTER_MS)
        return frozenset(self._keys[first:last])

    def likest(self, quote: str, time_ms: int) -> Altered | None:
        """The words that are most like a quotation, those around the time before others as like; None where none are.

        Short forms are written out on both sides: "what's" is no change of "what is".
        """
        wanted = _Row.of(read([quote], self._language), self._language)
        if not wanted.forms:
            return None
        here = self._likest_in(quote, wanted, self._between(time_ms - _BEFORE_MS, time_ms + _AFTER_MS))
        if here and here.likeness >= _ALIKE:
            return here
        there = self._likest_in(quote, wanted, self._near(wanted.forms))
        return max((a for a in (here, there) if a), key=lambda a: a.likeness, default=None)

    @cached_property
    def _row(self) -> "_Row":
        return _Row.of(self._reading, self._language)

    @cached_property
    def _text(self) -> str:
        return " ".join(self._row.forms)

    def _between(self, first_ms: int, last_ms: int) -> range:
        """Places in the row of the words said between two times."""
        first, last = bisect_left(self._starts_ms, first_ms), bisect_right(self._starts_ms, last_ms)
        return range(bisect_left(self._row.words, first), bisect_left(self._row.words, last))

    def _near(self, forms: Sequence[str]) -> range:
        """The places of the whole row most like some words, with a few more on both sides."""
        found = fuzz.partial_ratio_alignment(" ".join(forms), self._text)
        if found is None:
            return range(0)
        first = self._text.count(" ", 0, found.dest_start)
        last = self._text.count(" ", 0, found.dest_end) + 1
        return range(max(0, first - _EDGE), min(len(self._row.forms), last + _EDGE))

    def _likest_in(self, quote: str, wanted: "_Row", places: range) -> Altered | None:
        window = self._window(wanted.forms, places)
        if not window:
            return None
        likeness, changes = self._compared(wanted.forms, window)
        return Altered(
            said=self._said(window),
            time_ms=self._starts_ms[self._row.words[window[0]]],
            likeness=likeness,
            changes=tuple((wanted.cut(quote, a), self._said(b)) for a, b in changes),
            weighty=any(self._is_weighty(wanted.forms[a.start : a.stop], b) for a, b in changes),
        )

    def _window(self, wanted: Sequence[str], places: range) -> range:
        """The tightest of the likest rows of words in these places; empty where nothing is alike."""
        said = self._row.forms[places.start : places.stop]
        blocks = [b for b in SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks() if b.size]
        if not blocks:
            return range(0)
        head, tail = blocks[0], blocks[-1]
        over = len(wanted) - tail.a - tail.size
        first = places.start + max(0, head.b - head.a)
        last = places.start + min(len(said), tail.b + tail.size + over)
        # Words said twice ("… turns. The Earth turns 15 degrees") stretch the row: the end or the beginning is enough.
        size = len(wanted)
        rows = [range(first, last), range(max(first, last - size), last), range(first, min(last, first + size))]
        return max(rows, key=lambda row: (self._compared(wanted, row)[0], -len(row)))

    def _compared(self, wanted: Sequence[str], window: range) -> tuple[float, list[tuple[range, range]]]:
        """The share of some words that stand in a row of words in their order, and what differs."""
        said = self._row.forms[window.start : window.stop]
        codes = SequenceMatcher(None, wanted, said, autojunk=False).get_opcodes()
        differ = [
            (range(a, b), range(window.start + c, window.start + d)) for tag, a, b, c, d in codes if tag != "equal"
        ]
        return 1 - sum(len(a) for a, _ in differ) / len(wanted), differ

    def _is_weighty(self, quoted: Sequence[str], said: range) -> bool:
        theirs = {self._key(form) for form in quoted if self._weighs(form)}
        ours = {self._key(form) for form in self._row.forms[said.start : said.stop] if self._weighs(form)}
        return theirs != ours

    def _weighs(self, form: str) -> bool:
        return form not in self._stop_words or form in negators(self._language)

    def _said(self, places: range) -> str:
        """The transcript's own characters of a row of words."""
        if not places:
            return ""
        reading, segments = self._reading, self._transcript.segments
        first, last = self._row.words[places[0]], self._row.words[places[-1]]
        units = range(reading.units[first], reading.end_units[last] + 1)
        texts = [segments[unit].text for unit in units]
        texts[-1] = texts[-1][: reading.ends[last]]
        texts[0] = texts[0][reading.starts[first] :]
        return " ".join(texts)


@dataclass(frozen=True, slots=True)
class _Row:
    """The words of a reading with short forms written out."""

    reading: Reading
    forms: list[str]
    words: list[int]
    """The word of the reading that each form comes from."""

    @classmethod
    def of(cls, reading: Reading, language: str) -> "_Row":
        spelled = [(form, at) for at, word in enumerate(reading.forms) for form in written_out(word, language)]
        return cls(reading, [form for form, _ in spelled], [at for _, at in spelled])

    def cut(self, text: str, places: range) -> str:
        """The characters of some words of one text."""
        if not places:
            return ""
        return text[self.reading.starts[self.words[places[0]]] : self.reading.ends[self.words[places[-1]]]]
