"""`citenote run --batch`: the line in rounds, with batches in between (see `pipeline.models.batches`)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.batch import Outcome, stopped
from pipeline.errors import CitenoteError, SettingsError, StopRun, TransientError, Waiting
from pipeline.models.batches.desk import Surroundings
from pipeline.models.batches.office import Memory, Office
from pipeline.models.budgeting import Purse
from pipeline.sources.wanted import Wanted
from pipeline.store.abilities import StoredAbilities
from pipeline.store.batches import BatchLedger
from pipeline.store.store import Store
from pipeline.values.transcript import Transcript

Tell = Callable[[str], None]
Sleep = Callable[[float], None]

_FIRST_S, _LONGEST_S, _GROWTH = 0.2, 300.0, 1.6

_GOES_ON = "The batches go on at the server: run the same command again to go on from here."


def office_of(store: Store, purse: Purse, tell: Tell, sleep: Sleep, *, fresh: bool) -> Office:
    """Models whose questions are answered in batches, with a store for all that is remembered."""
    memory = Memory(store, BatchLedger(store), StoredAbilities(store))
    return Office(memory, purse, Surroundings(time.time, sleep, tell), fresh=fresh)


class FetchedOnce:
    """A fetch whose transcripts are kept for the rounds to come. Safe to use from several threads."""

    def __init__(self, fetch: Callable[[Wanted], Transcript]) -> None:
        self._fetch = fetch
        self._fetched: dict[Wanted, Transcript] = {}

    def __call__(self, video: Wanted) -> Transcript:
        """The transcript of a video; raises as the fetch does."""
        if video not in self._fetched:
            self._fetched[video] = self._fetch(video)
        return self._fetched[video]


@dataclass(frozen=True)
class Rounds:
    """How a run in batches goes on: work over the videos, send what they ask, wait, and so again."""

    office: Office
    work: Callable[[Sequence[Wanted]], Sequence[Outcome]]
    """One round of the line over some videos."""
    sleep: Sleep
    tell: Tell
    wait: bool = True
    """Or end when there is nothing to do but wait."""

    def run(self, wanted: Sequence[Wanted]) -> tuple[Outcome, ...]:
        """What became of each video, in order; those that the run ended before are "stopped"."""
        done: dict[int, Outcome] = {}
        try:
            self.office.adopt()
            self._rounds(wanted, done)
            cause = _cause(Waiting("the answers are not there yet", remedy=_GOES_ON))
        except (StopRun, SettingsError) as error:
            cause = _cause(error)
        except TransientError as error:
            cause = StopRun.kind, f"{error}\n  {_GOES_ON}"
        except KeyboardInterrupt:
            cause = "interrupted", f"interrupted\n  {_GOES_ON}"
        return tuple(done.get(index) or stopped(video, *cause) for index, video in enumerate(wanted))

    def _rounds(self, wanted: Sequence[Wanted], done: dict[int, Outcome]) -> None:
        while True:
            if self.wait:
                self._wait()
            self.office.begin()
            left = [index for index in range(len(wanted)) if index not in done]
            outcomes = self.work([wanted[index] for index in left])
            done |= {i: outcome for i, outcome in zip(left, outcomes, strict=True) if outcome.state != "waiting"}
            if any(outcome.state == "stopped" for outcome in outcomes):
                first = next(outcome for outcome in outcomes if outcome.state == "stopped")
                done |= {i: stopped(wanted[i], first.kind, first.message) for i in left if i not in done}
            if len(done) == len(wanted):
                if not any(outcome.state == "stopped" for outcome in outcomes):
                    self.office.end()
                return
            self.office.send()
            if not self.wait and self.office.busy:
                return

    def _wait(self) -> None:
        """Until nothing is under way, looking less and less often."""
        pause_s = _FIRST_S
        if self.office.busy:
            self.tell("waiting for the batches; Ctrl-C ends the waiting, not the batches")
        while self.office.busy:
            self.sleep(pause_s)
            self.office.look()
            pause_s = min(pause_s * _GROWTH, _LONGEST_S)


def _cause(error: CitenoteError) -> tuple[str, str]:
    return error.kind, str(error)
