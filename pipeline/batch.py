"""Many lines at once: the only threads of videos, and the only broad handler.

One pool works on videos; the leaf calls to a model run in a pool of their own, which never submits, so the two cannot
wait for each other. One failing video never stops the others: what became of a video is a value.
"""

import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import CitenoteError, SettingsError, StopRun, Waiting
from pipeline.make_notes import Author, Step, make_notes
from pipeline.settings import BudgetPolicy, CitationPolicy, Settings
from pipeline.sources.causes import LeftOut
from pipeline.sources.wanted import Wanted
from pipeline.values.base import Value
from pipeline.values.exchange import Usage
from pipeline.values.outline import Outline
from pipeline.values.proof import Made
from pipeline.values.spending import Spent
from pipeline.values.transcript import Transcript

State = Literal["done", "skipped", "failed", "crashed", "stopped", "waiting"]
"""Skipped: the same video came before in the list, or a filter leaves it out. Stopped: the run ended before it was
done. Waiting: its answers come later, with a batch; no outcome of a whole run."""


class Outcome(Value):
    """What became of one video. `made` is there when it is done, `kind` and `message` when it is not."""

    wanted: Wanted
    state: State
    made: Made | None = None
    usage: Usage = Usage()
    video: str = ""
    """Its id, once its transcript was read."""
    spent: Spent = Spent()
    kind: str = ""
    message: str = ""
    warnings: tuple[str, ...] = ()
    """What a person should look at although the video is done; a run with any is not a good one."""


class Progress(Value):
    """A step of one video, or its end; `index` is its place in the list."""

    index: int
    step: Step | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Line:
    """The parts that a run is assembled from."""

    fetch: Callable[[Wanted], Transcript]
    author: Author
    stop: Callable[[], None]
    """Called once when the run ends early: no further call to a model or a source is begun."""
    settings: Settings


def run_batch(wanted: Sequence[Wanted], line: Line, listen: Callable[[Progress], None]) -> tuple[Outcome, ...]:
    """What became of each video, in the order of the list.

    An error that concerns the whole run, or Ctrl-C, stops it: what is in flight is finished and kept, the rest comes
    back as "stopped" with the kind of the cause ("stopped", "settings" or "interrupted"). `listen` is called from
    several threads, one call at a time.
    """
    stopping = _Stopping(line.stop)
    lock = threading.Lock()

    def told(progress: Progress) -> None:
        with lock:
            listen(progress)

    def one(index: int, video: Wanted) -> Outcome:
        outcome = _made(video, line, stopping, lambda step: told(Progress(index=index, step=step)))
        told(Progress(index=index, outcome=outcome))
        return outcome

    with ThreadPoolExecutor(line.settings.workers, thread_name_prefix="video") as pool:
        futures = [pool.submit(one, index, video) for index, video in enumerate(wanted)]
        _watch(futures, stopping)
    return tuple(future.result() for future in futures)


class _Stopping:
    """Why the run ends early, if it does; the first cause counts."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self.cause: tuple[str, str] | None = None

    def because(self, kind: str, message: str) -> None:
        self.cause = self.cause or (kind, message)
        self._stop()


def _watch(futures: Sequence[Future[Outcome]], stopping: _Stopping) -> None:
    try:
        for _ in as_completed(futures):
            pass
    except KeyboardInterrupt:
        stopping.because("interrupted", "interrupted; run it again to go on: what was answered is remembered")


def _made(video: Wanted, line: Line, stopping: _Stopping, tell: Callable[[Step], None]) -> Outcome:
    if stopping.cause:
        return _stopped(video, stopping)
    known = ""
    try:
        tell(Step(stage="fetch", done=0, total=1))
        transcript = line.fetch(video)
        known = transcript.video.id
        made, usage = make_notes(transcript, line.author, line.settings, tell)
        warnings = tuple(_warnings(made.outline, line.settings.citations))
        return Outcome(wanted=video, state="done", made=made, usage=usage, video=known, warnings=warnings)
    except (StopRun, SettingsError) as error:
        stopping.because(error.kind, str(error))
    except Waiting as error:
        return Outcome(wanted=video, state="waiting", video=known, kind=error.kind, message=str(error))
    except CitenoteError as error:
        state: State = "skipped" if isinstance(error, LeftOut) else "failed"
        return Outcome(wanted=video, state=state, video=known, kind=error.kind, message=str(error))
    except Exception as error:  # noqa: BLE001 - a bug met in one video must not end the others
        if not stopping.cause:  # else it was only the closed pool of calls that was met
            told = "".join(traceback.format_exception(error))
            return Outcome(wanted=video, state="crashed", video=known, kind=type(error).__name__, message=told)
    return _stopped(video, stopping, known)


def _warnings(outline: Outline, policy: CitationPolicy) -> Iterator[str]:
    proposed = len(outline.claims)
    unproved = sum(not claim.check.good and not claim.check.doubtful for claim in outline.claims)
    if unproved > policy.max_unsupported * proposed:
        yield (
            f"{unproved} of {proposed} claims ({unproved / proposed:.0%}) were not proved and stand on no page; "
            f"citations.max_unsupported allows {policy.max_unsupported:.0%}"
        )


def paid(outcome: Outcome, spent: Spent, budget: BudgetPolicy) -> Outcome:
    """The outcome with what it cost; a video that its budget cut short is not as good as it could be, and says so."""
    warnings = outcome.warnings
    if spent.refused and outcome.state == "done":
        questions = "1 question was" if spent.refused == 1 else f"{spent.refused} questions were"
        warning = (
            f"budget.video (${budget.video:g}) is spent, so that {questions} not asked about this video; what was "
            "answered stands in its notes. Raise budget.video and run again to complete them"
        )
        warnings = (*warnings, warning)
    return outcome.model_copy(update={"spent": spent, "warnings": warnings})


def unpublished(outcome: Outcome, state: State, kind: str, message: str) -> Outcome:
    """What became of a video that was made, but whose pages are not written; what it cost is kept."""
    kept = {"usage": outcome.usage, "video": outcome.video, "spent": outcome.spent}
    return Outcome(wanted=outcome.wanted, state=state, kind=kind, message=message, **kept)


def _stopped(video: Wanted, stopping: _Stopping, known: str = "") -> Outcome:
    kind, message = stopping.cause or ("stopped", "the run was stopped")
    return stopped(video, kind, message).model_copy(update={"video": known})


def stopped(video: Wanted, kind: str, message: str) -> Outcome:
    """What became of a video that the run ended before."""
    return Outcome(wanted=video, state="stopped", kind=kind, message=message)
