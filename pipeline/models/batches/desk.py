"""Where the questions of one model become batches: prepared, sent, watched, collected. Nothing is paid for twice.

`posting` tells why no kill makes a batch be sent twice. Collecting may be repeated at will: each reply is stored
together with the mark that its question is answered, in one transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from pipeline.errors import CitenoteError, StopRun, TransientError
from pipeline.models.batches.collecting import Collecting, Garbled, faults_of
from pipeline.models.batches.deferring import Deferring
from pipeline.models.batches.forms import Form
from pipeline.models.batches.insisting import Insisting
from pipeline.models.batches.packing import Limits, Pack, packs
from pipeline.models.batches.parties import BatchServer, Ledger
from pipeline.models.batches.posting import Posting
from pipeline.models.batches.till import Till
from pipeline.values.posted import Deferred, Miss, Posted, Remote

_FORGOTTEN_S = 3 * 86_400  # after which a batch that its server does not know is not waited for
_UNREACHABLE_S = 3_600.0
_TOO_MANY = {"token_limit_exceeded", "request_limit_exceeded", "batch_limit_exceeded"}


@dataclass(frozen=True)
class Surroundings:
    """What a desk knows of the world."""

    clock: Callable[[], float]
    """Seconds since 1970."""
    sleep: Callable[[float], None]
    """Waits for seconds; may raise to end the waiting."""
    tell: Callable[[str], None]
    """Tells a person."""


@dataclass
class Desk:
    """The batches of one model of one server."""

    name: str
    """Address and model: what the ledger knows the server by."""
    server: BatchServer
    ledger: Ledger
    form: Form
    deferring: Deferring
    till: Till
    insist: Insisting
    world: Surroundings
    limits: Limits = field(default_factory=Limits)
    fresh: bool = False
    held: tuple[Deferred, ...] = ()
    """Questions that go out when others are over."""
    _told: dict[str, str] = field(default_factory=dict)
    _silent_since: float | None = None

    @property
    def busy(self) -> bool:
        """Whether anything is under way or held back."""
        return bool(self.held or self.ledger.open(self.name))

    def begin(self) -> None:
        """Begins a round of the line."""
        flying, replaced = (
            self.ledger.in_flight(self.name, replaced=False),
            self.ledger.in_flight(self.name, replaced=True),
        )
        self.deferring.begin(flying | replaced, self.ledger.missed(self.name), replaced=replaced)

    def adopt(self) -> None:
        """Takes over what an earlier run left: what was created is found and looked at, the rest was not asked.

        Raises:
            CitenoteError: as `look`.
        """
        for posted in self.ledger.open(self.name):
            if posted.state != "created" and (found := self._posting.adopt(posted)):
                self.world.tell(f"batch {found.id} was found at the server and is adopted")
        self.till.open()
        self.look(cancelled_stops=False)

    def send(self, questions: Iterable[Deferred]) -> None:
        """Sends questions in as many batches as it takes; what is too much now is held back until others are over.

        Raises:
            StopRun: nothing is under way, and a budget does not cover a single question.
            CitenoteError: the server cannot be reached or refuses; what was not sent counts as not asked.
        """
        held: list[Deferred] = []
        refused: dict[str, CitenoteError] = {}
        under_way = sum(posted.tokens for posted in self.ledger.open(self.name))
        for pack in packs(questions, self.form.body, self.limits):
            if under_way and under_way + pack.tokens > (self.limits.tokens or float("inf")):
                held.extend(pack.questions)
                continue
            afforded, others = self._afforded(pack.questions)
            refused |= others
            held.extend(q for q in pack.questions if q.request.key in others)
            for part in packs(afforded, self.form.body, self.limits):
                self._send(part)
                under_way += part.tokens
        self.held = tuple(held) if under_way else self._unaffordable(held, refused)

    def _send(self, pack: Pack) -> None:
        remote = self._posting.send(pack, self._posted(pack))
        self.world.tell(f"batch {remote.id}: {len(pack.questions)} questions sent")

    def _afforded(self, questions: Sequence[Deferred]) -> tuple[list[Deferred], dict[str, CitenoteError]]:
        """The questions for which money was set aside, and why not for the others."""
        afforded: list[Deferred] = []
        refused: dict[str, CitenoteError] = {}
        over: CitenoteError | None = None
        for question in questions:
            error = over or self.till.set_aside(question)
            if error is None:
                afforded.append(question)
                continue
            refused[question.request.key] = error
            if isinstance(error, StopRun):
                over = error  # a smaller question may fit, but the money is over
        return afforded, refused

    def _unaffordable(self, held: Sequence[Deferred], refused: Mapping[str, CitenoteError]) -> tuple[Deferred, ...]:
        """Nothing is under way that could turn out cheaper: the budget has the last word."""
        for question in held:
            error = refused[question.request.key]
            if isinstance(error, StopRun):
                raise error
            self.deferring.refuse(question.request.key, error)
            self.till.refuse(question)
        return ()

    def look(self, *, cancelled_stops: bool = True) -> None:
        """Looks once at every batch under way, collects those that are over and sends what was held back.

        Raises:
            StopRun, SettingsError: as results or the server say, once all that came is stored; a batch was cancelled,
                and `cancelled_stops`; or the server was silent for an hour.
            TransientError: results could not be fetched, or what was held back not be sent.
        """
        before = self.ledger.open(self.name)
        for posted in before:
            remote = self._remote(posted)
            if remote is None:
                continue
            self._tell_state(remote)
            if remote.over:
                self._collect(posted, remote, cancelled_stops=cancelled_stops)
        if self.held and len(self.ledger.open(self.name)) < len(before):
            self.send(self.held)

    @property
    def _posting(self) -> Posting:
        return Posting(self.server, self.ledger, self.insist, self.world.sleep)

    def _posted(self, pack: Pack) -> Posted:
        return Posted(
            number=0,
            server=self.name,
            digest=pack.digest,
            state="prepared",
            requests=len(pack.questions),
            tokens=pack.tokens,
            run=self.till.run,
            fresh=self.fresh,
            prepared_s=self.world.clock(),
        )

    def _remote(self, posted: Posted) -> Remote | None:
        """The batch as it stands; None while the server does not answer, or when it is not waited for any more."""
        now = self.world.clock()
        try:
            remote = self.server.retrieve(posted.batch_id or "")
        except TransientError as error:
            self._silent_since = self._silent_since or now
            if now - self._silent_since > _UNREACHABLE_S:
                raise StopRun(error.message, remedy="Run it again with --batch: it is gone on with.") from None
            return None
        self._silent_since = None
        if remote is None and now - posted.prepared_s < _FORGOTTEN_S:
            raise StopRun(
                f"the server knows no batch {posted.batch_id}",
                remedy="Use the key it was made with. Three days after it was made, its questions are asked anew.",
            )
        if remote is None:
            self._close(posted, (), "")
        return remote

    def _tell_state(self, remote: Remote) -> None:
        counted = f", {remote.completed + remote.failed} of {remote.total} answered" if remote.total else ""
        state = f"batch {remote.id}: {remote.status.replace('_', ' ')}{counted}"
        if self._told.get(remote.id) != state:
            self._told[remote.id] = state
            self.world.tell(state)

    def _collect(self, posted: Posted, remote: Remote, *, cancelled_stops: bool) -> None:
        collecting = Collecting(posted, self.ledger, self.form.read, partial(self.till.paid, posted.run))
        try:
            self.insist(lambda: collecting.take(remote, self.server))
        except Garbled as error:
            self.world.tell(f"batch {remote.id}: {error}")  # it stays so: what it cost is lost
        finally:
            for key in collecting.kept:
                self.deferring.collected(key)
        refused = self._refused(posted, remote) if remote.status == "failed" else {}
        cancelled = remote.status == "cancelled"
        # nobody tried to answer what was in a batch that was cancelled or refused
        reason = "" if cancelled or remote.status == "failed" else f"no answer in a batch that is {remote.status}"
        misses = {**collecting.misses, **refused}
        self._close(posted, misses.values(), reason, billable=remote.status == "completed")
        for said in collecting.told():
            self.world.tell(f"batch {remote.id}: {said}")
        if collecting.stop:
            raise collecting.stop
        if cancelled and cancelled_stops:
            raise StopRun(
                f"batch {remote.id} was cancelled at the server",
                remedy="What was answered is kept; run it again to ask for the rest.",
            )

    def _refused(self, posted: Posted, remote: Remote) -> dict[str, Miss]:
        """The questions for which the server refused the whole batch; the others are sent once more without them.

        Raises:
            StopRun: there is no such question, and it is not a matter of how much is sent.
        """
        named = {miss.key: miss for miss in faults_of(remote, posted, self.ledger)}
        if named:
            return named
        if posted.requests > 1 and any(fault.code in _TOO_MANY for fault in remote.faults):
            self.limits = replace(self.limits, tokens=max(1, posted.tokens // 2))
            self.world.tell(f"batch {remote.id} was too much at once: it is sent in parts of half its size")
            return {}
        said = "; ".join(fault.message or fault.code for fault in remote.faults[:3]) or "it gives no reason"
        self._close(posted, (), "")
        raise StopRun(f"the server refused batch {remote.id}: {said}", remedy="Mend it, then run it again.")

    def _close(self, posted: Posted, misses: Iterable[Miss], reason: str, *, billable: bool = False) -> None:
        """The money first: a kill in between settles nothing twice. `billable` is what got no line of results."""
        known = {miss.key: miss for miss in misses}
        for key in self.ledger.unanswered(posted.number):
            self.till.free(posted.run, key, billable=known[key].billable if key in known else billable)
        self.ledger.close(posted.number, known.values(), reason)
