"""`citenote prompts`: what would be sent about a transcript, and how one's own prompts differ from built-in ones."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from pipeline.errors import SettingsError
from pipeline.models.extractive import Extractive
from pipeline.models.presets import resolved
from pipeline.models.prompts import PROMPTS, PromptFolder, built_in_folder, load_prompts
from pipeline.settings import ModelSettings, Settings
from pipeline.sources.files import read_transcript_file
from pipeline.stages.draft import header_of, outline_request
from pipeline.stages.exchanging import ask_again
from pipeline.stages.judge import FORWARD, batches, judge_request, most_asked, questions
from pipeline.stages.mend import failing, mend_request
from pipeline.stages.parting import part_of, parted, share_of
from pipeline.stages.propose import plan_request, plannable
from pipeline.stages.split import estimate_tokens, split
from pipeline.stages.verify import Verifier
from pipeline.values.base import Value
from pipeline.values.draft import ChunkDraft
from pipeline.values.exchange import Message, Reply, Request, Usage
from pipeline.values.script import Script
from pipeline.values.transcript import Segment, Transcript, Video
from pipeline.vault.reviews import with_rejected

PromptName = Literal["outline", "plan", "mend", "judge", "again"]
NAMES: tuple[PromptName, ...] = get_args(PromptName)

_SAID = (
    ("Mara Lind", "My father kept the light at Skarn Point before me."),
    ("Ida Holm", "So how old was the tower at Skarn Point then?"),
    ("Mara Lind", "The first tower was cast iron, and they lit it in 1854."),
    ("Mara Lind", "It was the shaking that worried the keepers, not the waves."),
    ("Mara Lind", "Otto Brand drew the second tower in 1871, and that one is granite."),
    ("Mara Lind", "My uncle said that Otto Brand never saw the sea before he built there."),
    ("Ida Holm", "How tall is it?"),
    ("Mara Lind", "About forty metres, I think, and the lamp can be seen for 22 miles."),
)
_STEP_MS = 6_000
_FAILED = 3  # claims of the sample question about claims that could not be proved


def asked_for(words: tuple[str, ...]) -> tuple[tuple[PromptName, ...], Path | None]:
    """The prompts that some words name, and the file that the last word is if it names none.

    Raises:
        SettingsError: a word is neither.
    """
    named = tuple(name for name in NAMES if name in words)
    others = [word for word in words if word not in NAMES]
    wrong = [word for word in others if not Path(word).is_file()] or others[1:]
    if wrong:
        raise SettingsError(
            f"{wrong[0]!r} is no prompt and no transcript file", remedy=f"Name any of {', '.join(NAMES)}, and one file."
        )
    return named or NAMES[:1], Path(others[0]) if others else None


class Shown(Value):
    """One question as it would be sent."""

    prompt: PromptName
    number: int
    """From 1."""
    of: int
    """Questions of this kind about the video, as far as they are known before anything is asked."""
    tokens: int
    """Estimated, without the schema."""
    max_tokens: int
    """The longest answer that is asked for, thinking included."""
    messages: tuple[Message, ...]
    schema_text: str


def sample() -> Transcript:
    """A short conversation, for those who have no transcript at hand."""
    segments = tuple(
        Segment(number=i, start_ms=i * _STEP_MS, end_ms=(i + 1) * _STEP_MS, text=text, speaker=speaker)
        for i, (speaker, text) in enumerate(_SAID)
    )
    video = Video(id="sample", title="The keepers of Skarn Point", channel="Sea talks", speakers=("Mara Lind",))
    return Transcript(video=video, language="en", trust="manual", segments=segments)


def shown(names: tuple[PromptName, ...], video: Path | None, settings: Settings) -> Iterator[Shown]:
    """The first question of each prompt about a transcript file, or about the sample.

    Only the outline question is the very one that a run would send. The others depend on what a model answers before:
    here the claims are those of the embedded outliner; for mending, some of them with a number that nobody said.

    Raises:
        SettingsError: a prompt or a template of the user's own is wrong.
        SourceError: the file cannot be read, or is no transcript.
    """
    script = split(read_transcript_file(video) if video else sample(), settings.split)
    asking = _Asking(with_rejected(script, settings.vault), settings)
    for name in names:
        requests = asking.requests(name)
        if not requests:
            raise SettingsError(f"there is nothing to {name} in so short a talk", remedy="Name a longer transcript.")
        yield _shown(name, requests)


def _shown(name: PromptName, requests: list[Request]) -> Shown:
    first = requests[0]
    return Shown(
        prompt=name,
        number=1,
        of=len(requests),
        tokens=sum(estimate_tokens(m.content) for m in first.messages),
        max_tokens=first.max_tokens,
        messages=first.messages,
        schema_text=first.schema_text,
    )


class _Asking:
    """All that questions about one script are made of."""

    def __init__(self, script: Script, settings: Settings) -> None:
        self._script = script
        self._settings = settings
        self._prompts = load_prompts(settings.prompts)
        self._header = header_of(script)
        self._server = _server(settings)
        drafts = Extractive(script, settings.notes).draft(lambda _: None)
        self._verifier = Verifier(script, settings.citations)
        self._drafts = drafts
        self._outline = self._verifier.outline(drafts)

    def requests(self, name: PromptName) -> list[Request]:
        """The questions of a prompt about this script."""
        return {
            "outline": self._outlined,
            "plan": self._planned,
            "mend": self._mended,
            "judge": self._judged,
            "again": self._again,
        }[name]()

    def _outlined(self) -> list[Request]:
        common = (self._header, self._prompts, self._server)
        return [outline_request(self._script, chunk, *common) for chunk in self._script.chunks]

    def _planned(self) -> list[Request]:
        policy, claims = self._settings.notes, plannable(self._outline, self._settings.notes)
        return [
            plan_request(
                part_of(self._outline, part, claims),
                self._header,
                self._prompts,
                self._server,
                share_of(policy, len(part), len(claims)),
            )
            for part in parted(claims)
            if part
        ]

    def _mended(self) -> list[Request]:
        outline = self._verifier.outline(tuple(map(_unsaid, self._drafts)))
        common = (self._header, self._prompts, self._server)
        return [mend_request(self._script, found, *common) for found in failing(self._script, outline)]

    def _judged(self) -> list[Request]:
        asked = tuple(questions(self._script, self._outline, "all").values()) or most_asked(self._script)
        parts = [[asked[place] for place in places] for places in batches(asked)]
        return [judge_request(part, FORWARD, self._prompts, self._server) for part in parts]

    def _again(self) -> list[Request]:
        bad = Reply(text="Sure! Here are the claims", finish="stop", model="", usage=Usage())
        return [ask_again(asked, bad, "the answer holds no JSON object", self._prompts) for asked in self._outlined()]


def _unsaid(draft: ChunkDraft) -> ChunkDraft:
    """A draft of which some claims name a year that nobody said."""
    claims = tuple(
        c.model_copy(update={"text": f"{c.text.rstrip('.')} in the year 1492."}) for c in draft.outline.claims[:_FAILED]
    )
    return draft.model_copy(update={"outline": draft.outline.model_copy(update={"claims": claims})})


def _server(settings: Settings) -> ModelSettings:
    """The model that a run would ask if it had all keys, for what of it decides a question."""
    name = settings.model.partition("/")[0]
    chosen = name if name in settings.models else next(iter(settings.models), "openai")
    return resolved(chosen, settings.models.get(chosen, ModelSettings()))


def as_text(question: Shown) -> str:
    """A question for people: what it is, then its messages."""
    head = f"##### {question.prompt}: question {question.number} of {question.of}, about {question.tokens:,} tokens"
    turns = [f"===== {message.role}\n{message.content}" for message in question.messages]
    return "\n".join([head, *turns])


def differences(own: Path | None) -> Iterator[str]:
    """How each prompt of a folder differs from the built-in one, as unified differences; nothing where it does not.

    Raises:
        SettingsError: there is no such folder, or a file in it cannot be read.
    """
    if own is None:
        return
    PromptFolder(own)  # a folder that is none, and templates that are wrong, are told of first
    for file in (f"{name}.{role}.j2" for name, roles in PROMPTS.items() for role in roles):
        if not (own / file).is_file():
            continue
        built_in, yours = _lines(built_in_folder() / file), _lines(own / file)
        found = difflib.unified_diff(built_in, yours, f"built-in/{file}", str(own / file), lineterm="", n=1)
        yield from found


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
