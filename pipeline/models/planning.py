"""Planning by a model: one question a stretch of the video, all side by side, and their answers put together.

A bad answer is asked for again, one that was cut off is gone on with; both in their own stretch and after the others
were asked.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from pipeline.errors import BadReply, TransientError
from pipeline.stages.exchanging import Prompts, Truncated, Unusable, ask_again
from pipeline.stages.parting import parted, together
from pipeline.stages.propose import numbers_of, read_plan
from pipeline.stages.soundness import Ground, sound_plan
from pipeline.values.base import Value
from pipeline.values.draft import PlanDraft
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.outline import Claim

_FURTHER_TIMES = 2  # that a bad answer is asked for again
_DEEPEST = 2  # times that what an answer left out is asked about by itself

_NOTHING = PlanDraft(entities=(), notes=(), unused=())


@dataclass
class Planning:
    """The questions about one outline; `usage` grows as they are answered."""

    submit: Callable[[Request], Future[Reply]]
    """Has a request answered, side by side with others."""
    ask: Callable[[tuple[Claim, ...]], Request]
    """The question how to arrange these claims."""
    otherwise: Callable[[tuple[Claim, ...]], PlanDraft]
    """Arranges the claims of a stretch for which no plan can be had, where others have one."""
    prompts: Prompts
    language: str
    usage: Usage = field(default_factory=Usage)
    _begun: dict[str, Future[Reply]] = field(default_factory=dict)

    def plan_all(self, claims: tuple[Claim, ...]) -> PlanDraft:
        """The arrangement of all claims of a video.

        Raises:
            BadReply: there is no usable answer for any of it, or no reply.
            StopRun, SettingsError: as the model raises them; open requests are cancelled.
        """
        parts = parted(claims, lambda part: self.ask(part).max_tokens > 0)
        try:
            for request in map(self.ask, parts):
                self._begun[request.key] = self.submit(request)
            return self._all_of(parts)
        finally:
            for future in self._begun.values():
                future.cancel()

    def _all_of(self, parts: tuple[tuple[Claim, ...], ...]) -> PlanDraft:
        plans: list[PlanDraft | None] = []
        error: BadReply | None = None
        for part in parts:
            try:
                plans.append(self.plan(part))
            except BadReply as failed:
                plans.append(None)
                error = failed
        if error is not None and not any(plans):
            raise error
        found = [plan or self.otherwise(part) for part, plan in zip(parts, plans, strict=True)]
        return together(found, self.language) if len(found) > 1 else found[0]

    def plan(self, claims: tuple[Claim, ...], depth: int = 0) -> PlanDraft:
        """The arrangement of some claims; what an answer that was cut off has not come to is asked about by itself.

        Raises:
            BadReply: there is no usable answer, or no reply.
            StopRun, SettingsError: as the model raises them.
        """
        try:
            return self._proposed(self.ask(claims), claims, _FURTHER_TIMES)
        except Truncated as error:
            kept = error.kept if isinstance(error.kept, PlanDraft) else _NOTHING
            if depth == _DEEPEST or len(claims) < 2:
                return _if_any(kept, error)
            return self._gone_on(kept, claims, depth + 1)

    def _gone_on(self, kept: PlanDraft, claims: tuple[Claim, ...], depth: int) -> PlanDraft:
        """What was kept, with an arrangement of the claims that it does not place: at once, else in halves."""
        placed = {number for note in kept.notes for number in numbers_of(note)} | {u.claim for u in kept.unused}
        rest = tuple(claim for claim in claims if claim.id not in placed)
        if len(rest) * 2 <= len(claims):
            return kept  # these few find their places by rule
        middle = len(rest) // 2
        parts = (rest,) if kept.notes else (rest[:middle], rest[middle:])
        for part in parts:
            try:
                kept = _joined(kept, self.plan(part, depth))
            except BadReply:
                if not kept.notes and part is parts[-1]:
                    raise
        return kept

    def _proposed(self, request: Request, claims: tuple[Claim, ...], further: int) -> PlanDraft:
        """The first good plan, else the last that was good in part."""
        reply = self._answered(request)
        self.usage += reply.usage
        ground = Ground(request, self.language)
        try:
            return sound_plan(read_plan(reply, claims), ground)
        except Truncated as error:
            raise Truncated(error.message, kept=_sound_or_none(error.kept, ground)) from None
        except Unusable as error:
            try:
                if not further:
                    raise
                again = ask_again(request, reply, error.message, self.prompts)
                return self._proposed(again, claims, further - 1)
            except BadReply:
                return _if_any(_sound_or_none(error.kept, ground) or _NOTHING, error)

    def _answered(self, request: Request) -> Reply:
        try:
            return (self._begun.pop(request.key, None) or self.submit(request)).result()
        except TransientError as error:
            # the claims are there and proved: better notes arranged by rule than none
            raise BadReply(f"no plan: {error.message}") from error


def _sound_or_none(kept: Value | None, ground: Ground) -> PlanDraft | None:
    try:
        return sound_plan(kept, ground) if isinstance(kept, PlanDraft) else None
    except Unusable:
        return None


def _if_any(kept: PlanDraft, error: BadReply) -> PlanDraft:
    if not kept.notes:
        raise error
    return kept


def _joined(first: PlanDraft, second: PlanDraft) -> PlanDraft:
    return PlanDraft(
        entities=(*first.entities, *second.entities),
        notes=(*first.notes, *second.notes),
        unused=(*first.unused, *second.unused),
    )
