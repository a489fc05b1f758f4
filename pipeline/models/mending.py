"""Asking a model to mend what it proposed: the failed claims of all chunks side by side, one request a chunk.

A repair is never worth a video: where the answer cannot be had or used, the claims of that chunk stay as they are.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from pipeline.errors import BadReply, TransientError
from pipeline.stages.exchanging import Prompts, Truncated, Unusable, ask_again
from pipeline.stages.mend import Failing, halved, read_mend
from pipeline.stages.soundness import Ground, sound_mend
from pipeline.values.draft import DraftRepair, MendDraft
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.script import Script

_HALVINGS = 2  # a quarter of the claims that still does not fit is not a matter of length


@dataclass(frozen=True)
class _Question:
    """One request that was submitted; `kept` is what an earlier answer was good for, when it is asked again."""

    asked: Failing
    request: Request
    future: Future[Reply]
    halved: int = 0
    kept: MendDraft | None = None


@dataclass
class Mending:
    """The questions about one outline; `usage` grows as they are answered."""

    script: Script
    submit: Callable[[Request], Future[Reply]]
    """Has a request answered, side by side with others."""
    ask: Callable[[Failing], Request]
    """The question about failed claims."""
    prompts: Prompts
    language: str
    usage: Usage = field(default_factory=Usage)

    def repairs(self, found: Sequence[Failing], told: Callable[[int, int], None]) -> tuple[DraftRepair, ...]:
        """The repairs that could be had; `told` hears how many questions of how many are settled.

        Raises:
            StopRun, SettingsError: as the model raises them; open requests are cancelled.
        """
        pending = deque(self._question(asked) for asked in found)
        repairs: dict[int, DraftRepair] = {}
        total = len(pending)
        try:
            if total:
                told(0, total)
            while pending:
                kept, further = self._settled(pending.popleft())
                repairs.update((repair.id, repair) for repair in kept.repairs)
                pending.extend(further)
                total += max(0, len(further) - 1)
                if not further:
                    told(total - len(pending), total)
        finally:
            for question in pending:
                question.future.cancel()
        return tuple(repairs.values())

    def _question(self, asked: Failing, times: int = 0) -> _Question:
        request = self.ask(asked)
        return _Question(asked, request, self.submit(request), times)

    def _settled(self, question: _Question) -> tuple[MendDraft, list[_Question]]:
        """What an answer is good for, and what is to be asked once more."""
        nothing = question.kept or MendDraft(repairs=())
        try:
            reply = question.future.result()
        except (TransientError, BadReply):
            return nothing, []
        self.usage += reply.usage
        try:
            ground = Ground(question.request, self.language)
            return sound_mend(read_mend(reply, question.asked), ground), []
        except Truncated as error:
            return self._cut_off(question, error)
        except Unusable as error:
            kept = error.kept if isinstance(error.kept, MendDraft) else nothing
            best = max(nothing, kept, key=lambda draft: len(draft.repairs))
            if question.kept is not None:
                return best, []
            again = ask_again(question.request, reply, error.message, self.prompts)
            return MendDraft(repairs=()), [replace(question, request=again, future=self.submit(again), kept=best)]
        except BadReply:
            return nothing, []

    def _cut_off(self, question: _Question, error: Truncated) -> tuple[MendDraft, list[_Question]]:
        """The whole repairs of an answer that was cut off; the claims that it did not come to, in halves."""
        before = question.kept.repairs if question.kept else ()
        kept = MendDraft(repairs=(*before, *(error.kept.repairs if isinstance(error.kept, MendDraft) else ())))
        done = {repair.id for repair in kept.repairs}
        rest = replace(question.asked, claims=tuple(c for c in question.asked.claims if c.id not in done))
        halves = halved(self.script, rest) if question.halved < _HALVINGS else ()
        return kept, [self._question(half, question.halved + 1) for half in halves]
