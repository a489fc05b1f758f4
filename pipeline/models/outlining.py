"""The one interface behind which every way of outlining stands."""

from collections.abc import Callable
from typing import Protocol

from pipeline.values.draft import ChunkDraft, DraftRepair, PlanDraft
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.outline import Outline
from pipeline.values.script import Script


class Model(Protocol):
    """Answers one request. Wrappers are Models around a Model."""

    def answer(self, request: Request) -> Reply:
        """The reply; raises an error of `pipeline.errors` and no other."""
        ...


class Outlining(Protocol):
    """The outlining of one script. An object of this kind may hold an analysis of that script."""

    def draft(self, done: Callable[[ChunkDraft], None]) -> tuple[ChunkDraft, ...]:
        """One draft a chunk, in the order of the chunks; `done` is called as each one arrives, from this thread.

        A chunk that cannot be outlined comes back with its `failure`; it never fails the others.
        """
        ...

    def mend(self, outline: Outline, told: Callable[[int, int], None]) -> tuple[DraftRepair, ...]:
        """What becomes of the claims of a checked outline that are not proved; those without an answer stay out.

        `told` hears from this thread how many questions of how many are settled; never, where there is nothing to ask.
        What cannot be had fails nothing: only errors that concern the whole run are raised.
        """
        ...

    def plan(self, outline: Outline) -> PlanDraft:
        """The kept claims of a checked outline arranged into notes; raises BadReply if that cannot be had."""
        ...

    @property
    def usage(self) -> Usage:
        """What this outlining has cost so far; replies from the store cost nothing."""
        ...


Outliner = Callable[[Script], Outlining]
"""Begins the outlining of one script."""
