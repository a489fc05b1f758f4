"""A transcript as statements: sentences of the speaker's own words with the time at which each is said."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import regex

from pipeline.language.tokens import tokens
from pipeline.measuring.lexicon import Lexicon, lexicon
from pipeline.values.base import Value
from pipeline.values.transcript import Segment, Transcript

# A stop after a single capital belongs to somebody's initials.
_END = regex.compile(r"(?:(?<![\s.]\p{Lu})\.+|[!?…؟।])+[\"”’»)]*(?=\s)\s*|[。！？]+[」』”]*\s*")
_NOISE = regex.compile(r"\[|\]|>>|♪|[\"“”„«»「」]|<|>|https?:|…|\.\.\.")
_SENTENCES = 60  # a transcript with fewer sentence ends than one in so many words has no punctuation
_WORDS, _CHARACTERS = (7, 42), (12, 90)
_RUN_WORDS, _RUN_CHARACTERS = 14, 24  # words of a statement where nothing marks the end of a sentence
_LONG = 4
_LONG_MS = 120_000  # a segment so long is one turn of a speaker, or a file without times of its own
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


class Statement(Value):
    """A sentence of a transcript."""

    text: str
    """The transcript's own characters, with one space between segments."""
    start_ms: int
    """Start of the segment of its first word: what a note cites."""
    spoken_ms: int
    """When its first word is said, as far as that can be told of a long segment."""
    end_ms: int
    """When its last word has been said, likewise."""
    speaker: str | None
    number: int
    """Its place among all statements of the talk."""
    after_stop: bool
    """Whether a sentence ended before it, so that its first letter is a capital for that alone."""


class Talk:
    """A transcript with its statements, and a quick way to ask what is said when."""

    def __init__(self, name: str, transcript: Transcript) -> None:
        """`name` tells it from the others of one run."""
        self.name = name
        self.transcript = transcript
        self.lexicon: Lexicon = lexicon(transcript.language)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every sentence that says enough to be checked."""
        low, high = _WORDS if self.is_spaced else _CHARACTERS
        every = enumerate(_statements(self.transcript.segments, spaced=self.is_spaced))
        return tuple(
            s.model_copy(update={"number": number})
            for number, s in every
            if low <= len(tokens(s.text)) <= high and not _NOISE.search(s.text) and len(self.marks(s.text)) >= 3
        )

    @cached_property
    def is_spaced(self) -> bool:
        """Whether spaces stand between its words."""
        sample = self.text[:4_000]
        return len(_UNSPACED.findall(sample)) * 4 < len(sample)

    @cached_property
    def text(self) -> str:
        """All of it, with one space between segments."""
        return " ".join(s.text for s in self.transcript.segments)

    @cached_property
    def norms(self) -> str:
        """All words in their form for comparing, each between spaces."""
        return self.normed(self.text)

    def normed(self, text: str) -> str:
        """The words of a text in their form for comparing, each between spaces."""
        return f" {' '.join(t.norm for t in tokens(text))} "

    def marks(self, text: str) -> frozenset[str]:
        """What tells a text from others: longer words and numbers; pairs of characters where words have no spaces."""
        found = [t.norm for t in tokens(text)]
        if self.is_spaced:
            return frozenset(w for w in found if len(w) >= _LONG or any(c.isdigit() for c in w))
        return frozenset(a + b for a, b in pairwise(found))

    def says(self, text: str) -> bool:
        """Whether these very words are said one after the other, anywhere."""
        return self.normed(text) in self.norms

    def share_around(self, text: str, first_ms: int, last_ms: int) -> float:
        """The share of a text's marks that are said between two times."""
        wanted = self.marks(text)
        said: frozenset[str] = frozenset().union(*self.segment_marks[self._range(first_ms, last_ms)])
        return len(wanted & said) / len(wanted) if wanted else 0.0

    def between(self, first_ms: int, last_ms: int) -> str:
        """The segments of which a part is said between two times."""
        return " ".join(s.text for s in self.transcript.segments[self._range(first_ms, last_ms)])

    def around(self, statement: Statement, reach_ms: int = 30_000) -> str:
        """What is said from a while before a statement to a while after it."""
        first_ms, last_ms = statement.spoken_ms - reach_ms, statement.end_ms + reach_ms
        return " ".join(
            _clipped(s, first_ms, last_ms) for s in self.transcript.segments[self._range(first_ms, last_ms)]
        )

    @cached_property
    def segment_marks(self) -> list[frozenset[str]]:
        """The marks of each segment."""
        return [self.marks(s.text) for s in self.transcript.segments]

    def _range(self, first_ms: int, last_ms: int) -> slice:
        begin, end = bisect_left(self._starts, first_ms), bisect_right(self._starts, last_ms)
        return slice(max(0, begin - 1), end)

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start_ms for s in self.transcript.segments]


def _statements(segments: Sequence[Segment], *, spaced: bool) -> Iterator[Statement]:
    words = sum(len(s.text.split()) if spaced else len(s.text) for s in segments)
    ends = sum(len(_END.findall(s.text + " ")) for s in segments)
    for turn in _turns(segments):
        if ends * _SENTENCES >= words:
            yield from _sentences(turn)
        else:
            yield from _runs(turn, _RUN_WORDS if spaced else _RUN_CHARACTERS)


def _turns(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    turn: list[Segment] = []
    for segment in segments:
        if turn and segment.speaker != turn[-1].speaker:
            yield turn
            turn = []
        turn.append(segment)
    if turn:
        yield turn


def _sentences(turn: list[Segment]) -> Iterator[Statement]:
    text, begins = "", []
    for segment in turn:
        begins.append(len(text))
        text += segment.text + " "
    start = 0
    for end in [*(m.end() for m in _END.finditer(text)), len(text)]:
        sentence = text[start:end]
        if sentence.strip():
            own = (start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip()))
            first, last = (bisect_right(begins, at) - 1 for at in (own[0], own[1] - 1))
            yield Statement(
                text=sentence.strip(),
                start_ms=turn[first].start_ms,
                spoken_ms=_within(turn[first], own[0] - begins[first]),
                end_ms=_within(turn[last], own[1] - begins[last]),
                speaker=turn[first].speaker,
                number=0,
                after_stop=True,
            )
        start = end


def _runs(turn: list[Segment], length: int) -> Iterator[Statement]:
    run: list[Segment] = []
    for segment in turn:
        run.append(segment)
        text = " ".join(s.text for s in run)
        if len(tokens(text)) >= length:
            yield Statement(
                text=text,
                start_ms=run[0].start_ms,
                spoken_ms=run[0].start_ms,
                end_ms=run[-1].end_ms,
                speaker=run[0].speaker,
                number=0,
                after_stop=False,
            )
            run = []


def _within(segment: Segment, at: int) -> int:
    """The time at which a segment has come to a character, if it is spoken evenly."""
    share = min(1.0, at / max(1, len(segment.text)))
    return segment.start_ms + round(share * (segment.end_ms - segment.start_ms))


def _clipped(segment: Segment, first_ms: int, last_ms: int) -> str:
    """The part of a segment between two times; all of it unless it is so long that one of them is far from its ends."""
    length = segment.end_ms - segment.start_ms
    begin = max(0.0, (first_ms - segment.start_ms) / length - 0.1) if length > _LONG_MS else 0.0
    end = min(1.0, (last_ms - segment.start_ms) / length + 0.1) if length > _LONG_MS else 1.0
    return segment.text[int(begin * len(segment.text)) : int(end * len(segment.text)) + 1]
