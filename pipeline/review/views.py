"""What is shown of a note under review: values for any door to draw, or to print as JSON."""

from pipeline.values.base import Value
from pipeline.values.outline import GOOD, Verdict
from pipeline.values.review import Action, Conflict, NoteState


class QueueRow(Value):
    """A note in the queue."""

    page: str
    """Path in the vault."""
    title: str
    video: str
    state: NoteState
    doubtful: int
    """Marked statements on the page that nobody decided about."""
    conflicts: int
    edited: bool
    """Whether the page has words that we did not write."""

    @property
    def need(self) -> tuple[int, int, int, str]:
        """Smaller comes first: drafts before others, then what is open, then by name."""
        order = {"draft": 0, "approved": 1, "committed": 2}[self.state]
        return (order, -(self.doubtful + self.conflicts), -int(self.edited), self.page)


class CueView(Value):
    """A cited place: the words around the quote, and the quote."""

    time_ms: int
    time: str
    before: str
    quote: str
    after: str
    link: str | None
    """Opens the video there."""


class ClaimView(Value):
    """A claim with its proof."""

    id: int
    text: str
    proposed: str
    """As it was outlined, where a person changed it; else empty."""
    changed: bool
    """Whether a person reworded it or cited it elsewhere."""
    heading: str
    """Under which it stands; empty in the lead and where it is on no page."""
    verdict: Verdict
    tier: str
    reason: str
    words: tuple[str, ...]
    decision: Action | None
    why: str
    """The reason of a rejection."""
    open: bool
    """Whether it is doubtful and a person should decide."""
    evidence: tuple[CueView, ...]


class EditView(Value):
    """A sentence of the page that a person wrote, checked like any other."""

    text: str
    time: str
    """Of its citation; empty where it has none."""
    verdict: Verdict | None
    """None where it cites nothing."""
    reason: str


class NoteView(Value):
    """A note under review."""

    page: str
    title: str
    video: str
    video_title: str
    state: NoteState
    approved_by: str
    claims: tuple[ClaimView, ...]
    """On the page, in its order; rejected ones last."""
    dropped: tuple[ClaimView, ...]
    """Claims of the video that no page shows: they could not be proved."""
    edits: tuple[EditView, ...]
    conflicts: tuple[Conflict, ...]
    conflict_ids: tuple[str, ...]
    """One a conflict, in its order."""

    @property
    def open(self) -> tuple[ClaimView, ...]:
        """Claims that a person should decide about."""
        return tuple(c for c in self.claims if c.open)

    @property
    def unproved(self) -> tuple[EditView, ...]:
        """Sentences of the person's own that cite what does not say them."""
        return tuple(e for e in self.edits if e.verdict is not None and e.verdict not in GOOD)

    def claim(self, number: int) -> ClaimView | None:
        """The claim of this id, if the note shows it."""
        return next((c for c in self.claims if c.id == number), None)
