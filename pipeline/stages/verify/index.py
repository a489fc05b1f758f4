"""A transcript made searchable, once: its words with their places in the text and the times when they were said."""

from collections import Counter
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.language.reading import Reading, read
from pipeline.stages.verify.alignment import Piece, pieces
from pipeline.stages.verify.grid import Grid
from pipeline.stages.verify.phrases import Phrases
from pipeline.stages.verify.vocabulary import Term, Vocabulary
from pipeline.values.script import Script
from pipeline.values.transcript import Segment, Transcript

__all__ = ["Term", "TranscriptIndex"]

_OPENING_MS = 120_000  # in which people are introduced
_LONG_MS = 15_000  # a segment longer than this says little about when its words were said


class TranscriptIndex(Vocabulary):
    """The words of a transcript with their places and times. Building it is the dear part; asking is cheap."""

    def __init__(self, transcript: Transcript, script: Script | None = None) -> None:
        """From a transcript alone the units of text are its segments, with a script they are its lines."""
        self.transcript = transcript
        self.script = script
        self.texts: list[str] = [u.text for u in (script.lines if script else transcript.segments)]
        self.reading: Reading = read(self.texts, transcript.language)
        self.segments = self._segments()
        super().__init__(self.reading.forms, self._times(), transcript.language)
        units = np.array(self.reading.units, dtype=np.int64)
        self._unit_first: list[int] = units.searchsorted(np.arange(len(self.texts) + 1)).tolist()

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
        if not self.segments:
            return np.zeros(0, dtype=np.int64)
        numbers, first, counts = np.unique(np.array(self.segments), return_index=True, return_counts=True)
        spans = np.array([(s.start_ms, s.end_ms) for s in map(self.transcript.segments.__getitem__, numbers)])
        starts = np.repeat(spans[:, 0], counts)
        steps = np.repeat((spans[:, 1] - spans[:, 0]) / counts, counts)
        places = np.arange(len(self.segments)) - np.repeat(first, counts)
        times: NDArray[np.int64] = np.maximum.accumulate(starts + (places * steps).astype(np.int64))
        return times

    @cached_property
    def _pieces(self) -> list[Piece]:
        return pieces(self.reading, 0, len(self.reading.forms), self.language)

    @cached_property
    def _first_piece(self) -> list[int]:
        """Where the pieces of each word begin, and one past the last of all."""
        words = np.array([p.word for p in self._pieces], dtype=np.int64)
        firsts: list[int] = words.searchsorted(np.arange(len(self.reading.forms) + 1)).tolist()
        return firsts

    def pieces(self, first: int, last: int) -> list[Piece]:
        """The words `first:last` as they are compared."""
        return self._pieces[self._first_piece[first] : self._first_piece[last]] if first < last else []

    def read(self, text: str) -> Reading:
        """The words of one text in the transcript's language. Nobody may change what this returns."""
        return _read_once(text, self.language)

    @cached_property
    def grid(self) -> Grid:
        """The windows in which a claim is looked for."""
        return Grid(self.times)

    @cached_property
    def phrases(self) -> Phrases:
        """Where neighbouring words stand."""
        return Phrases(self._pieces)

    def within(self, first_ms: int, last_ms: int) -> tuple[int, int]:
        """The words said from `first_ms` on and before `last_ms`, as a half-open range."""
        first, last = self.times.searchsorted([first_ms, last_ms])
        return int(first), int(last)

    def unit_range(self, first: int, last: int) -> tuple[int, int]:
        """The words of these units (from 0, inclusive, cut to those that exist), as a half-open range."""
        first, last = max(first, 0), min(last, len(self.texts) - 1)
        return (self._unit_first[first], self._unit_first[last + 1]) if first <= last else (0, 0)

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
        telling = {form for form in self.positions if self.is_content(form) and not form.startswith("#")}
        reading, texts = self.reading, self.texts
        for place, form in enumerate(reading.forms):
            if form in telling:
                start = reading.starts[place]
                if texts[reading.units[place]][start].islower():
                    small[form] += 1
                elif start > 0 and not reading.stops[place]:
                    capital[form] += 1
        return frozenset(form for form, count in capital.items() if count > small[form])

    def _is_capital(self, word: int) -> bool:
        reading = self.reading
        return self.texts[reading.units[word]][reading.starts[word]].isupper() and not reading.stops[word]

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
        parts = self.texts[begin : end + 1]
        parts[-1] = parts[-1][: self.reading.ends[last - 1]]
        parts[0] = parts[0][self.reading.starts[first] :]
        return " ".join(stripped for part in parts if (stripped := part.strip()))


@lru_cache(maxsize=64)
def _read_once(text: str, language: str) -> Reading:
    """A claim is asked for several times in a row."""
    return read([text], language)
