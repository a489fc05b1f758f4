"""Outlining by asking a model: all chunks side by side, each answer judged and, if bad, asked for again.

Only this thread decides; the executor runs nothing but single requests, so tasks never wait for tasks. What goes wrong
with one chunk is recorded there and costs the others nothing.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from queue import SimpleQueue

from pipeline.errors import BadReply, TransientError
from pipeline.models.mending import Mending
from pipeline.models.outlining import Model, Outlining
from pipeline.models.unanswered import why_unanswered
from pipeline.settings import ModelSettings, NotesPolicy
from pipeline.stages.draft import MOST_CALLOUTS, MOST_CLAIMS, halves, header_of, outline_request, read_outline
from pipeline.stages.exchanging import NotJson, Prompts, Truncated, WrongShape, ask_again
from pipeline.stages.mend import failing, mend_request
from pipeline.stages.propose import plan_request, plannable, read_plan
from pipeline.values.draft import ChunkDraft, DraftRepair, OutlineDraft, PlanDraft
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


@dataclass
class _Part:
    """A stretch of a chunk that one request asks about."""

    chunk: Chunk
    request: Request
    where: str
    """Its stretch of time if it is not the whole chunk, for people."""
    halved: int = 0
    again: int = 0
    best: OutlineDraft | None = None
    failure: str | None = None


@dataclass
class _Chunk:
    """One chunk with all the parts that it was asked in; parts still open are counted."""

    whole: Chunk
    parts: list[_Part] = field(default_factory=list)
    open: int = 0
    usage: Usage = field(default_factory=Usage)
    replied: bool = False
    error: TransientError | BadReply | None = None

    def draft(self) -> ChunkDraft:
        parts = sorted((p for p in self.parts if p.best or p.failure), key=lambda p: p.chunk.first)
        claims = tuple(c for p in parts if p.best for c in p.best.claims)
        callouts = tuple(c for p in parts if p.best for c in p.best.callouts)
        failures = [p.where + p.failure for p in parts if p.failure and not p.best]
        return ChunkDraft(
            chunk=self.whole.number,
            outline=OutlineDraft(claims=claims[:MOST_CLAIMS], callouts=callouts[:MOST_CALLOUTS]),
            failure="; ".join(failures) or None,
            usage=self.usage,
        )


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1_000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


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
        chunks = [_Chunk(chunk) for chunk in self._script.chunks]
        pending: dict[Future[Reply], tuple[_Chunk, _Part]] = {}
        # not futures.wait(): it never hears of futures that the shutdown of an executor cancelled
        arrived: SimpleQueue[Future[Reply]] = SimpleQueue()

        def submit(chunk: _Chunk, part: _Part) -> None:
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

    def _part(self, chunk: _Chunk, stretch: Chunk, halved: int = 0) -> _Part:
        asker = self._asker
        request = outline_request(self._script, stretch, self._header, asker.prompts, asker.settings)
        begin, end = self._script.line(stretch.first).start_ms, self._script.line(stretch.last).end_ms
        part = _Part(stretch, request, f"{_clock(begin)} to {_clock(end)}: " if halved else "", halved)
        chunk.parts.append(part)
        return part

    def _settle(self, chunk: _Chunk, part: _Part, future: Future[Reply]) -> list[_Part]:
        """Records what came back; the parts still to be asked."""
        try:
            reply = future.result()
        except (TransientError, BadReply) as error:
            chunk.error = error
            part.failure = why_unanswered(error)
            return []
        chunk.replied = True
        chunk.usage += reply.usage
        self._usage += reply.usage
        try:
            part.best = read_outline(reply, part.chunk)
        except Truncated as error:
            return self._halve(chunk, part, error)
        except (NotJson, WrongShape) as error:
            return self._again(part, reply, error)
        except BadReply as error:
            part.failure = why_unanswered(error)
        return []

    def _halve(self, chunk: _Chunk, part: _Part, error: Truncated) -> list[_Part]:
        part.best = None  # the halves say it again
        both = halves(self._script, part.chunk) if part.halved < _HALVINGS else None
        if both is None:
            part.failure = why_unanswered(error)
            return []
        return [self._part(chunk, half, part.halved + 1) for half in both]

    def _again(self, part: _Part, reply: Reply, error: NotJson | WrongShape) -> list[_Part]:
        kept = error.kept if isinstance(error, WrongShape) else None
        if (
            isinstance(kept, OutlineDraft)
            and kept.claims
            and (not part.best or len(kept.claims) > len(part.best.claims))
        ):
            part.best = kept
        if part.again < _FURTHER_TIMES:
            part.again += 1
            part.request = ask_again(part.request, reply, error.message, self._asker.prompts)
            return [part]
        if part.best is None:
            part.failure = why_unanswered(error)
        return []

    def mend(self, outline: Outline, told: Callable[[int, int], None]) -> tuple[DraftRepair, ...]:
        """What the model makes of its own claims that are not proved, asked for once a chunk.

        Raises:
            StopRun, SettingsError: as the model raises them; open requests are cancelled.
        """
        asker, found = self._asker, failing(self._script, outline)
        questions = [(f, mend_request(self._script, f, self._header, asker.prompts, asker.settings)) for f in found]
        mending = Mending(self._submit, asker.prompts)
        repairs = mending.repairs(questions, told)
        self._usage += mending.usage
        return repairs

    def _submit(self, request: Request) -> Future[Reply]:
        return self._asker.executor.submit(self._asker.model.answer, request)

    def plan(self, outline: Outline) -> PlanDraft:
        """The kept claims arranged into notes, asked for at most three times.

        Raises:
            BadReply: there is no usable plan, or the server gave no reply.
            StopRun, SettingsError: as the model raises them.
        """
        asker = self._asker
        claims = plannable(outline, asker.notes)
        if not claims:
            raise BadReply("no claim was proved, so there is nothing to arrange")
        request = plan_request(outline, self._header, asker.prompts, asker.settings, asker.notes)
        return self._proposed(request, claims, _FURTHER_TIMES)

    def _proposed(self, request: Request, claims: tuple[Claim, ...], further: int) -> PlanDraft:
        """The first good plan, else the last that was good in part."""
        reply = self._answered(request)
        self._usage += reply.usage
        try:
            return read_plan(reply, claims)
        except (NotJson, WrongShape) as error:
            kept = error.kept if isinstance(error, WrongShape) else None
            try:
                if not further:
                    raise
                again = ask_again(request, reply, error.message, self._asker.prompts)
                return self._proposed(again, claims, further - 1)
            except BadReply:
                if not isinstance(kept, PlanDraft):
                    raise
                return kept

    def _answered(self, request: Request) -> Reply:
        try:
            return self._submit(request).result()
        except TransientError as error:
            # the claims are there and proved: better notes arranged by rule than none
            raise BadReply(f"no plan: {error.message}") from error
