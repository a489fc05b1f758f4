"""Outlining by asking a model: all chunks side by side, each answer judged and, if bad, asked for again.

Only this thread decides; the executor runs nothing but single requests, so tasks never wait for tasks. What goes wrong
with one chunk is recorded there and costs the others nothing.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from queue import SimpleQueue

from pipeline.errors import BadReply, TransientError
from pipeline.models.chunk_parts import AskedChunk, Part, clock, keep, within
from pipeline.models.extractive import Extractive
from pipeline.models.mending import Mending
from pipeline.models.outlining import Model, Outlining
from pipeline.models.planning import Planning
from pipeline.models.unanswered import why_unanswered
from pipeline.settings import ModelSettings, NotesPolicy
from pipeline.stages.draft import halves, header_of, outline_request, read_outline
from pipeline.stages.exchanging import NotJson, Prompts, Truncated, Unusable, ask_again
from pipeline.stages.mend import Failing, failing, mend_request
from pipeline.stages.parting import part_of, share_of
from pipeline.stages.propose import plan_request, plannable
from pipeline.stages.soundness import Ground, Repeating, sound_outline
from pipeline.values.draft import ChunkDraft, DraftRepair, PlanDraft
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.outline import Claim, Outline
from pipeline.values.script import Chunk, Script

_FURTHER_TIMES = 2  # that a bad answer is asked for again
_HALVINGS = 3  # an eighth of a chunk that still does not fit is not a matter of length


@dataclass(frozen=True)
class Asker:
    """What is needed to ask about any script; calling it begins with one."""

    model: Model
    settings: ModelSettings
    prompts: Prompts
    executor: Executor
    """Runs single requests."""
    notes: NotesPolicy = field(default_factory=NotesPolicy)

    def __call__(self, script: Script) -> Outlining:
        """Begins the outlining of one script."""
        return Asking(script, self)


class Asking:
    """The outlining of one script by a model."""

    def __init__(self, script: Script, asker: Asker) -> None:
        self._script = script
        self._asker = asker
        self._header = header_of(script)
        self._usage = Usage()

    @property
    def usage(self) -> Usage:
        """What was spent so far."""
        return self._usage

    def draft(self, done: Callable[[ChunkDraft], None]) -> tuple[ChunkDraft, ...]:
        """One draft a chunk, in order; `done` hears of each one as it arrives.

        Raises:
            TransientError, BadReply: the server gave not one reply.
            StopRun, SettingsError: as the model raises them; open requests are cancelled.
        """
        chunks = [AskedChunk(chunk) for chunk in self._script.chunks]
        pending: dict[Future[Reply], tuple[AskedChunk, Part]] = {}
        # not futures.wait(): it never hears of futures that the shutdown of an executor cancelled
        arrived: SimpleQueue[Future[Reply]] = SimpleQueue()

        def submit(chunk: AskedChunk, part: Part) -> None:
            chunk.open += 1
            future = self._submit(part.request)
            pending[future] = (chunk, part)
            future.add_done_callback(arrived.put)

        try:
            for chunk in chunks:
                submit(chunk, self._part(chunk, chunk.whole))
            while pending:
                future = arrived.get()
                chunk, part = pending.pop(future)
                chunk.open -= 1
                for following in self._settle(chunk, part, future):
                    submit(chunk, following)
                if not chunk.open:
                    done(chunk.draft())
        finally:
            for future in pending:
                future.cancel()
        if chunks and not any(chunk.replied for chunk in chunks):
            errors = [chunk.error for chunk in chunks if chunk.error]
            raise next((e for e in errors if isinstance(e, TransientError)), errors[0])
        return tuple(chunk.draft() for chunk in chunks)

    def _part(self, chunk: AskedChunk, stretch: Chunk, halved: int = 0) -> Part:
        asker = self._asker
        request = outline_request(self._script, stretch, self._header, asker.prompts, asker.settings)
        begin, end = self._script.line(stretch.first).start_ms, self._script.line(stretch.last).end_ms
        part = Part(stretch, request, f"{clock(begin)} to {clock(end)}: " if halved else "", halved)
        chunk.parts.append(part)
        return part

    def _settle(self, chunk: AskedChunk, part: Part, future: Future[Reply]) -> list[Part]:
        """Records what came back; the parts still to be asked."""
        try:
            reply = future.result()
        except (TransientError, BadReply) as error:
            chunk.error = error
            part.failed(why_unanswered(error))
            return []
        chunk.replied = True
        chunk.usage += reply.usage
        self._usage += reply.usage
        try:
            part.best = sound_outline(read_outline(reply, part.chunk), self._ground(part))
        except Truncated as error:
            return self._halve(chunk, part, error)
        except Unusable as error:
            return self._again(chunk, part, reply, error)
        except BadReply as error:
            part.failed(why_unanswered(error))
        return []

    def _ground(self, part: Part) -> Ground:
        return Ground(part.request, self._header.language)

    def _halve(self, chunk: AskedChunk, part: Part, error: Unusable) -> list[Part]:
        """Both halves of a part; what was kept of it stands until a half is answered."""
        keep(part, error, self._ground(part))
        both = halves(self._script, part.chunk) if part.halved < _HALVINGS else None
        if both is None:
            part.failed(why_unanswered(error))
            return []
        # what is bad again when it was asked again is halved only once: it may not be a matter of length
        halved = part.halved + 1 if isinstance(error, Truncated) else _HALVINGS
        parts = [self._part(chunk, half, halved) for half in both]
        for half in parts:
            half.best = within(part.best, half.chunk)
        part.best = None
        return parts

    def _again(self, chunk: AskedChunk, part: Part, reply: Reply, error: Unusable) -> list[Part]:
        error = keep(part, error, self._ground(part))
        if part.again < _FURTHER_TIMES:
            part.again += 1
            part.request = ask_again(part.request, reply, error.message, self._asker.prompts)
            return [part]
        if isinstance(error, Repeating) or (isinstance(error, NotJson) and part.best):
            return self._halve(chunk, part, error)
        if part.best is None:
            part.failed(why_unanswered(error))
        return []

    def mend(self, outline: Outline, told: Callable[[int, int], None]) -> tuple[DraftRepair, ...]:
        """What the model makes of its own claims that are not proved, asked for once a chunk.

        Raises:
            StopRun, SettingsError: as the model raises them; open requests are cancelled.
        """
        asker, found = self._asker, failing(self._script, outline)

        def ask(failing: Failing) -> Request:
            return mend_request(self._script, failing, self._header, asker.prompts, asker.settings)

        mending = Mending(self._script, self._submit, ask, asker.prompts, self._header.language)
        repairs = mending.repairs(found, told)
        self._usage += mending.usage
        return repairs

    def _submit(self, request: Request) -> Future[Reply]:
        return self._asker.executor.submit(self._asker.model.answer, request)

    def plan(self, outline: Outline) -> PlanDraft:
        """The kept claims arranged into notes.

        Raises:
            BadReply: there is no usable plan, or the server gave no reply.
            StopRun, SettingsError: as the model raises them.
        """
        asker = self._asker
        claims = plannable(outline, asker.notes)
        if not claims:
            raise BadReply("no claim was proved, so there is nothing to arrange")

        def ask(some: tuple[Claim, ...]) -> Request:
            stretch, policy = part_of(outline, some, claims), share_of(asker.notes, len(some), len(claims))
            return plan_request(stretch, self._header, asker.prompts, asker.settings, policy)

        def by_rule(some: tuple[Claim, ...]) -> PlanDraft:
            return Extractive(self._script, asker.notes).plan(outline.model_copy(update={"claims": some}))

        planning = Planning(self._submit, ask, by_rule, asker.prompts, self._header.language)
        try:
            return planning.plan_all(claims)
        finally:
            self._usage += planning.usage
