"""The prompts: Jinja templates in a folder, each of which a folder of the user's own may replace.

`NAME.system.j2` and `NAME.user.j2` are the two messages of the prompt NAME. Templates run in a sandbox, and everything
they are given was made harmless before, so a customised prompt cannot forget to.
"""

import hashlib
import traceback
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.errors import SettingsError
from pipeline.settings import ModelSettings, NotesPolicy, SplitPolicy
from pipeline.stages.draft import header_of, outline_request
from pipeline.stages.exchanging import ask_again
from pipeline.stages.judge import FORWARD, judge_request, questions
from pipeline.stages.mend import failing, mend_request
from pipeline.stages.propose import plan_request
from pipeline.stages.split import split
from pipeline.values.exchange import Message, Reply, Usage
from pipeline.values.outline import Check, Citation, Claim, Outline, Quote
from pipeline.values.transcript import Segment, Transcript, Video

Role = Literal["system", "user"]

PROMPTS: Mapping[str, tuple[Role, ...]] = {
    "outline": ("system", "user"),
    "mend": ("system", "user"),
    "judge": ("system", "user"),
    "plan": ("system", "user"),
    "again": ("user",),
}


def built_in_folder() -> Path:
    """Where the prompts lie: inside the package when installed, at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "prompts"
    return installed if installed.is_dir() else package.parent / "prompts"


class PromptFolder:
    """The built-in prompts, and those of `own` in their place where they exist.

    Raises:
        SettingsError: `own` is no folder, or a template cannot be read or parsed.
    """

    def __init__(self, own: Path | None = None) -> None:
        if own is not None and not own.is_dir():
            raise SettingsError(
                f"prompts: {own} is not a folder", remedy="Create it, or remove `prompts` from the settings."
            )
        folders = [own] if own is not None else []
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, built_in_folder())]),
            undefined=StrictUndefined,
            autoescape=False,  # prompts are plain text; what is fenced in them has no "<"
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates = {
            name: {role: self._load(f"{name}.{role}.j2") for role in roles} for name, roles in PROMPTS.items()
        }

    def _load(self, file: str) -> Template:
        try:
            return self._environment.get_template(file)
        except TemplateSyntaxError as error:
            raise _wrong(error.filename or file, error.lineno, error.message or "syntax error") from None
        except TemplateError as error:
            raise _wrong(file, None, f"{type(error).__name__}: {error}") from None
        except UnicodeDecodeError as error:
            raise _wrong(file, None, f"not UTF-8 text ({error.reason} at byte {error.start})") from None

    def messages(self, name: str, values: Mapping[str, Any]) -> tuple[Message, ...]:
        """The messages of a prompt.

        Raises:
            SettingsError: the template asks for a value that does not exist, or fails; names file and line.
        """
        return tuple(
            Message(role=role, content=_render(template, values)) for role, template in self._templates[name].items()
        )

    @cached_property
    def digests(self) -> dict[str, str]:
        """File name to `p1:` and a hash of its text, for proofs."""
        return {
            template.name: "p1:" + hashlib.sha256(_source(template).encode()).hexdigest()[:32]
            for roles in self._templates.values()
            for template in roles.values()
            if template.name
        }


def _source(template: Template) -> str:
    return Path(template.filename or "").read_text(encoding="utf-8")


def _render(template: Template, values: Mapping[str, Any]) -> str:
    try:
        return template.render(values).strip()
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        # Jinja gives its frames the names and lines of the templates
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == template.filename]
        line = frames[-1].lineno if frames else None
        raise _wrong(template.filename or str(template.name), line, str(error)) from None


def _wrong(file: str, line: int | None, what: str) -> SettingsError:
    place = f"{file}:{line}" if line else file
    return SettingsError(
        f"{place}: {what}", remedy="Mend the template, or delete your copy of it to use the built-in one."
    )


def load_prompts(own: Path | None = None) -> PromptFolder:
    """The prompts, after each was rendered once: a wrong template is found before anything is paid for.

    Raises:
        SettingsError: as `PromptFolder` and `PromptFolder.messages`.
    """
    prompts = PromptFolder(own)
    segment = Segment(number=0, start_ms=0, end_ms=1_000, text="Nobody said a word.", speaker="Nobody")
    video = Video(id="sample", title="A sample", channel="Samples")
    sample = Transcript(video=video, language="en", trust="unknown", segments=(segment,))
    script = split(sample, SplitPolicy())
    cited = Citation(line=1, segment=0, last_segment=0, time_ms=0, quote="a word", grade="exact", asked_line=1)
    check = Check(verdict="supported", tier="support", reason="", score=1)
    claim = Claim(id=1, text="Nobody.", subject="Nobody", voice="view", citations=(cited,), check=check, chunk=1)
    quote = Quote(id=1, text="Nobody.", title="Nobody", speaker="", citation=cited, check=check)
    settings, header = ModelSettings(), header_of(script)
    asked = outline_request(script, script.chunks[0], header, prompts, settings)
    failed = claim.model_copy(update={"check": check.model_copy(update={"verdict": "partial", "words": ("Nobody",)})})
    (unproved,) = failing(script, Outline(claims=(failed,), quotes=()))
    mend_request(script, unproved, header, prompts, settings)
    plan_request(Outline(claims=(claim,), quotes=(quote,)), header, prompts, settings, NotesPolicy())
    judge_request(
        tuple(questions(script, Outline(claims=(claim,), quotes=()), "all").values()), FORWARD, prompts, settings
    )
    ask_again(asked, Reply(text="", finish="stop", model="", usage=Usage()), "nothing", prompts)
    return prompts
