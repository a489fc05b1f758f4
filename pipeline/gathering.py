"""The sources of a run, put together by its settings: what is wanted, and how it is fetched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

import click

from pipeline.errors import SettingsError
from pipeline.settings import Settings
from pipeline.sources.expanding import Expanding
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.filters import Chosen, Done, choose
from pipeline.sources.gate import CoolDowns, Forgetful, Gate, Timing
from pipeline.sources.listings import known_id, listed
from pipeline.sources.wanted import Wanted
from pipeline.store.cooling import CoolDowns as StoredCoolDowns
from pipeline.store.store import Store
from pipeline.values.base import Value
from pipeline.values.sourcing import ListPolicy
from pipeline.vault.proofs import read_heads


class ListOptions(Value):
    """The options that say what is wanted; None for what the settings say."""

    videos: tuple[str, ...] = ()
    list_file: Path | None = None
    min_minutes: float | None = None
    max_minutes: float | None = None
    after: date | None = None
    before: date | None = None
    match: str | None = None
    lang: tuple[str, ...] = ()
    skip_done: bool | None = None
    sort: Literal["listed", "date", "views"] | None = None
    limit: int | None = None

    def policy(self, policy: ListPolicy) -> ListPolicy:
        """The filters of the settings, changed by the options."""
        names = ("min_minutes", "max_minutes", "after", "before", "match", "skip_done", "sort", "limit")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        return policy.model_copy(update=given | ({"languages": self.lang} if self.lang else {}))


def with_filters(settings: Settings, options: ListOptions) -> Settings:
    """The settings with the filters of the options."""
    return settings.model_copy(update={"lists": options.policy(settings.lists)})


def gather(options: ListOptions, settings: Settings) -> Chosen:
    """What is wanted, lists taken apart and filtered.

    Raises:
        SettingsError: an argument names nothing, the list file cannot be read, or nothing was named at all.
    """
    with _cool_downs(settings) as cool_downs:
        gate = Gate(settings.youtube, cool_downs, Timing())
        expanding = Expanding(settings.youtube, settings.lists, gate)
        wanted = listed(options.videos, options.list_file, expanding)
    if not wanted:
        raise SettingsError("no video was given", remedy="Name a YouTube address, a transcript file, or --list FILE.")
    return choose(wanted, settings.lists, _done(settings))


def fetching_for(settings: Settings, store: Store, *, fresh: bool, sleep: Callable[[float], None]) -> Fetching:
    """How the things of one run are fetched; `sleep` may raise to end the waiting.

    Raises:
        SettingsError: a part that the settings name is not installed.
    """
    gate = Gate(settings.youtube, StoredCoolDowns(store), Timing(sleep=sleep))
    ways = Ways(lists=settings.lists, speech=settings.speech, done=_done(settings))
    return Fetching(settings.youtube, store, fresh=fresh, sleep=sleep, gate=gate, ways=ways)


def tell_list(options: ListOptions, settings: Settings, *, as_json: bool) -> bool:
    """Prints what a run over these lists would take; whether all of it could be listed."""
    chosen = gather(options, settings)
    rows = [_row(each, None) for each in chosen.taken] + [_row(each, why) for each, why in chosen.left_out]
    for row in rows:
        click.echo(row.model_dump_json() if as_json else _line(row))
    if not as_json:
        bad = sum(row.state == "bad" for row in rows)
        faults = f", {bad} could not be listed" if bad else ""
        click.echo(f"{len(chosen.taken) - bad} taken, {len(chosen.left_out)} left out{faults}", err=True)
    return not any(each.problem for each in chosen.taken)


class ListRow(Value):
    """One entry, as `citenote list --json` prints it."""

    video: str
    state: Literal["taken", "left out", "bad"]
    title: str | None = None
    channel: str | None = None
    published: date | None = None
    minutes: float | None = None
    views: int | None = None
    language: str | None = None
    why: str | None = None
    """Why it is left out, or what is wrong with it."""


def _row(wanted: Wanted, why: str | None) -> ListRow:
    known, problem = wanted.known, wanted.problem
    return ListRow(
        video=wanted.youtube_id or (wanted.episode.id if wanted.episode else wanted.name),
        state="bad" if problem else "left out" if why else "taken",
        title=wanted.title or known.title,
        channel=wanted.channel or known.channel,
        published=known.published,
        minutes=round(known.duration_ms / 60_000, 1) if known.duration_ms else None,
        views=known.views,
        language=known.language,
        why=f"{problem.message}\n  {problem.remedy}" if problem else why,
    )


def _line(row: ListRow) -> str:
    if row.state == "bad":
        return f"bad       {row.why}"
    minutes = f"{row.minutes} min" if row.minutes is not None else None
    facts = [str(row.published) if row.published else None, minutes, f"{row.views:,} views" if row.views else None]
    told = "  ".join([row.video, *(f for f in facts if f), row.title or ""]).rstrip()
    return f"{row.state:<9} {told}" + (f" ({row.why})" if row.why else "")


def _done(settings: Settings) -> Done:
    """Whether something has notes in the vault; read once, as the vault does not change while a run works."""
    if not settings.lists.skip_done:
        return lambda _: False
    ids = {head.video.id for head in read_heads(settings.vault) if head.notes}
    return lambda wanted: known_id(wanted) in ids


@contextmanager
def _cool_downs(settings: Settings) -> Iterator[CoolDowns]:
    """Those of the store, if there is one: listing alone makes none."""
    if not settings.store.is_file():
        yield Forgetful()
        return
    with Store(settings.store) as store:
        yield StoredCoolDowns(store)
