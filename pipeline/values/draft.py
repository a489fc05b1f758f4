"""A model's word, unchecked. Nothing here may reach a page: only `verify` turns drafts into claims.

Drafts are read from the forms that a model fills in (see `pipeline.values.forms`), and as well from their own fields.
"""

from typing import Any, Literal

from pydantic import Field, model_validator

from pipeline.values.base import Value
from pipeline.values.exchange import Usage
from pipeline.values.forms import Join, Voice, arranged, cited, claimed


class DraftEvidence(Value):
    """Where the transcript says it."""

    line: int
    quote: str

    @model_validator(mode="before")
    @classmethod
    def _from_form(cls, given: Any) -> Any:
        return cited(given) if isinstance(given, str) else given


class DraftClaim(Value):
    """One fact, evidence first."""

    evidence: tuple[DraftEvidence, ...] = Field(min_length=1, max_length=3)
    subject: str
    text: str
    voice: Voice

    @model_validator(mode="before")
    @classmethod
    def _from_form(cls, given: Any) -> Any:
        return claimed(given) if isinstance(given, dict) and "predicate" in given else given


class DraftCallout(Value):
    """A line worth reading in the speaker's own words."""

    line: int
    quote: str
    speaker: str
    title: str


class OutlineDraft(Value):
    """The answer to one chunk."""

    claims: tuple[DraftClaim, ...] = Field(max_length=60)
    callouts: tuple[DraftCallout, ...] = Field(max_length=2)


class Unread(Value):
    """Lines that no answer covers, and why."""

    first: int
    last: int
    reason: str


class ChunkDraft(Value):
    """What became of one chunk: an outline, or the reason why there is none."""

    chunk: int
    outline: OutlineDraft = OutlineDraft(claims=(), callouts=())
    failure: str | None = None
    """Why these minutes were not outlined (refused, content filter, bad replies), for people; None when answered."""
    unread: tuple[Unread, ...] = ()
    """Which of its lines; all of them where there is a failure and none are named."""
    usage: Usage = Usage()


class DraftRepair(Value):
    """What becomes of one claim that failed its check."""

    id: int
    action: Literal["rewrite", "split", "drop"]
    claims: tuple[DraftClaim, ...] = Field(max_length=4)
    """One for rewrite, two to four for split, none for drop."""


class MendDraft(Value):
    """The answer about the failed claims of one chunk."""

    repairs: tuple[DraftRepair, ...]


class DraftStep(Value):
    """One claim in its place, with the word that joins it to the claim before."""

    join: Join
    claim: int


class DraftSection(Value):
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[tuple[DraftStep, ...], ...]
    callout: int
    """Number of a quote, 0 for none."""

    @model_validator(mode="before")
    @classmethod
    def _from_form(cls, given: Any) -> Any:
        return arranged(given, "paragraphs") if isinstance(given, dict) else given


class DraftNote(Value):
    """One topic."""

    title: str
    aliases: tuple[str, ...]
    lead: tuple[DraftStep, ...]
    callout: int
    sections: tuple[DraftSection, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_form(cls, given: Any) -> Any:
        return arranged(given, "lead") if isinstance(given, dict) else given


class DraftEntity(Value):
    """A name as it stands in the claims, its fullest form there, and how to refer to it."""

    name: str
    full: str
    pronoun: Literal["he", "she", "it", "they", ""]
    short: str


class DraftUnused(Value):
    """A claim left out, and why."""

    claim: int
    reason: Literal["repeats", "off_topic", "too_thin", "unclear"]


class PlanDraft(Value):
    """Claims arranged into notes: numbers, titles and headings, no facts."""

    entities: tuple[DraftEntity, ...]
    notes: tuple[DraftNote, ...]
    unused: tuple[DraftUnused, ...]
