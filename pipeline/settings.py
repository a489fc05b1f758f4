"""The settings: `config.yaml` as frozen values. Every stage takes the one small policy it needs, never all of this."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipeline.values.base import Value

Milliseconds = Annotated[int, Field(ge=0)]


class SplitPolicy(Value):
    """How a transcript becomes lines and chunks."""

    chunk_tokens: Annotated[int, Field(ge=50, le=20_000)] = 2_600
    """Most tokens of a chunk's core."""
    context_lines: Annotated[int, Field(ge=0, le=50)] = 12
    """Lines shown before the core so that names and pronouns can be understood."""
    pause_ms: Milliseconds = 1_500
    """A silence this long ends a line where there is no punctuation."""


class VerifyPolicy(Value):
    """When a claim counts as proved."""

    support: Annotated[float, Field(ge=0, le=1)] = 0.42
    """Least share of a claim's content words (weighted by rarity) that its evidence must hold."""
    quote: Annotated[float, Field(ge=0, le=1)] = 0.6
    """A quote less like anything in the transcript than this is a fabrication."""


class NotesPolicy(Value):
    """What the notes look like."""

    doubtful: Literal["mark", "drop"] = "mark"
    """Doubtful claims are marked on the page, or left out of it."""
    min_claims: Annotated[int, Field(ge=1)] = 5
    """Fewer claims than this do not make a note of their own."""
    max_notes: Annotated[int, Field(ge=1, le=200)] = 30
    """Most topical notes of one video."""
    templates: Path | None = None
    """Folder with templates of your own; what is missing there is taken from the built-in ones."""


class ModelSettings(Value):
    """One OpenAI-compatible server and one model of it."""

    base_url: str | None = None
    """None for OpenAI itself."""
    key_env: str = "OPENAI_API_KEY"
    """The environment variable that holds the key. Keys never stand in this file."""
    model: str = "gpt-5-mini"
    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    """Requests in flight at once."""
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    timeout_s: Annotated[float, Field(gt=0)] = 120
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    """Attempts a request, the first one included."""
    give_up_after_s: Annotated[float, Field(gt=0)] = 600
    """No further attempt of a request after this long."""
    temperature: float | None = None


class YouTubeSettings(Value):
    """How transcripts are fetched from YouTube."""

    languages: tuple[str, ...] = ("en",)
    """Preferred caption languages, best first; any other is taken when none of these exists."""
    proxy: str | None = None
    timeout_s: Annotated[float, Field(gt=0)] = 30
    min_interval_s: Annotated[float, Field(ge=0)] = 1.0
    """Least time between two requests to YouTube."""


class Settings(Value):
    """All settings, with their defaults."""

    vault: Path = Path("outputs")
    """Folder of the notes."""
    store: Path = Path(".citenote/store.db")
    """What was paid for: replies and fetched transcripts."""
    prompts: Path | None = None
    """Folder with prompts of your own; what is missing there is taken from the built-in ones."""
    model: str = "auto"
    """auto, extractive, or a name below `models`."""
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    """Videos worked on at once."""
    split: SplitPolicy = SplitPolicy()
    verify: VerifyPolicy = VerifyPolicy()
    notes: NotesPolicy = NotesPolicy()
    youtube: YouTubeSettings = YouTubeSettings()
    models: dict[str, ModelSettings] = Field(default_factory=lambda: {"openai": ModelSettings()})
