"""The money of batches: the most that a question can cost is set aside before it is sent, half of the usual price."""

from dataclasses import dataclass

from pipeline.errors import CitenoteError
from pipeline.models.batches.parties import Ledger
from pipeline.models.budgeting import STAGES, Purse, counted
from pipeline.models.pricing import most_price, price
from pipeline.settings import ModelSettings
from pipeline.values.exchange import Reply
from pipeline.values.posted import Deferred
from pipeline.values.spending import Planned, Refusal

_SUFFIX = " batch"


@dataclass(frozen=True)
class Till:
    """Pays for the questions to one model out of the purse of a run.

    What is set aside is found again by run and key, so that whoever collects a batch settles what its sender set aside.
    It is settled before the reply is stored: a kill in between settles nothing twice.
    """

    purse: Purse
    ledger: Ledger
    settings: ModelSettings
    model: str
    """NAME/MODEL-ID."""

    @property
    def run(self) -> str:
        """The name under which this run pays for batches."""
        return self.purse.run + _SUFFIX

    def open(self) -> None:
        """Gives back what killed runs set aside and did not send; no other run in batches may be under way."""
        self.ledger.free_stale_calls(_SUFFIX)

    def set_aside(self, question: Deferred) -> CitenoteError | None:
        """Sets the money for a question aside; why it cannot be, if a budget does not cover it."""
        call = self._planned(question)
        call = call.model_copy(update={"most": most_price(question.request, self.settings, at=call.begun, batch=True)})
        refused = self.purse.set_aside(call)
        return self.purse.refusal(refused, call) if isinstance(refused, Refusal) else None

    def refuse(self, question: Deferred) -> None:
        """The question is not asked in this run."""
        self.purse.refuse(question.video)

    def paid(self, run: str, question: Deferred, reply: Reply) -> None:
        """The question, sent by a run, was answered."""
        number = self.ledger.call(run, question.request.key)
        if number is not None:
            usage, call = counted(question.request, reply), self._planned(question)
            cost = price(usage, self.settings, at=call.begun, batch=True)
            self.purse.settle(number, call, usage, cost)

    def free(self, run: str, key: str, *, billable: bool = False) -> None:
        """The question was not answered; what may be billed all the same stays spent."""
        number = self.ledger.call(run, key)
        if number is not None:
            self.purse.give_back(number, lost=billable)

    def _planned(self, question: Deferred) -> Planned:
        """The call, without the most that it can cost."""
        request = question.request
        return Planned(
            begun=self.purse.now(),
            run=self.run,
            video=question.video,
            stage=STAGES.get(request.schema_name, request.schema_name),
            model=self.model,
            key=request.key,
            most=None,
            expected_prompt=question.tokens,
        )
