"""A transcript as a model reads it: numbered lines (sentences where punctuation allows) in chunks."""

from pipeline.values.base import Value
from pipeline.values.review import Rejection
from pipeline.values.transcript import Segment, Transcript


class Piece(Value):
    """From this offset of a line's text on, the words come from this segment (until the next piece)."""

    offset: int
    """Character offset into `Line.text`."""
    segment: int


class Line(Value):
    """One sentence, or one stretch between pauses. `lines[i].number == i + 1`."""

    number: int
    text: str
    start_ms: int
    """Start of the first segment in it."""
    end_ms: int
    pieces: tuple[Piece, ...]
    """Ascending offsets, the first is 0."""
    speaker: str | None = None
    opens: bool = False
    """Whether a long pause, a change of speaker or a creator chapter comes just before."""

    def segment_at(self, offset: int) -> int:
        """The number of the segment that the character at `offset` comes from."""
        found = self.pieces[0].segment
        for piece in self.pieces:
            if piece.offset > offset:
                break
            found = piece.segment
        return found


class Chunk(Value):
    """Lines that one request asks about. Numbers are line numbers, inclusive; cores partition the script."""

    number: int
    """From 1."""
    context_first: int
    """First line shown for context only; equals `first` when there is none."""
    first: int
    last: int
    tokens: int
    """Estimated tokens of the core."""


class Script(Value):
    """A transcript with its lines and chunks."""

    transcript: Transcript
    lines: tuple[Line, ...]
    chunks: tuple[Chunk, ...]
    punctuated: bool
    """Whether lines are sentences; False where captions had no punctuation and pauses were used instead."""
    rejected: tuple[Rejection, ...] = ()
    """Claims about it that a person rejected: they are not to be made again."""

    def line(self, number: int) -> Line:
        """The line of this number (from 1)."""
        return self.lines[number - 1]

    def core(self, chunk: Chunk) -> tuple[Line, ...]:
        """The lines that may be cited from this chunk."""
        return self.lines[chunk.first - 1 : chunk.last]

    def context(self, chunk: Chunk) -> tuple[Line, ...]:
        """The lines shown before the core to help with names and pronouns; never citable."""
        return self.lines[chunk.context_first - 1 : chunk.first - 1]

    def segment(self, number: int) -> Segment:
        """The segment of this number (from 0)."""
        return self.transcript.segments[number]
