"""What becomes of one chunk: the parts that it is asked in, what is good of their answers, which lines are missing."""

from dataclasses import dataclass, field

from pipeline.errors import BadReply, TransientError
from pipeline.stages.draft import MOST_CALLOUTS, MOST_CLAIMS
from pipeline.stages.exchanging import Unusable
from pipeline.stages.soundness import Ground, sound_outline
from pipeline.values.draft import ChunkDraft, OutlineDraft, Unread
from pipeline.values.exchange import Request, Usage
from pipeline.values.script import Chunk


@dataclass
class Part:
    """A stretch of a chunk that one request asks about."""

    chunk: Chunk
    request: Request
    where: str
    """Its stretch of time if it is not the whole chunk, for people."""
    halved: int = 0
    again: int = 0
    best: OutlineDraft | None = None
    failure: str | None = None
    unread_from: int = 0
    """The first line that `failure` is about."""

    def failed(self, reason: str) -> None:
        """Nothing was answered about this part, or nothing after the claims that were kept."""
        cited = [e.line for c in self.best.claims for e in c.evidence] if self.best else []
        inside = [line for line in cited if self.chunk.first <= line <= self.chunk.last]
        if inside or not cited:  # claims that cite other lines only: verification says what these are worth
            self.failure, self.unread_from = reason, max(inside, default=self.chunk.first - 1) + 1

    @property
    def unread(self) -> Unread | None:
        """The lines that no answer covers."""
        if self.failure is None or self.unread_from > self.chunk.last:
            return None
        return Unread(first=self.unread_from, last=self.chunk.last, reason=self.failure)


@dataclass
class AskedChunk:
    """One chunk with all the parts that it was asked in; parts still open are counted."""

    whole: Chunk
    parts: list[Part] = field(default_factory=list)
    open: int = 0
    usage: Usage = field(default_factory=Usage)
    replied: bool = False
    error: TransientError | BadReply | None = None

    def draft(self) -> ChunkDraft:
        """What there is of it by now."""
        parts = sorted((p for p in self.parts if p.best or p.failure), key=lambda p: p.chunk.first)
        claims = tuple(c for p in parts if p.best for c in p.best.claims)
        callouts = tuple(c for p in parts if p.best for c in p.best.callouts)
        unread = tuple(u for p in parts if (u := p.unread))
        failures = [p.where + p.failure for p in parts if p.failure and p.unread]
        return ChunkDraft(
            chunk=self.whole.number,
            outline=OutlineDraft(claims=claims[:MOST_CLAIMS], callouts=callouts[:MOST_CALLOUTS]),
            failure="; ".join(failures) or None,
            unread=unread,
            usage=self.usage,
        )


def clock(ms: int) -> str:
    """Hours, minutes and seconds, for people."""
    minutes, seconds = divmod(ms // 1_000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def keep(part: Part, error: Unusable, ground: Ground) -> Unusable:
    """Keeps the good claims of an unusable answer, if they are more than those that were kept before.

    Returns:
        The error, or what is wrong with the claims themselves: an answer that cites other lines may be copied.
    """
    kept = error.kept
    if isinstance(kept, OutlineDraft):
        try:
            kept = sound_outline(kept, ground)
        except Unusable as worse:
            kept, error = worse.kept, worse
    if isinstance(kept, OutlineDraft) and len(kept.claims) > (len(part.best.claims) if part.best else 0):
        part.best = kept
    return error


def within(draft: OutlineDraft | None, stretch: Chunk) -> OutlineDraft | None:
    """Those claims of a draft that cite lines of a stretch; None where there are none."""
    claims = draft.claims if draft else ()
    inside = tuple(c for c in claims if any(stretch.first <= e.line <= stretch.last for e in c.evidence))
    return OutlineDraft(claims=inside, callouts=()) if inside else None
