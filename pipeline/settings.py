"""The settings: `config.yaml` as frozen values. Every stage takes the one small policy it needs, never all of this."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from pipeline.errors import SettingsError
from pipeline.values.base import Value
from pipeline.values.sourcing import ListPolicy, SpeechSettings, YouTubeSettings

OPENAI_KEY = "OPENAI_API_KEY"
Milliseconds = Annotated[int, Field(ge=0)]


class SplitPolicy(Value):
    """How a transcript becomes lines and chunks."""

    chunk_tokens: Annotated[int, Field(ge=50, le=20_000)] = 3_400
    """Most tokens of a chunk's core."""
    context_lines: Annotated[int, Field(ge=0, le=50)] = 12
    """Lines shown before the core so that names and pronouns can be understood."""
    pause_ms: Milliseconds = 1_500
    """A silence this long ends a line where there is no punctuation."""


class CitationPolicy(Value):
    """When a claim counts as proved, and what is done for one that is not."""

    support: Annotated[float, Field(ge=0, le=1)] = 0.42
    """Least share of a claim's content words (weighted by rarity) that its evidence must hold."""
    quote: Annotated[float, Field(ge=0, le=1)] = 0.6
    """A quote less like anything in the transcript than this is a fabrication."""
    repair: bool = True
    """Ask the model once a chunk to mend the claims that could not be proved."""
    judge: Literal["none", "doubtful", "all"] = "none"
    """Which claims a model judges besides: none, those that the words leave in doubt, or all."""
    judge_model: str | None = None
    """The judging model: a name below `models`, also NAME/MODEL-ID; the model that outlines where none is named."""
    max_unsupported: Annotated[float, Field(ge=0, le=1)] = 0.05
    """A video with a greater share of unsupported and contradicted claims, after repair, makes a run exit with 1."""


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


class Price(Value):
    """What a model costs, in US dollars a million tokens."""

    input: Annotated[float, Field(ge=0)]
    cached: Annotated[float, Field(ge=0)] | None = None
    """Of the input, what the provider read from its cache; None for no reduction."""
    output: Annotated[float, Field(ge=0)]


class BudgetPolicy(Value):
    """The most that may be spent, in US dollars; a run that would spend more stops and can be gone on with."""

    run: Annotated[float, Field(gt=0)] | None = None
    day: Annotated[float, Field(gt=0)] | None = None
    """Since midnight UTC, over all runs with this store."""
    video: Annotated[float, Field(gt=0)] | None = None


