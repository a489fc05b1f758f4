"""A check as the settings want it: with transcripts of earlier runs, those it may fetch, and a judge if one is set."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

from pipeline.checking.asking import Asking, Hired, Means, Plan, Rehearsing, hired
from pipeline.checking.fetched import FetchedTranscripts
from pipeline.checking.judging import Judging
from pipeline.checking.report import CheckReport
from pipeline.checking.run import check
from pipeline.models.budgeting import Purse
from pipeline.settings import Settings
from pipeline.sources.fetching import Fetching
from pipeline.sources.gate import Gate, Timing
from pipeline.store.abilities import StoredAbilities
from pipeline.store.cooling import CoolDowns
from pipeline.store.spending import SpendingLedger
from pipeline.store.store import Store


def check_as_set(
    paths: Sequence[Path], transcripts: Path | None, settings: Settings, *, fetch: bool, tell: Callable[[str], None]
) -> CheckReport:
    """The check of these notes by these settings.

    Args:
        paths: notes and folders of notes.
        transcripts: folder of transcripts by video id.
        settings: the store is used when there is one, and made only to keep what is fetched or what a judge answers.
        fetch: whether transcripts that are nowhere else are fetched; without it and a judge nothing is sent.
        tell: hears a line for people before anything is sent, and what it cost.

    Raises:
        SettingsError: a path does not exist, the store cannot be read, or the judge is not known or has no key.
        StopRun: the judge refuses the key, has no credit, or the budget is spent.
    """
    judge = hired(settings, os.environ)
    if not fetch and judge is None and not settings.store.is_file():
        return check(paths, transcripts=transcripts, judging=Judging(policy=settings.citations))
    with Store(settings.store) as store:
        second = _asking(judge, settings, store, tell) if judge else None
        judging = Judging(policy=settings.citations, second=second)
        gate = Gate(settings.youtube, CoolDowns(store), Timing())
        fetching = Fetching(settings.youtube, store, fresh=False, sleep=time.sleep, gate=gate) if fetch else None
        fetched = FetchedTranscripts(fetching, lambda video: tell(f"fetching {video}")) if fetching else None
        return check(paths, transcripts=transcripts, lookups=[store.transcript], fetched=fetched, judging=judging)


def _asking(judge: Hired, settings: Settings, store: Store, tell: Callable[[str], None]) -> Asking:
    tell(f"judge: {judge.name} ({judge.why})")
    purse = Purse(SpendingLedger(store), settings.budget, uuid4().hex)
    return Asking(judge, settings, Means(store, purse, StoredAbilities(store)), tell)


def rehearsed_check(paths: Sequence[Path], transcripts: Path | None, settings: Settings) -> tuple[str, Plan]:
    """Who would be asked about these notes, and what it would take; nothing is sent or written.

    Raises:
        SettingsError: as `check_as_set`.
    """
    judge = hired(settings, os.environ)
    if judge is None:
        return "", Plan()
    with Store(settings.store) if settings.store.is_file() else nullcontext() as store:
        rehearsing = Rehearsing(judge, settings, store)
        judging = Judging(policy=settings.citations, second=rehearsing)
        check(paths, transcripts=transcripts, lookups=[store.transcript] if store else [], judging=judging)
        return judge.name, rehearsing.plan
