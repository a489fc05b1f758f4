"""`citenote models` is put together here: which models there are, and what one of them can do."""

import os
from collections.abc import Sequence

import click

from pipeline.errors import SettingsError
from pipeline.models.choosing import entry
from pipeline.models.headers import Room
from pipeline.models.presets import presets
from pipeline.models.probing import Probe, probe
from pipeline.models.standing import Standing, standings
from pipeline.settings import Settings
from pipeline.stages.exchanging import server_name
from pipeline.store.abilities import StoredAbilities
from pipeline.store.store import Store


def tell_models(settings: Settings, *, as_json: bool) -> None:
    """Tells of every configured model and every known provider whether it can be used here; nothing is sent."""
    found = _with_learnt(tuple(standings(settings, os.environ)), settings)
    if as_json:
        for standing in found:
            click.echo(standing.model_dump_json())
        return
    for origin, title in (("configured", "configured"), ("preset", "known providers, for --model or models.NAME")):
        click.echo(f"{title}:")
        rows = [standing for standing in found if standing.origin == origin]
        for line in _table(rows) or ["  none"]:
            click.echo(line)
    click.echo("\n`citenote models --probe NAME` asks one of them a small question.")


def _with_learnt(found: tuple[Standing, ...], settings: Settings) -> tuple[Standing, ...]:
    if not settings.store.is_file():
        return found
    with Store(settings.store) as store:
        ways = StoredAbilities(store)
        return tuple(s.model_copy(update={"learnt": ways.way(s.server, s.model)}) for s in found)


def _table(rows: Sequence[Standing]) -> list[str]:
    cells = [(s.name, "yes" if s.usable else "no", _told(s)) for s in rows]
    width = max((len(name) for name, _, _ in cells), default=0)
    return [f"  {name:{width}}  {usable:3}  {told}" for name, usable, told in cells]


def _told(standing: Standing) -> str:
    where = f"{standing.model} at {standing.address}: " if standing.address else ""
    learnt = f", asked by {standing.learnt}" if standing.learnt else ""
    known = standing.why == f"{standing.key_variable} is not set"  # then the remedy goes without saying
    remedy = f". {standing.remedy}" if standing.remedy and not known else ""
    return f"{where}{standing.why}{learnt}{remedy}"


def probe_model(name: str, settings: Settings, *, as_json: bool) -> bool:
    """Asks a model a small question in each way until one works, tells what came back and keeps it in the store.

    Returns:
        Whether a way works.

    Raises:
        SettingsError, StopRun, TransientError: as `probe`; SettingsError also for a name that nobody knows.
    """
    server = entry(settings, name, os.environ)
    if server is None:
        raise SettingsError(
            f"model {name!r} is not configured", remedy=f"Known: {', '.join([*settings.models, *presets()])}."
        )
    found = probe(server, os.environ)
    if found.way is not None:
        with Store(settings.store) as store:
            StoredAbilities(store).keep_report(server_name(server), server.model, found.way, found.model_dump_json())
    click.echo(found.model_dump_json() if as_json else "\n".join(_report(name, found)))
    return found.way is not None


def _report(name: str, found: Probe) -> list[str]:
    lines = [f"{name}: {found.model} at {found.server}"]
    lines += [f"  {t.way:12} {t.outcome}{f': {t.detail}' if t.detail else ''}" for t in found.trials]
    if found.way is None:
        return [*lines, "  no way of asking for a form works"]
    usage = f"{found.usage.prompt} in, {found.usage.cached} of them cached, {found.usage.completion} out"
    return [
        *lines,
        f"  answered as  {found.answered_as}",
        f"  latency      {found.seconds:.2f} s",
        f"  tokens       {usage if found.tells_usage else 'not told'}",
        f"  requests     {_room(found.rates.requests)}",
        f"  tokens left  {_room(found.rates.tokens)}",
        f"  takes        {', '.join(found.takes) or 'nothing more that is known'}",
        f"kept: runs ask by {found.way} first",
    ]


def _room(room: Room | None) -> str:
    if room is None:
        return "no limit told"
    of = f" of {room.limit:,.0f}" if room.limit is not None else ""
    reset = f", whole again in {room.reset_s:.3g} s" if room.reset_s is not None else ""
    return f"{room.left:,.0f}{of}{reset}"
