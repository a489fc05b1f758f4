"""Asking a model to mend what it proposed: the failed claims of all chunks side by side, one request a chunk.

A repair is never worth a video: where the answer cannot be had or used, the claims of that chunk stay as they are.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from pipeline.errors import BadReply, TransientError
from pipeline.stages.exchanging import NotJson, Prompts, WrongShape, ask_again
from pipeline.stages.mend import Failing, read_mend
from pipeline.values.draft import DraftRepair, MendDraft
from pipeline.values.exchange import Reply, Request, Usage


@dataclass(frozen=True)
class _Question:
    """One request that was submitted; `kept` is what an earlier answer was good for, when it is asked again."""

    asked: Failing
    request: Request
    future: Future[Reply]
    kept: MendDraft | None = None


@dataclass
class Mending:
    """The questions about one outline; `usage` grows as they are answered."""

    submit: Callable[[Request], Future[Reply]]
    """Has a request answered, side by side with others."""
    prompts: Prompts
    usage: Usage = field(default_factory=Usage)

    def repairs(
        self, questions: Sequence[tuple[Failing, Request]], told: Callable[[int, int], None]
    ) -> tuple[DraftRepair, ...]:
        """The repairs that could be had; `told` hears how many questions of how many are settled.

        Raises:
            StopRun, SettingsError: as the model raises them; open requests are cancelled.
        """
        pending = deque(_Question(asked, request, self.submit(request)) for asked, request in questions)
        found: list[DraftRepair] = []
        try:
            if questions:
                told(0, len(questions))
            while pending:
                settled = self._settled(pending.popleft())
                if isinstance(settled, _Question):
                    pending.append(settled)
                else:
                    found.extend(settled.repairs)
                    told(len(questions) - len(pending), len(questions))
        finally:
            for question in pending:
                question.future.cancel()
        return tuple(found)

    def _settled(self, question: _Question) -> MendDraft | _Question:
        """What an answer is good for, or the question to ask once more."""
        nothing = question.kept or MendDraft(repairs=())
        try:
            reply = question.future.result()
        except (TransientError, BadReply):
            return nothing
        self.usage += reply.usage
        try:
            return read_mend(reply, question.asked)
        except (NotJson, WrongShape) as error:
            kept = error.kept if isinstance(error, WrongShape) and isinstance(error.kept, MendDraft) else nothing
            best = max(nothing, kept, key=lambda draft: len(draft.repairs))
            if question.kept is not None:
                return best
            again = ask_again(question.request, reply, error.message, self.prompts)
            return _Question(question.asked, again, self.submit(again), best)
        except BadReply:
            return nothing
