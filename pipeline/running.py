"""`citenote run` is put together here: settings, store, sources, model, batch, vault, and what the person is told."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal
from uuid import uuid4

import click
from rich.console import Console

from pipeline.backfilling import FetchedOnce, Rounds, office_of
from pipeline.batch import Line, Outcome, paid, run_batch, stopped, unpublished
from pipeline.errors import SettingsError, StopRun
from pipeline.gathering import ListOptions, fetching_for, gather, with_filters
from pipeline.make_notes import Author
from pipeline.models.asking import Asker
from pipeline.models.batches.deferring import AtOnce
from pipeline.models.batches.office import Office
from pipeline.models.budgeting import Payer, Purse
from pipeline.models.build import Servers
from pipeline.models.choosing import Choice, Choices, choose_all
from pipeline.models.extractive import Extractive
from pipeline.models.judging import ModelJudge
from pipeline.models.outlining import Outliner, Outlining
from pipeline.models.pricing import expect_priced
from pipeline.models.prompts import PromptFolder, load_prompts
from pipeline.rehearsing import Terms, rehearse
from pipeline.reporting import Row, as_json, row, summary
from pipeline.settings import ModelSettings, Settings
from pipeline.sources.wanted import Wanted
from pipeline.store.abilities import StoredAbilities
from pipeline.store.batches import BatchLedger, alone
from pipeline.store.spending import SpendingLedger
from pipeline.store.store import Store
from pipeline.terminal import display
from pipeline.values.proof import PromptDigest
from pipeline.values.script import Script
from pipeline.values.spending import Spent
from pipeline.vault.publishing import Published, expect_publishable, publish
from pipeline.vault.reviews import with_rejected
from pipeline.workspace import settings_for


class RunOptions(ListOptions):
    """The options of `citenote run`."""

    model: str | None = None
    out: Path | None = None
    config: Path | None = None
    video_id: str | None = None
    title: str | None = None
    channel: str | None = None
    judge: Literal["none", "doubtful", "all"] | None = None
    fresh: bool = False
    batch: bool = False
    no_wait: bool = False
    dry_run: bool = False
    as_json: bool = False


def run_videos(options: RunOptions) -> tuple[Outcome, ...]:
    """Make the notes asked for and tell about them; what became of each video, in order.

    A vault that cannot be written to in the end makes its videos "stopped", so that they too are told of.

    Raises:
        SettingsError: before anything was sent or written.
    """
    settings = _settings(options)
    wanted, left_out = _wanted(options, settings)
    choices = choose_all(settings, os.environ)
    _expect_batches(options, choices)
    expect_priced(settings.budget, choices.servers, at=datetime.now(UTC))
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not options.as_json:
        console.print(f"model: {choices.outlining.name} ({choices.outlining.why})", markup=False)
        if choices.judging:
            console.print(f"judge: {choices.judging.name} ({choices.judging.why})", markup=False)
        if left_out:
            console.print(f"left out by the filters: {left_out} (`citenote list` tells why)", markup=False)
    if options.dry_run:
        terms = Terms(fresh=options.fresh, batch=options.batch)
        return rehearse(wanted, settings, choices, terms, as_json=options.as_json)
    with Store(settings.store) as store:
        expect_publishable(settings.vault)
        run = _Run(settings, choices, store, options)
        try:
            outcomes = run.work(wanted)
        except KeyboardInterrupt:
            if options.as_json:
                _tell_json(
                    [row(stopped(video, "interrupted", "interrupted twice"), (), settings.notes) for video in wanted]
                )
            raise
    outcomes, published = _published(outcomes, settings)
    rows = _rows(outcomes, published, settings)
    spent = sum((outcome.spent for outcome in outcomes), Spent())
    if options.as_json:
        _tell_json(rows)
    else:
        console.print(summary(rows, published, settings.vault, spent), markup=False)
    return outcomes


def _tell_json(rows: Sequence[Row]) -> None:
    for line in rows:
        click.echo(as_json(line))


def _published(outcomes: Sequence[Outcome], settings: Settings) -> tuple[tuple[Outcome, ...], Published]:
    """The vault with what was made; a video of an id that came before in the list is left out of it."""
    first: dict[str, Outcome] = {}
    told = tuple(_once(outcome, first) for outcome in outcomes)
    made = [outcome.made for outcome in told if outcome.made]
    try:
        return told, publish(settings.vault, made, settings.notes) if made else Published()
    except KeyboardInterrupt:
        kind, message = "interrupted", "interrupted while the notes were written; run it again to finish them"
    except (SettingsError, StopRun) as error:
        kind, message = error.kind, str(error)
    unwritten = tuple(unpublished(outcome, "stopped", kind, message) if outcome.made else outcome for outcome in told)
    return unwritten, Published()


def _once(outcome: Outcome, first: dict[str, Outcome]) -> Outcome:
    if outcome.made is None:
        return outcome
    video = outcome.made.transcript.video.id
    if video not in first:
        first[video] = outcome
        return outcome
    message = (
        f"{outcome.wanted.name}: the same video as {first[video].wanted.name} ({video}), which came first\n"
        "  Run it alone with another --video-id, or leave it out."
    )
    return unpublished(outcome, "skipped", "same_video", message)


def _settings(options: RunOptions) -> Settings:
    folder = Path()
    settings = settings_for(options.config, folder).judged_by(options.judge)
    named = {"model": options.model, "vault": options.out}
    changed = settings.model_copy(update={key: value for key, value in named.items() if value is not None})
    return with_filters(changed, options)


def _wanted(options: RunOptions, settings: Settings) -> tuple[tuple[Wanted, ...], int]:
    """What is to be run, and how many the filters left out."""
    wanted, left_out = gather(options, settings)
    if len(wanted) > 1 and (options.video_id or options.title):
        raise SettingsError(
            f"--video-id and --title name one video, and there are {len(wanted)}", remedy="Run them one by one."
        )
    named = {"id": options.video_id, "title": options.title, "channel": options.channel}
    given = {key: value for key, value in named.items() if value}
    return tuple(w.model_copy(update=given) for w in wanted), len(left_out)


def _expect_batches(options: RunOptions, choices: Choices) -> None:
    if options.no_wait and not options.batch:
        raise SettingsError("--no-wait is for --batch alone", remedy="Add --batch, or leave --no-wait out.")
    if options.batch and not choices.servers:
        raise SettingsError(
            f"--batch needs a model on a server, and {choices.outlining.name} is none", remedy="Name one with --model."
        )


class _Run:
    """The parts of one run that wait or work in threads, and how they are told to stop."""

    def __init__(self, settings: Settings, choices: Choices, store: Store, options: RunOptions) -> None:
        self._settings = settings
        self._choices = choices
        self._purse = Purse(SpendingLedger(store), settings.budget, uuid4().hex, fresh=options.fresh)
        self._servers: Servers | Office = (
            office_of(store, self._purse, self._tell, self._sleep, fresh=options.fresh)
            if options.batch
            else Servers(store, abilities=StoredAbilities(store), fresh=options.fresh, sleep=self._sleep)
        )
        self._store = store
        self._options = options
        self._stopped = threading.Event()
        self._calls: Executor = AtOnce() if options.batch else ThreadPoolExecutor(choices.slots, "call")

    def work(self, wanted: Sequence[Wanted]) -> tuple[Outcome, ...]:
        try:
            fetch = fetching_for(self._settings, self._store, fresh=self._options.fresh, sleep=self._sleep)
            line = Line(fetch=fetch, author=self._author(), stop=self._stop, settings=self._settings)
            outcomes = self._outcomes(wanted, line)
            self._calls.shutdown(cancel_futures=True)  # what is in flight is paid for: it is waited for, and kept
            return self._with_spending(outcomes)
        finally:  # only a second Ctrl-C does not wait for what is in flight
            self._calls.shutdown(wait=False, cancel_futures=True)

    def _outcomes(self, wanted: Sequence[Wanted], line: Line) -> tuple[Outcome, ...]:
        def once(videos: Sequence[Wanted], line: Line = line) -> tuple[Outcome, ...]:
            with display(tuple(w.name for w in videos), self._purse.spent, quiet=self._options.as_json) as listen:
                return run_batch(videos, line, listen)

        if isinstance(self._servers, Servers):
            if waiting := BatchLedger(self._store).open_anywhere():
                self._tell(f"{waiting} batches are not over: what waits in them is asked anew, but not with --batch")
            return once(wanted)
        kept = replace(line, fetch=FetchedOnce(line.fetch))
        rounds = Rounds(
            self._servers, partial(once, line=kept), self._sleep, self._tell, wait=not self._options.no_wait
        )
        with alone(self._settings.store), closing(self._servers):
            return rounds.run(wanted)

    def _tell(self, text: str) -> None:
        if not self._options.as_json:
            Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)

    def _with_spending(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """The outcomes with what each video cost; one that came twice has paid the first time."""
        first = {outcome.video: number for number, outcome in reversed(list(enumerate(outcomes)))}
        return tuple(
            paid(outcome, self._purse.spent(outcome.video), self._settings.budget)
            if outcome.video and first[outcome.video] == number
            else outcome
            for number, outcome in enumerate(outcomes)
        )

    def _author(self) -> Author:
        outlining, judging = self._choices.outlining, self._choices.judging
        if outlining.server is None and judging is None:
            return Author(outliner=self._extractive, model=outlining.name)
        prompts = load_prompts(self._settings.prompts)
        judge = self._judge(judging, judging.server, prompts) if judging and judging.server else None
        sent = tuple(
            PromptDigest(name=name, digest=digest)
            for name, digest in sorted(prompts.digests.items())
            if (judge if name.startswith("judge.") else outlining.server or name.startswith("again."))
        )
        outliner = self._asker(outlining, outlining.server, prompts) if outlining.server else self._extractive
        return Author(outliner=outliner, model=outlining.name, prompts=sent, judge=judge)

    def _extractive(self, script: Script) -> Outlining:
        return Extractive(script, self._settings.notes)

    def _asker(self, choice: Choice, server: ModelSettings, prompts: PromptFolder) -> Outliner:
        self._servers.model(server)  # a wrong key or address is better known before anything is fetched

        def begin(script: Script) -> Outlining:
            model = self._servers.model(server, Payer(self._purse, choice.name, script.transcript.video.id))
            told = with_rejected(script, self._settings.vault)
            return Asker(model, server, prompts, self._calls, self._settings.notes)(told)

        return begin

    def _judge(self, choice: Choice, server: ModelSettings, prompts: PromptFolder) -> Callable[[str], ModelJudge]:
        self._servers.model(server)

        def judge(video: str) -> ModelJudge:
            model = self._servers.model(server, Payer(self._purse, choice.name, video))
            return ModelJudge(choice.name, model, server, prompts, self._calls)

        return judge

    def _sleep(self, seconds: float) -> None:
        """Waits, unless the run is stopped meanwhile."""
        if self._stopped.wait(seconds):
            raise CancelledError

    def _stop(self) -> None:
        self._stopped.set()
        self._calls.shutdown(wait=False, cancel_futures=True)


def _rows(outcomes: Sequence[Outcome], published: Published, settings: Settings) -> list[Row]:
    notes = {report.video: report.notes for report in published.videos}
    ids = [outcome.made.transcript.video.id if outcome.made else "" for outcome in outcomes]
    return [row(o, notes.get(video, ()), settings.notes) for o, video in zip(outcomes, ids, strict=True)]