class ModelSettings(Value):
    """One OpenAI-compatible server and one model of it."""

    preset: str | None = None
    """A known provider whose address, key variable and limits are taken where these settings name none; the entry's
    own name where that is a known provider's."""
    base_url: str | None = None
    """None for the address of the preset, or of OpenAI itself."""
    key_env: str | None = None
    """The environment variable that holds the key; that of the preset at the provider's own address, OPENAI_API_KEY for
    OpenAI itself, none for another base_url."""
    model: str = "gpt-5-mini"
    concurrency: Annotated[int, Field(ge=1, le=64)] = 16
    """Requests in flight at once."""
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    tokens_per_minute: Annotated[int, Field(ge=1)] | None = None
    """Of questions and answers together."""
    timeout_s: Annotated[float, Field(gt=0)] = 120
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    """Attempts a request, the first one included."""
    give_up_after_s: Annotated[float, Field(gt=0)] = 600
    """No further attempt of a request after this long."""
    temperature: float | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None
    """How long a reasoning model thinks; None for the server's own choice."""
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None
    """The provider's tier: flex is cheaper and slower. Sent where it is named; not with batches, which are a tier."""
    batch_tokens: Annotated[int, Field(ge=1_000)] | None = None
    """Of questions that may wait in batches at once, by the provider's limit; None to find it out."""
    output: Literal["auto", "json_schema", "json_object", "tool", "plain"] = "auto"
    """How the form of the answer is asked for; auto tries them in this order and remembers what the server can."""
    context_tokens: Annotated[int, Field(ge=1_000)] | None = None
    """What a question and its answer may take together; None where it does not matter."""
    max_output_tokens: Annotated[int, Field(ge=100)] | None = None
    """The longest answer that the model can give."""
    price: Price | None = None
    """Instead of the price list that is built in."""
    gguf: Path | None = None
    """A model file to run on this machine; needs the extra `local`."""

    @model_validator(mode="before")
    @classmethod
    def _patient_with_flex(cls, data: Any) -> Any:
        """Flex answers come late, and are refused while there is no room: where nothing is said, we wait longer."""
        if isinstance(data, dict) and data.get("service_tier") == "flex":
            return {"timeout_s": 900, "give_up_after_s": 3_600, "attempts": 10, **data}
        return data

    @property
    def key_variable(self) -> str | None:
        """The variable to read the key from. A key is never sent to a server that it was not named for."""
        return self.key_env or (OPENAI_KEY if self.base_url is None and self.gguf is None else None)


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
    citations: CitationPolicy = CitationPolicy()
    notes: NotesPolicy = NotesPolicy()
    youtube: YouTubeSettings = YouTubeSettings()
    lists: ListPolicy = ListPolicy()
    speech: SpeechSettings = SpeechSettings()
    budget: BudgetPolicy = BudgetPolicy()
    models: dict[str, ModelSettings] = Field(default_factory=lambda: {"openai": ModelSettings()})
    """OpenAI-compatible servers by a name of your choice."""

    def rooted(self, folder: Path) -> "Settings":
        """The same settings with relative paths taken from a folder."""
        templates, prompts = self.notes.templates, self.prompts
        return self.model_copy(
            update={
                "vault": folder / self.vault,
                "store": folder / self.store,
                "prompts": folder / prompts if prompts else None,
                "notes": self.notes.model_copy(update={"templates": folder / templates if templates else None}),
            }
        )

    def judged_by(self, judge: Literal["none", "doubtful", "all"] | None) -> "Settings":
        """The same settings with another `citations.judge`; these where None is given."""
        if judge is None:
            return self
        return self.model_copy(update={"citations": self.citations.model_copy(update={"judge": judge})})


def load_settings(path: Path) -> Settings:
    """The settings of a file; relative paths in it are meant from its folder.

    Raises:
        SettingsError: naming file, line and remedy, for YAML that cannot be read, an unknown key or a bad value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text) or {}
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror})", remedy="Name another file with --config."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text", remedy="Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not readable"
        raise SettingsError(
            f"{path}{line}: not valid YAML: {problem}", remedy="Check quotes and indentation."
        ) from error
    if not isinstance(data, dict):
        raise SettingsError(f"{path}:1: expected keys and values", remedy="Begin with `vault: outputs`.")
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError("\n".join(_explained(e, path, tree) for e in error.errors())) from error
    return settings.rooted(path.parent)


def _explained(error: Any, path: Path, tree: yaml.Node | None) -> str:
    where = tuple(error["loc"])
    at = f"{path}:{_line_of(where, tree)}"
    dotted = ".".join(map(str, where))
    if error["type"] != "extra_forbidden":
        return f"{at}: {dotted}: {error['msg']}"
    known = _keys_at(where[:-1])
    near = difflib.get_close_matches(str(where[-1]), known, n=1, cutoff=0.5)
    prefix = "".join(f"{part}." for part in where[:-1])
    remedy = f"Did you mean {prefix}{near[0]}?" if near else f"Known here: {', '.join(known)}."
    return f"{at}: {dotted} is not a setting\n  {remedy}"


def _keys_at(where: Sequence[str | int]) -> list[str]:
    """The keys known below a place of the settings."""
    model: Any = Settings
    for part in where:
        if isinstance(model, type) and issubclass(model, BaseModel):
            model = model.model_fields[str(part)].annotation
        else:  # dict[str, X]: any name leads to X
            model = get_args(model)[1]
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _line_of(where: Sequence[str | int], node: yaml.Node | None) -> int:
    """The line, from 1, of the deepest part of a place that stands in the file."""
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if str(part) not in pairs:
                break
            key, node = pairs[str(part)]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
