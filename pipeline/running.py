"""`citenote run` is put together here: settings, store, sources, model, batch, vault, and what the person is told."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from pipeline.batch import Line, Outcome, run_batch, stopped, unpublished
from pipeline.errors import SettingsError, StopRun
from pipeline.make_notes import Author
from pipeline.models.asking import Asker
from pipeline.models.build import Servers
from pipeline.models.choosing import Choice, Choices, choose_all
from pipeline.models.extractive import Extractive
from pipeline.models.judging import ModelJudge
from pipeline.models.outlining import Outliner, Outlining
from pipeline.models.prompts import PromptFolder, load_prompts
from pipeline.rehearsing import rehearse
from pipeline.reporting import Row, as_json, row, summary
from pipeline.settings import ModelSettings, Settings
from pipeline.sources.fetching import Fetching
from pipeline.sources.listings import Wanted, listed
from pipeline.store.store import Store
from pipeline.terminal import display
from pipeline.values.base import Value
from pipeline.values.proof import PromptDigest
from pipeline.values.script import Script
from pipeline.vault.publishing import Published, expect_publishable, publish
from pipeline.workspace import settings_for


class RunOptions(Value):
    """The options of `citenote run`."""

    videos: tuple[str, ...]
    list_file: Path | None = None
    model: str | None = None
    out: Path | None = None
    config: Path | None = None
    video_id: str | None = None
    title: str | None = None
    channel: str | None = None
    judge: Literal["none", "doubtful", "all"] | None = None
    fresh: bool = False
    dry_run: bool = False
    as_json: bool = False


def run_videos(options: RunOptions) -> tuple[Outcome, ...]:
    """Make the notes asked for and tell about them; what became of each video, in order.

    A vault that cannot be written to in the end makes its videos "stopped", so that they too are told of.

    Raises:
        SettingsError: before anything was sent or written.
    """
    settings = _settings(options)
    wanted = _wanted(options)
    choices = choose_all(settings, os.environ)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not options.as_json:
        console.print(f"model: {choices.outlining.name} ({choices.outlining.why})", markup=False)
        if choices.judging:
            console.print(f"judge: {choices.judging.name} ({choices.judging.why})", markup=False)
    if options.dry_run:
        return rehearse(wanted, settings, choices, as_json=options.as_json)
    with Store(settings.store) as store:
        expect_publishable(settings.vault)
        run = _Run(settings, choices, store, fresh=options.fresh, quiet=options.as_json)
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
    if options.as_json:
        _tell_json(rows)
    else:
        console.print(summary(rows, published, settings.vault), markup=False)
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
    return settings.model_copy(update={key: value for key, value in named.items() if value is not None})


def _wanted(options: RunOptions) -> tuple[Wanted, ...]:
    wanted = listed(options.videos, options.list_file)
    if not wanted:
        raise SettingsError("no video was given", remedy="Name a YouTube address, a transcript file, or --list FILE.")
    if len(wanted) > 1 and (options.video_id or options.title):
        raise SettingsError(
            f"--video-id and --title name one video, and there are {len(wanted)}", remedy="Run them one by one."
        )
    named = {"id": options.video_id, "title": options.title, "channel": options.channel}
    return tuple(w.model_copy(update={key: value for key, value in named.items() if value}) for w in wanted)


class _Run:
    """The parts of one run that wait or work in threads, and how they are told to stop."""

    def __init__(self, settings: Settings, choices: Choices, store: Store, *, fresh: bool, quiet: bool) -> None:
        self._settings = settings
        self._choices = choices
        self._servers = Servers(store, fresh=fresh, sleep=self._sleep)
        self._store = store
        self._fresh = fresh
        self._quiet = quiet
        self._stopped = threading.Event()
        self._calls = ThreadPoolExecutor(choices.slots, thread_name_prefix="call")

    def work(self, wanted: Sequence[Wanted]) -> tuple[Outcome, ...]:
        try:
            fetch = Fetching(self._settings.youtube, self._store, fresh=self._fresh, sleep=self._sleep)
            line = Line(fetch=fetch, author=self._author(), stop=self._stop, settings=self._settings)
            with display(tuple(w.name for w in wanted), quiet=self._quiet) as listen:
                return run_batch(wanted, line, listen)
        finally:  # calls in flight are over by now; only a second Ctrl-C comes here earlier, and does not wait for them
            self._calls.shutdown(wait=False, cancel_futures=True)

    def _author(self) -> Author:
        outlining, judging = self._choices.outlining, self._choices.judging
        if outlining.server is None and judging is None:
            return Author(outliner=self._extractive, model=outlining.name)
        prompts = load_prompts(self._settings.prompts)
        judge = self._judge(judging, prompts) if judging else None
        sent = tuple(
            PromptDigest(name=name, digest=digest)
            for name, digest in sorted(prompts.digests.items())
            if (judge if name.startswith("judge.") else outlining.server or name.startswith("again."))
        )
        outliner = self._asker(outlining.server, prompts) if outlining.server else self._extractive
        return Author(outliner=outliner, model=outlining.name, prompts=sent, judge=judge)

    def _extractive(self, script: Script) -> Outlining:
        return Extractive(script, self._settings.notes)

    def _asker(self, server: ModelSettings, prompts: PromptFolder) -> Outliner:
        return Asker(self._servers.model(server), server, prompts, self._calls, self._settings.notes)

    def _judge(self, choice: Choice, prompts: PromptFolder) -> ModelJudge | None:
        if choice.server is None:
            return None
        return ModelJudge(choice.name, self._servers.model(choice.server), choice.server, prompts, self._calls)

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
