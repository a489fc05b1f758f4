"""`--dry-run`: what would be read, asked and paid, with nothing sent and nothing written to the vault."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime

import click

from pipeline.batch import Outcome
from pipeline.errors import SourceError
from pipeline.models.choosing import Choice, Choices
from pipeline.models.prompts import load_prompts
from pipeline.rehearsing.estimating import Estimate, Rehearsing
from pipeline.rehearsing.rehearsal import Rehearsal
from pipeline.rehearsing.stand_in import Nothing, Replies
from pipeline.rehearsing.stand_ins import Desk
from pipeline.rehearsing.tally import CallCounter, Tally, habits
from pipeline.rehearsing.telling import told, told_video
from pipeline.reporting import json_bytes
from pipeline.settings import Settings
from pipeline.sources.fetching import Transcripts, remembered
from pipeline.sources.wanted import Wanted
from pipeline.store.spending import SpendingLedger
from pipeline.store.store import Store
from pipeline.values.base import Value
from pipeline.values.spending import Spending
from pipeline.values.transcript import Transcript


class _NoStore:
    """Where there is no store: nothing is remembered, and none is made."""

    def transcript_under(self, key: str) -> None:
        del key

    def keep_transcript(self, transcript: Transcript, *, key: str | None = None) -> None:
        del transcript, key


class Terms(Value):
    """On which terms a run would ask."""

    fresh: bool = False
    """Everything anew, so that nothing is remembered."""
    batch: bool = False
    """In the provider's batches."""


def rehearse(
    wanted: Sequence[Wanted], settings: Settings, choices: Choices, terms: Terms, *, as_json: bool
) -> tuple[Outcome, ...]:
    """Tell what a run over these videos would do; the failures of those that cannot be read."""
    with Store(settings.store) if settings.store.is_file() else nullcontext() as store:
        spent = SpendingLedger(store).spending() if store else ()
        replies = store if store and not terms.fresh else Nothing()
        rehearsing = _rehearsing(settings, choices, replies, spent, batch=terms.batch)
        rows = list(_rehearsals(wanted, settings, rehearsing, store or _NoStore()))
    if as_json:
        for line in rows:
            click.echo(json_bytes(line.model_dump(mode="json")))
    else:
        for line in rows:
            click.echo(told_video(line))
        click.echo(told(rows, choices, settings.budget))
    return tuple(
        Outcome(wanted=video, state="failed", kind="source", message=line.error)
        for video, line in zip(wanted, rows, strict=True)
        if line.error
    )


def _rehearsing(
    settings: Settings, choices: Choices, replies: Replies, spent: Sequence[Spending], *, batch: bool
) -> Callable[[Transcript], Estimate]:
    prompts, at = load_prompts(settings.prompts), datetime.now(UTC)

    def desk(choice: Choice | None) -> Desk | None:
        if choice is None or choice.server is None:
            return None
        counter = CallCounter(choice.server, habits(spent, choice.name), at=at, workers=settings.workers, batch=batch)
        return Desk(choice.server, settings, prompts, replies, counter)

    return Rehearsing(settings, choices, desk(choices.outlining), desk(choices.judging))


def _rehearsals(
    wanted: Sequence[Wanted], settings: Settings, rehearsing: Callable[[Transcript], Estimate], kept: Transcripts
) -> Iterator[Rehearsal]:
    for video in wanted:
        try:
            transcript = remembered(video, settings.youtube, kept, settings.speech)
        except SourceError as error:
            yield Rehearsal(video=video.name, state="failed", error=str(error))
            continue
        if transcript is None:
            yield Rehearsal(video=video.name, state="to hear" if video.path else "to fetch")
            continue
        found = rehearsing(transcript)
        yield Rehearsal(
            video=transcript.video.id,
            state="ready",
            minutes=round(transcript.end_ms / 60_000, 1),
            chunks=found.chunks,
            total=sum(found.stages.values(), Tally()),
            stages=found.stages,
            mending=found.mending,
            mending_most=found.mending_most,
            judging_most=found.judging_most,
        )
