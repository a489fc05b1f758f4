"""The results of one batch, from the files of its server into the store."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.errors import BadReply, SettingsError, StopRun, TransientError
from pipeline.models.batches.parties import BatchServer, Ledger
from pipeline.models.batches.results import Line, lines, read_line
from pipeline.models.faults import Unable
from pipeline.values.exchange import Reply, Request
from pipeline.values.posted import Deferred, Miss, Posted, Remote

_AT_ONCE = 50  # replies in one transaction

Read = Callable[[Line, Request], Reply]
"""The reply that a line brings, or the error that it tells of; ValueError if it tells of neither."""


class Garbled(TransientError):
    """Files of results that hold no results."""


@dataclass
class Collecting:
    """What is found while the files are read. Reading them again changes nothing: what is answered stays so."""

    posted: Posted
    ledger: Ledger
    read: Read
    paid: Callable[[Deferred, Reply], None]
    """Settles what an answer costs, before it is stored."""
    kept: list[str] = field(default_factory=list)
    """The keys of the questions answered."""
    misses: dict[str, Miss] = field(default_factory=dict)
    strangers: int = 0
    """Lines of questions that were not in the batch."""
    unreadable: int = 0
    stop: StopRun | SettingsError | None = None
    """What a line said that concerns the whole run; all lines are read first."""
    _answers: dict[str, tuple[Deferred, Reply]] = field(default_factory=dict)

    def take(self, remote: Remote, server: BatchServer) -> None:
        """Stores the replies of both files, a few at a time.

        Raises:
            Garbled: not one line could be read: what came may be a page of something in between.
            CitenoteError: as the server raises it while the files are fetched; what came until then is stored.
        """
        self.strangers = self.unreadable = readable = 0
        try:
            for file in filter(None, (remote.output_file, remote.error_file)):
                for raw in lines(server.content(file)):
                    readable += self._line(raw)
        finally:
            self._flush()
        if self.unreadable and not readable:
            raise Garbled("the results of a batch could not be read")

    def _line(self, raw: bytes) -> bool:
        """Takes what a line says; whether it says anything."""
        line = read_line(raw)
        if line is None:
            self.unreadable += 1
        else:
            self._take(line)
        return line is not None

    def _take(self, line: Line) -> None:
        key = f"k1:{line.custom_id}"
        question = None if key in self._answers else self.ledger.question(self.posted.number, key)
        if question is None:
            self.strangers += key not in self._answers and not self.ledger.knows(self.posted.number, key)
            return
        try:
            self._answers[key] = question, self.read(line, question.request)
        except Unable as error:
            self.misses[key] = Miss(key=key, kind="returned", reason=error.message)
        except BadReply as error:
            self.misses[key] = Miss(key=key, kind="rejected", reason=error.message)
        except TransientError as error:
            self.misses[key] = Miss(key=key, kind="lost", reason=error.message)
        except (StopRun, SettingsError) as error:
            self.misses[key] = Miss(key=key, kind="returned", reason=error.message)
            self.stop = self.stop or error
        except ValueError:
            self.unreadable += 1
            self.misses[key] = Miss(key=key, kind="lost", reason="its answer could not be read", billable=True)
        if len(self._answers) == _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for question, reply in self._answers.values():
            self.paid(question, reply)
        self.ledger.keep(self.posted, [(question.request, reply) for question, reply in self._answers.values()])
        self.kept += self._answers
        self._answers = {}

    def told(self) -> Iterator[str]:
        """What a person should know of the files, besides the replies."""
        if self.unreadable:
            yield f"{self.unreadable} lines of its results could not be read"
        if self.strangers:
            yield f"{self.strangers} lines of its results answer nothing that was asked"


def faults_of(remote: Remote, posted: Posted, ledger: Ledger) -> list[Miss]:
    """The questions that a server named as the reason why it refused a whole batch."""
    found = ((fault, ledger.key_at(posted.number, fault.line)) for fault in remote.faults if fault.line is not None)
    return [Miss(key=key, kind="rejected", reason=fault.message or fault.code) for fault, key in found if key]
