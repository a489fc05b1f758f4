"""One batch on its way to the server, so that a kill at any moment leaves nothing that is not found again.

It is in the ledger, with all its questions, before anything of it is sent; it is marked as uploaded before it is
created; and what is created carries in its metadata what finds it: the nonce of the store and a digest of its content.
So of a run that was killed the next one knows either that nothing was created, or what to look for at the server.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import CitenoteError, TransientError
from pipeline.models.batches.insisting import Insisting
from pipeline.models.batches.packing import Pack
from pipeline.models.batches.parties import BatchServer, Ledger
from pipeline.values.posted import Posted, Remote

STORE, CONTENT = "citenote_store", "citenote_content"
"""The names in a batch's metadata."""

_SKEW_S = 7 * 86_400  # by which the clocks of two machines may differ
_LOOKS = 3  # for a batch that may have been created, before it is taken for not created
_LOOK_S = 1.0


@dataclass(frozen=True)
class Posting:
    """Sends packs to one server and finds them there."""

    server: BatchServer
    ledger: Ledger
    insist: Insisting
    sleep: Callable[[float], None]

    def send(self, pack: Pack, posted: Posted) -> Remote:
        """The batch that a pack has become; `posted` is what the ledger is to know of it."""
        posted = self.ledger.prepare(posted, pack.questions)
        name = f"citenote-{pack.digest[:16]}.jsonl"
        file_id = self.insist(lambda: self.server.upload(name, pack.content))
        self.ledger.move(posted.number, "uploaded")
        remote = self._created(posted, file_id)
        self.ledger.move(posted.number, "created", remote.id)
        return remote

    def adopt(self, posted: Posted) -> Remote | None:
        """The batch that a run left unfinished, if it was created; else its questions count as not asked."""
        found = self._found(posted) if posted.state == "uploaded" else None
        if found is None:
            self.ledger.drop(posted.number)
        else:
            self.ledger.move(posted.number, "created", found.id)
        return found

    def _created(self, posted: Posted, file_id: str) -> Remote:
        """The new batch. A call that broke off may have created it all the same, so the next one looks first."""
        metadata = {STORE: self.ledger.nonce, CONTENT: posted.digest}
        looks = 0

        def create() -> Remote:
            nonlocal looks
            found = self._found(posted, looks)
            try:
                return found or self.server.create(file_id, metadata)
            except TransientError as error:
                looks = _LOOKS if error.wait_s is None else 1  # who names a wait has refused
                raise

        try:
            return self.insist(create)
        except TransientError:
            raise  # the next run looks for it
        except CitenoteError:
            # refused: nothing was created, now or, as the looks before showed, earlier
            self.ledger.drop(posted.number)
            raise

    def _found(self, posted: Posted, looks: int = _LOOKS) -> Remote | None:
        """The batch of this content, if the server lists it; a list may lag behind."""
        for look in range(looks):
            if look:
                self.sleep(_LOOK_S * look)
            found = self.insist(lambda: self._listed(posted))
            if found:
                return found
        return None

    def _listed(self, posted: Posted) -> Remote | None:
        # the same content may have been sent before, in a batch that left it unanswered
        known = self.ledger.known_ids(posted.server)
        for remote in self.server.newest():
            if remote.created_s and remote.created_s < posted.prepared_s - _SKEW_S:
                return None
            named = remote.metadata.get(STORE) == self.ledger.nonce and remote.metadata.get(CONTENT) == posted.digest
            if named and remote.id not in known:
                return remote
        return None
