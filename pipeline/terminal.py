"""What a person at the terminal sees while a run goes on: bars where there is a terminal, plain lines where not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipeline.batch import Outcome
from pipeline.batch import Progress as Told
from pipeline.values.spending import Spent, dollars

_STAGES = ("fetch", "split", "outline", "verify", "mend", "judge", "plan")


class Display(Protocol):
    """Something that is told what goes on."""

    def __call__(self, told: Told) -> None:
        """Called one at a time, from any thread."""
        ...


@contextmanager
def display(names: tuple[str, ...], spent: Callable[[], Spent], *, quiet: bool) -> Iterator[Display]:
    """A display on standard error for videos of these names, in the order of the list, and of what is spent so far."""
    console = Console(stderr=True)
    if quiet:
        yield _silent
    elif console.is_terminal:
        columns = (
            TextColumn("{task.description}", table_column=None),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("[dim]{task.fields[stage]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console, transient=True) as progress:
            yield _Bars(progress, names, spent)
    else:
        yield _Lines(console, names, spent)


def _silent(told: Told) -> None:
    del told


class _Bars:
    """A bar for the run and one for each video that is worked on."""

    def __init__(self, progress: Progress, names: tuple[str, ...], spent: Callable[[], Spent]) -> None:
        self._progress = progress
        self._names = names
        self._spent = spent
        self._tasks: dict[int, TaskID] = {}
        self._all = progress.add_task("[bold]videos", total=len(names), stage="")

    def __call__(self, told: Told) -> None:
        self._progress.update(self._all, stage=so_far(self._spent()))
        if told.outcome is not None:
            if told.index in self._tasks:
                self._progress.remove_task(self._tasks.pop(told.index))
            self._progress.advance(self._all)
            if told.outcome.state == "waiting":
                return
            self._progress.console.print(_ending(self._names[told.index], told.outcome))
        elif told.step is not None:
            step = told.step
            if told.index not in self._tasks:
                name = escape(_short(self._names[told.index]))
                self._tasks[told.index] = self._progress.add_task(name, total=1, stage="")
            stage = f"{_STAGES.index(step.stage) + 1}/{len(_STAGES)} {step.stage}"
            self._progress.update(self._tasks[told.index], completed=step.done, total=step.total, stage=stage)


class _Lines:
    """A line for the beginning of each stage and for the end of each video."""

    def __init__(self, console: Console, names: tuple[str, ...], spent: Callable[[], Spent]) -> None:
        self._console = console
        self._names = names
        self._spent = spent

    def __call__(self, told: Told) -> None:
        name = self._names[told.index]
        if told.outcome is not None and told.outcome.state == "waiting":
            return
        if told.outcome is not None:
            spent = so_far(self._spent())
            self._console.print(_ending(name, told.outcome) + (spent and f" ({spent})"), soft_wrap=True)
        elif told.step is not None and told.step.done == 0:
            parts = f" ({told.step.total} parts)" if told.step.total > 1 else ""
            self._console.print(f"{escape(_short(name))}: {told.step.stage}{parts}", soft_wrap=True, highlight=False)


def so_far(spent: Spent) -> str:
    """What a run has spent until now; nothing where nothing is paid."""
    if not spent.priced_usd:
        return ""
    more = " and more of unknown price" if spent.unpriced else ""
    return f"{dollars(spent.priced_usd)}{more} so far"


def _ending(name: str, outcome: Outcome) -> str:
    if outcome.state == "done":
        return f"[green]✓[/green] {escape(_short(name))}"
    return f"[red]✗[/red] {escape(name)}: {outcome.state}"


def _short(name: str, most: int = 48) -> str:
    return name if len(name) <= most else "…" + name[1 - most :]
