"""Judging by a model: every batch of claims twice, the options in either order, all requests side by side.

Nothing that goes wrong here costs a claim: what is not answered, or not answered the same twice, stays undecided.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from queue import SimpleQueue

from pipeline.errors import BadReply, TransientError
from pipeline.models.outlining import Model
from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import NotJson, Prompts, Truncated, WrongShape, ask_again
from pipeline.stages.judge import (
    FORWARD,
    REVERSED,
    Passage,
    Vote,
    agreed,
    batches,
    judge_request,
    read_judgements,
    vote,
)
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.judgement import DraftJudgement, JudgeDraft, Judgement, Opinion, Question


@dataclass(frozen=True)
class Judged:
    """What a judge said."""

    judgements: tuple[Judgement | None, ...]
    """One a question, in order; None where nothing was agreed on."""
    usage: Usage = field(default_factory=Usage)
    answered: int = 0
    """Requests that got a usable answer."""


@dataclass(frozen=True)
class ModelJudge:
    """A model that gives second opinions; calling it asks about claims of any videos."""

    name: str
    """For the proof and for people."""
    model: Model
    settings: ModelSettings
    prompts: Prompts
    executor: Executor
    """Runs single requests."""

    def __call__(self, asked: Sequence[Question], told: Callable[[int, int], None] = lambda _, __: None) -> Judged:
        """The judgement of each claim; `told` hears how many requests are over, and of how many.

        Raises:
            StopRun, SettingsError: as the model raises them; open requests are cancelled.
        """
        return _Session(self, asked).run(told)


@dataclass(frozen=True)
class _Part:
    """One request: which questions it asks, and how."""

    places: tuple[int, ...]
    options: tuple[Opinion, ...]
    request: Request
    again: bool = False
    kept: JudgeDraft | None = None


class _Session:
    """One asking about many claims; only its thread decides, so tasks never wait for tasks."""

    def __init__(self, judge: ModelJudge, asked: Sequence[Question]) -> None:
        self._judge = judge
        self._asked = asked
        self._votes: dict[tuple[Opinion, ...], dict[int, Vote]] = {FORWARD: {}, REVERSED: {}}
        self._passages: dict[int, Passage] = {}
        self._usage = Usage()
        self._answered = 0
        self._pending: dict[Future[Reply], _Part] = {}
        # not futures.wait(): it never hears of futures that the shutdown of an executor cancelled
        self._arrived: SimpleQueue[Future[Reply]] = SimpleQueue()

    def run(self, told: Callable[[int, int], None]) -> Judged:
        over = 0
        try:
            for places in batches(self._asked):
                self._submit(self._part(places, FORWARD))
                # the claims backwards too: their places in the list must not decide either
                self._submit(self._part(places[::-1], REVERSED))
            while self._pending:
                told(over, over + len(self._pending))
                future = self._arrived.get()
                for following in self._settle(self._pending.pop(future), future):
                    self._submit(following)
                over += 1
            told(over, over)
        finally:
            for future in self._pending:
                future.cancel()
        first, second = self._votes[FORWARD], self._votes[REVERSED]
        judgements = (agreed(first.get(place), second.get(place)) for place in range(len(self._asked)))
        return Judged(tuple(judgements), self._usage, self._answered)

    def _part(self, places: tuple[int, ...], options: tuple[Opinion, ...], *, again: bool = False) -> _Part:
        questions = [self._asked[place] for place in places]
        asked = judge_request(questions, options, self._judge.prompts, self._judge.settings)
        return _Part(places, options, asked, again)

    def _submit(self, part: _Part) -> None:
        future = self._judge.executor.submit(self._judge.model.answer, part.request)
        self._pending[future] = part
        future.add_done_callback(self._arrived.put)

    def _settle(self, part: _Part, future: Future[Reply]) -> list[_Part]:
        """Records the votes that came back; what is still to be asked."""
        try:
            reply = future.result()
            self._usage += reply.usage
            self._count(part, tuple(read_judgements(reply, len(part.places)).values()))
        except Truncated:
            if not part.again and len(part.places) > 1:
                middle = len(part.places) // 2
                halves = part.places[:middle], part.places[middle:]
                return [self._part(half, part.options, again=True) for half in halves]
        except (NotJson, WrongShape) as error:
            kept = error.kept if isinstance(error, WrongShape) and isinstance(error.kept, JudgeDraft) else part.kept
            if not part.again:
                asked = ask_again(part.request, reply, error.message, self._judge.prompts)
                return [replace(part, request=asked, again=True, kept=kept)]
            if kept:
                self._count(part, kept.items)
        except (BadReply, TransientError):
            pass  # these claims stay as they are
        return []

    def _count(self, part: _Part, drafts: tuple[DraftJudgement, ...]) -> None:
        self._answered += 1
        for draft in drafts:
            place = part.places[draft.item - 1]
            if place not in self._passages:
                self._passages[place] = Passage(self._asked[place])
            if found := vote(self._passages[place], draft):
                self._votes[part.options][place] = found
