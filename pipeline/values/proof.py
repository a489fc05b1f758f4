"""What a video's notes are made of, and the proof that is kept of it."""

from pipeline.values.base import Value
from pipeline.values.outline import Outline
from pipeline.values.plan import Plan
from pipeline.values.script import Chunk, Script
from pipeline.values.transcript import Repair, Segment, Transcript, Trust, Video


class PromptDigest(Value):
    """Which text was sent: the name of a prompt and a hash of it."""

    name: str
    digest: str


class Made(Value):
    """All that the notes of one video are made of."""

    script: Script
    outline: Outline
    plan: Plan
    model: str
    """Who outlined: "extractive", or the model's name."""
    prompts: tuple[PromptDigest, ...] = ()
    judge: str = ""
    """The model that judged claims; empty when none did."""

    @property
    def transcript(self) -> Transcript:
        """The words."""
        return self.script.transcript


class ProofNote(Value):
    """A note of the video and its page; no slug when a person deleted the page."""

    title: str
    slug: str | None


class Proof(Value):
    """Enough to repeat every check of one video without its source. Holds no time of day, so equal work is equal."""

    video: Video
    video_slug: str | None
    language: str
    trust: Trust
    transcript_digest: str
    model: str
    judge: str = ""
    prompts: tuple[PromptDigest, ...]
    punctuated: bool
    chunks: tuple[Chunk, ...]
    outline: Outline
    """Every claim that was proposed, the dropped ones too."""
    plan: Plan
    notes: tuple[ProofNote, ...]
    """One a note of the plan, in its order."""
    repairs: tuple[Repair, ...]
    segments: tuple[Segment, ...]

    @property
    def transcript(self) -> Transcript:
        """The words that were read."""
        return Transcript(
            video=self.video, language=self.language, trust=self.trust, segments=self.segments, repairs=self.repairs
        )
