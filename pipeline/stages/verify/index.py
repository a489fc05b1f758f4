"""A transcript made searchable, once: where every word stands, when it was said, and how much it tells."""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.language.fillers import fillers
from pipeline.language.reading import Reading, read
from pipeline.language.stemming import stem
from pipeline.language.stopwords import stop_words
from pipeline.values.script import Line, Script
from pipeline.values.transcript import Segment, Transcript

_PASSAGE_MS = 30_000  # the document of the IDF
_GRID_MS = 2_500  # places are tried at word starts this far apart
_OPENING_MS = 120_000  # in which people are introduced
_LONG_MS = 15_000  # a segment longer than this says little about when its words were said
_PREFIX = 5  # letters that two stems must share to be kin


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a claim."""

    stem: str
    weight: float
    """Its rarity in this transcript."""
    kin: tuple[tuple[str, float], ...]
    """The stems of the transcript that stand for it, best first, and how well (0 to 1); empty when never said."""


class TranscriptIndex:
    """The words of a transcript with their places and times. Building it is the dear part; asking is cheap."""

    def __init__(self, transcript: Transcript, script: Script | None = None) -> None:
        """From a transcript alone the units of text are its segments, with a script they are its lines."""
        self.transcript = transcript
        self.script = script
        self.language = transcript.language
        self.texts: list[str] = [u.text for u in (script.lines if script else transcript.segments)]
        self.reading: Reading = read(self.texts, self.language)
        self.segments = self._segments()
        self.times: NDArray[np.int64] = self._times()
        self.unit_first = [bisect_left(self.reading.units, u) for u in range(len(self.texts) + 1)]
        self.fillers = fillers(self.language)
        self._stop = stop_words(self.language)

    @classmethod
    def of_script(cls, script: Script) -> "TranscriptIndex":
        """An index whose units are the lines of a script."""
        return cls(script.transcript, script)

    def _segments(self) -> list[int]:
        """The segment of each word."""
        if self.script is None:
            return list(self.reading.units)
        lines = self.script.lines
        return [lines[u].segment_at(s) for u, s in zip(self.reading.units, self.reading.starts, strict=True)]

    def _times(self) -> NDArray[np.int64]:
        """When each word was said: words of a segment are thought to follow one another evenly."""
        times = np.zeros(len(self.segments), dtype=np.int64)
        first = 0
        while first < len(self.segments):
            last = first
            while last < len(self.segments) and self.segments[last] == self.segments[first]:
                last += 1
            segment = self.transcript.segments[self.segments[first]]
            step = (segment.end_ms - segment.start_ms) / (last - first)
            times[first:last] = segment.start_ms + (np.arange(last - first) * step).astype(np.int64)
            first = last
        return np.maximum.accumulate(times) if len(times) else times

    def stem(self, word: str) -> str:
        """The stem of a form, numbers as they are."""
        return word if word.startswith("#") else stem(word, self.language)

    def is_content(self, word: str) -> bool:
        """Whether a form carries matter: no stop word, no filler, and more than one letter where words have several."""
        if word in self._stop or word in self.fillers:
            return False
        return len(word) > 1 or not word.isascii()

    @cached_property
    def stems(self) -> list[str]:
        """The stem of each word; empty for words without matter."""
        known: dict[str, str] = {}
        for word in set(self.reading.forms):
            known[word] = self.stem(word) if self.is_content(word) else ""
        return [known[word] for word in self.reading.forms]

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Where each form stands."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.reading.forms):
            found[word].append(place)
        return dict(found)

    @cached_property
    def postings(self) -> dict[str, NDArray[np.int64]]:
        """Where each stem stands."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.stems):
            if word:
                found[word].append(place)
        return {word: np.array(places, dtype=np.int64) for word, places in found.items()}

    @cached_property
    def _passages(self) -> int:
        return max(1, math.ceil((int(self.times[-1] - self.times[0]) if len(self.times) else 0) / _PASSAGE_MS))

    def rarity(self, word: str) -> float:
        """How much a stem tells: its inverse frequency over passages of half a minute."""
        places = self.postings.get(word)
        count = len(np.unique((self.times[places] - self.times[0]) // _PASSAGE_MS)) if places is not None else 0
        return math.log(1 + (self._passages - count + 0.5) / (count + 0.5))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self.postings)

    @cached_property
    def _terms(self) -> dict[str, Term]:
        return {}

    def term(self, word: str) -> Term:
        """The term of a stem."""
        if word not in self._terms:
            kin = self._kin(word)
            self._terms[word] = Term(word, self.rarity(kin[0][0] if kin else word), kin)
        return self._terms[word]

    def terms(self, words: Sequence[str]) -> list[Term]:
        """The different content words among the forms of a claim."""
        stems = dict.fromkeys(self.stem(w) for w in words if self.is_content(w))
        return [self.term(s) for s in stems]

    def _kin(self, word: str) -> tuple[tuple[str, float], ...]:
        exact = ((word, 1.0),) if word in self.postings else ()
        if word.startswith("#") or len(word) < _PREFIX:
            return exact
        near = []
        place = bisect_left(self._vocabulary, word[:_PREFIX])
        while place < len(self._vocabulary) and self._vocabulary[place].startswith(word[:_PREFIX]):
            other = self._vocabulary[place]
            shared = _shared_prefix(word, other)
            if other != word and shared >= 0.6 * max(len(word), len(other)):
                near.append((other, 0.8))
            place += 1
        return exact + tuple(near)

    def within(self, first_ms: int, last_ms: int) -> tuple[int, int]:
        """The words said from `first_ms` on and before `last_ms`, as a half-open range."""
        first, last = np.searchsorted(self.times, [first_ms, last_ms])
        return int(first), int(last)

    def unit_range(self, first: int, last: int) -> tuple[int, int]:
        """The words of these units (from 0, inclusive, cut to those that exist), as a half-open range."""
        first, last = max(first, 0), min(last, len(self.texts) - 1)
        return (self.unit_first[first], self.unit_first[last + 1]) if first <= last else (0, 0)

    def hits(self, terms: Sequence[Term], spans: Sequence[tuple[int, int]]) -> list[float]:
        """How well each term is present in some half-open ranges of words, 0 to 1."""
        return [max((self._hit(term, *span) for span in spans), default=0.0) for term in terms]

    def _hit(self, term: Term, first: int, last: int) -> float:
        for kin, likeness in term.kin:
            places = self.postings[kin]
            at = int(places.searchsorted(first))
            if at < len(places) and places[at] < last:
                return likeness
        return 0.0

    @cached_property
    def header(self) -> frozenset[str]:
        """The stems of what is known of the video besides its words, and of the names with which it begins."""
        video = self.transcript.video
        known = read([video.title, video.channel], self.language)
        _, last = self.within(0, (int(self.times[0]) if len(self.times) else 0) + _OPENING_MS)
        named = [f for p, f in enumerate(self.reading.forms[:last]) if self._is_capital(p) and self.is_content(f)]
        return self.people | frozenset(self.stem(form) for form in [*known.forms, *named])

    @cached_property
    def people(self) -> frozenset[str]:
        """The stems of the names of those who speak, as far as they are known."""
        speakers = {s.speaker for s in self.transcript.segments if s.speaker} | set(self.transcript.video.speakers)
        return frozenset(self.stem(form) for form in read(sorted(speakers), self.language).forms)

    @cached_property
    def names(self) -> frozenset[str]:
        """The forms of words that are mostly written with a capital inside sentences."""
        capital: Counter[str] = Counter()
        small: Counter[str] = Counter()
        for place, form in enumerate(self.reading.forms):
            if not self.is_content(form) or form.startswith("#"):
                continue
            text, start = self.texts[self.reading.units[place]], self.reading.starts[place]
            if text[start].islower():
                small[form] += 1
            elif start > 0 and not self.reading.stops[place]:
                capital[form] += 1
        return frozenset(form for form, count in capital.items() if count > small[form])

    def _is_capital(self, word: int) -> bool:
        return (
            self.texts[self.reading.units[word]][self.reading.starts[word]].isupper() and not self.reading.stops[word]
        )

    @cached_property
    def grid(self) -> NDArray[np.int64]:
        """Words at which a place may begin."""
        if not len(self.times):
            return np.zeros(0, dtype=np.int64)
        cells = (self.times - self.times[0]) // _GRID_MS
        return np.flatnonzero(np.diff(cells, prepend=cells[0] - 1)).astype(np.int64)

    @cached_property
    def _presence(self) -> dict[tuple[str, int], NDArray[np.float64]]:
        return {}

    def presence(self, term: Term, width_ms: int) -> NDArray[np.float64]:
        """How well a term is present in the window of this width at each place of the grid."""
        key = (term.stem, width_ms)
        if key not in self._presence:
            best = np.zeros(len(self.grid))
            for kin, likeness in term.kin:
                places = self.postings[kin]
                inside = places.searchsorted(self._window_ends(width_ms)) > places.searchsorted(self.grid)
                np.maximum(best, inside * likeness, out=best)
            self._presence[key] = best
        return self._presence[key]

    def _window_ends(self, width_ms: int) -> NDArray[np.int64]:
        if width_ms not in self._ends:
            self._ends[width_ms] = np.searchsorted(self.times, self.times[self.grid] + width_ms)
        return self._ends[width_ms]

    @cached_property
    def _ends(self) -> dict[int, NDArray[np.int64]]:
        return {}

    def segment(self, word: int) -> Segment:
        """The segment of a word."""
        return self.transcript.segments[self.segments[word]]

    def start_ms(self, word: int) -> int:
        """The time to cite for a word: the start of its segment."""
        return self.segment(word).start_ms

    def spoken_ms(self, word: int) -> int:
        """When a word was said, as far as its segment tells: long segments are thought to be spoken evenly."""
        segment = self.segment(word)
        return segment.start_ms if segment.end_ms - segment.start_ms <= _LONG_MS else int(self.times[word])

    def text(self, first: int, last: int) -> str:
        """The transcript's own characters of the words `first:last` (half-open), texts joined by a space."""
        if first >= last:
            return ""
        begin, end = self.reading.units[first], self.reading.end_units[last - 1]
        parts = []
        for unit in range(begin, end + 1):
            text = self.texts[unit]
            parts.append(
                text[
                    self.reading.starts[first] if unit == begin else 0 : self.reading.ends[last - 1]
                    if unit == end
                    else len(text)
                ]
            )
        return " ".join(p.strip() for p in parts if p.strip())

    def line(self, word: int) -> Line | None:
        """The line of a word, when the index was built from a script."""
        return self.script.lines[self.reading.units[word]] if self.script else None


def _shared_prefix(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
