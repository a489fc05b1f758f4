"""What one video would take: the line is run, with stand-ins in the place of the models."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from pipeline.errors import BadReply
from pipeline.make_notes import Author, make_notes
from pipeline.models.choosing import Choices
from pipeline.models.extractive import Extractive
from pipeline.models.outlining import Outlining
from pipeline.rehearsing.stand_ins import Desk, RehearsedJudge, RehearsedOutlining, judge_questions
from pipeline.rehearsing.tally import Tally
from pipeline.settings import Settings
from pipeline.stages.judge import most_asked
from pipeline.stages.split import split
from pipeline.values.base import Value
from pipeline.values.script import Script
from pipeline.values.transcript import Transcript
from pipeline.vault.reviews import with_rejected


class Estimate(Value):
    """What one video would take."""

    chunks: int
    stages: Mapping[str, Tally] = {}
    """By stage, if no claim fails but those that are known to."""
    mending: Tally = Tally()
    """On top, if one claim in ten fails."""
    mending_most: Tally = Tally()
    """On top, at most."""
    judging_most: Tally = Tally()
    """Instead of what is judged by `stages`, at most."""


@dataclass(frozen=True)
class Rehearsing:
    """Estimates videos of one run."""

    settings: Settings
    choices: Choices
    outlining: Desk | None
    """None where no model outlines."""
    judging: Desk | None

    def __call__(self, transcript: Transcript) -> Estimate:
        """What the calls about a video would take.

        Raises:
            SettingsError: a template is wrong, or no question fits the model.
        """
        script = split(transcript, self.settings.split)
        if self.outlining is None and self.judging is None:
            return Estimate(chunks=len(script.chunks))
        for desk in (self.outlining, self.judging):
            if desk is not None:
                desk.counter.begin()
        begun: list[RehearsedOutlining] = []
        judge = (
            RehearsedJudge(self.choices.judging.name, self.judging) if self.choices.judging and self.judging else None
        )
        author = Author(
            outliner=self._outliner(begun),
            model=self.choices.outlining.name,
            judge=(lambda _: judge) if judge else None,
        )
        with suppress(BadReply):  # there is nothing to show: that is for the run to tell
            make_notes(transcript, author, self.settings, lambda _: None)
        stages: dict[str, Tally] = {}
        for model in [outlining.model for outlining in begun] + ([judge.model] if judge else []):
            stages.update(model.took)
        return Estimate(
            chunks=len(script.chunks),
            stages=stages,
            mending=sum((outlining.mending for outlining in begun), Tally()),
            mending_most=sum((outlining.mending_most for outlining in begun), Tally()),
            judging_most=self._most_judging(script),
        )

    def _outliner(self, begun: list[RehearsedOutlining]) -> Callable[[Script], Outlining]:
        def begin(script: Script) -> Outlining:
            if self.outlining is None:
                return Extractive(script, self.settings.notes)
            begun.append(RehearsedOutlining(with_rejected(script, self.settings.vault), self.outlining))
            return begun[-1]

        return begin

    def _most_judging(self, script: Script) -> Tally:
        """As if every claim that can be drafted were asked about."""
        desk = self.judging
        if desk is None:
            return Tally()
        requests = [request for request, _ in judge_questions(most_asked(script), desk)]
        return sum((desk.counter.longest(request) for request in requests), Tally())
