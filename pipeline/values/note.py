"""Notes, video pages and channel pages as values, and the pages they become.

Every text in them is plain text. Only `pipeline.stages.render` knows Markdown.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pipeline.values.base import Value
from pipeline.values.outline import Gap
from pipeline.values.transcript import Trust, Video

PageKind = Literal["note", "video", "channel"]


class Text(Value):
    """Words of a sentence."""

    kind: Literal["text"] = "text"
    text: str


class Link(Value):
    """Words of a sentence that lead to another page of the vault."""

    kind: Literal["link"] = "link"
    slug: str
    text: str


class Cite(Value):
    """The place in the video that proves the words before it."""

    kind: Literal["cite"] = "cite"
    time_ms: int


class Mark(Value):
    """Tells the reader that the words before it were not proved beyond doubt: `*(doubtful)*` before the citation."""

    kind: Literal["mark"] = "mark"
    text: str = "doubtful"


Part = Annotated[Text | Link | Cite | Mark, Field(discriminator="kind")]


class Sentence(Value):
    """One sentence with its proof inside; `end` is its full stop, which stands after the citations."""

    parts: tuple[Part, ...]
    end: str = "."


Paragraph = tuple[Sentence, ...]


class QuoteCallout(Value):
    """The speaker's own words."""

    title: str
    text: str
    time_ms: int
    speaker: str = ""


class NoteSection(Value):
    """A heading ("" for the lead), its paragraphs and its quote."""

    heading: str
    paragraphs: tuple[Paragraph, ...]
    quote: QuoteCallout | None = None


class PageLink(Value):
    """A page by name. Without `slug` there is no such page, and only the words are shown."""

    slug: str | None
    text: str


class NoteSource(Value):
    """What a note was made from."""

    video: PageLink
    channel: PageLink | None
    first_ms: int
    """Time of the earliest citation."""
    last_ms: int
    gaps: tuple[Gap, ...]
    trust: Trust


class Note(Value):
    """One topic of one video."""

    slug: str
    title: str
    aliases: tuple[str, ...]
    video: Video
    language: str
    lead: NoteSection
    sections: tuple[NoteSection, ...]
    source: NoteSource
    see_also: tuple[PageLink, ...] = ()

    @property
    def all_sections(self) -> tuple[NoteSection, ...]:
        """The lead and the sections."""
        return (self.lead, *self.sections)

    @property
    def citations(self) -> int:
        """Number of citations, those of quotes included."""
        parts = [p for s in self.all_sections for paragraph in s.paragraphs for x in paragraph for p in x.parts]
        return sum(p.kind == "cite" for p in parts) + sum(s.quote is not None for s in self.all_sections)

    @property
    def doubtful(self) -> int:
        """Number of marked statements."""
        parts = [p for s in self.all_sections for paragraph in s.paragraphs for x in paragraph for p in x.parts]
        return sum(p.kind == "mark" for p in parts)


class Names(Value):
    """The pages of one video: where they are, as far as they exist."""

    video: PageLink
    channel: PageLink | None
    notes: tuple[PageLink, ...]
    """One a note of the plan, in its order; without a slug where a person deleted the page."""


class Topic(Value):
    """A note in a list of notes."""

    link: PageLink
    first_ms: int
    claims: int


class Counts(Value):
    """Claims by verdict."""

    verified: int = 0
    quoted: int = 0
    supported: int = 0
    reanchored: int = 0
    partial: int = 0
    contradicted: int = 0
    unsupported: int = 0
    malformed: int = 0

    @property
    def dropped(self) -> int:
        """Claims that no page shows, whatever the policy for doubtful ones."""
        return self.contradicted + self.unsupported + self.malformed


class Coverage(Value):
    """How much of a video was read and cited, as shares from 0 to 1 of its length."""

    read: float
    cited: float


class VideoPage(Value):
    """What was made of one video."""

    slug: str
    title: str
    video: Video
    channel: PageLink | None
    language: str
    trust: Trust
    model: str
    judge: str = ""
    """The model that judged claims; empty when none did."""
    topics: tuple[Topic, ...]
    counts: Counts
    coverage: Coverage
    gaps: tuple[Gap, ...]


class ChannelVideo(Value):
    """A video in the list of its channel."""

    link: PageLink
    published: date | None
    topics: tuple[PageLink, ...]


class ChannelPage(Value):
    """All videos of a channel that the vault holds."""

    slug: str
    name: str
    videos: tuple[ChannelVideo, ...]


class Page(Value):
    """A finished page. The key (kind, video, title) keeps its path over later runs."""

    path: str
    """Relative to the vault, with forward slashes."""
    text: str
    kind: PageKind
    video: str
    """Id of the video; empty for a channel."""
    title: str
