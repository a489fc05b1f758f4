"""What a person decides about notes: claims accepted, edited, moved or rejected, conflicts settled, notes approved."""

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from pipeline.values.base import Value
from pipeline.values.outline import Claim

Action = Literal["accept", "reject", "edit", "move"]
NoteState = Literal["draft", "approved", "committed"]
"""Not yet approved as it is now; approved; approved, and the last commit has it."""


class Conflict(Value):
    """A place of a page that a person and a new text of ours both changed; the person's words stand on the page."""

    heading: str = ""
    """The heading above it."""
    base: str = ""
    """Our text before."""
    mine: str = ""
    """The person's; empty where they took it out, and where the whole page is meant."""
    new: str = ""
    """Our new text; empty where it is said no more."""

    @property
    def id(self) -> str:
        """A short name of it that stays while it does."""
        return "x" + hashlib.sha256(f"{self.mine}\0{self.new}".encode()).hexdigest()[:6]


class Decision(Value):
    """What a person said about one claim. The last one about a claim counts."""

    kind: Literal["claim"] = "claim"
    action: Action
    text: str
    """The claim as it was proposed, by which it is known again in later runs."""
    time_ms: int
    """Of its first citation."""
    reason: str = ""
    """Why it was rejected."""
    claim: Claim | None = None
    """The claim as it reads after an edit or a move, with the verdict on it."""
    note: str = ""
    """Title of the note that it stood in."""
    by: str = ""
    at: str = ""
    """ISO 8601, UTC."""


class Standing(Value):
    """The page of a note as it was when a person approved it."""

    kind: Literal["note"] = "note"
    title: str
    """Of the note."""
    digest: str
    """Of the page's bytes: other ones have to be approved anew."""
    by: str = ""
    at: str = ""


class Settled(Value):
    """A conflict that a person settled."""

    kind: Literal["conflict"] = "conflict"
    page: str
    conflict: Conflict
    took: Literal["mine", "new"]
    by: str = ""
    at: str = ""


Entry = Annotated[Decision | Standing | Settled, Field(discriminator="kind")]


class Rejection(Value):
    """A claim that a person rejected, as the next prompt is told of it."""

    text: str
    reason: str
    """Empty where none was given."""
    time_ms: int


class Review(Value):
    """All that was decided about one video's notes, oldest first."""

    video: str
    entries: tuple[Entry, ...] = ()

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Those about claims."""
        return tuple(e for e in self.entries if e.kind == "claim")

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """The claims that are rejected, and not decided otherwise later; for the next prompt."""
        last = {d.text: d for d in self.decisions}
        found = (d for d in last.values() if d.action == "reject")
        return tuple(Rejection(text=d.text, reason=d.reason, time_ms=d.time_ms) for d in found)

    def approval(self, title: str, digest: str) -> Standing | None:
        """The approval of a note whose page has this digest; another page than the approved one has none."""
        standings = [e for e in self.entries if e.kind == "note" and e.title == title]
        return standings[-1] if standings and standings[-1].digest == digest else None

    def adding(self, entry: Entry) -> "Review":
        """This with one more entry."""
        return self.model_copy(update={"entries": (*self.entries, entry)})
