"""The rules of a review.

Each decision is on disk before its page is written anew, and the page before the call returns. A person may accept a
claim, reject it with a reason, reword it, cite it elsewhere, settle a conflict, approve a note, and take the last of
these back. A decision is about what a claim says, so it holds for later runs.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pipeline.errors import SettingsError
from pipeline.review.casefile import CaseFile
from pipeline.review.committed import committed_pages
from pipeline.review.finding import NoteAt, find_note, notes_of
from pipeline.review.settling import taken, untaken
from pipeline.review.showing import note_view
from pipeline.review.verifying import cited_at, reworded
from pipeline.review.views import NoteView, QueueRow
from pipeline.settings import Settings
from pipeline.values.outline import Claim
from pipeline.values.plan import NotePlan
from pipeline.values.review import Decision, Entry, NoteState, Review, Settled, Standing
from pipeline.vault.conflicts import read_conflicts
from pipeline.vault.holding import held
from pipeline.vault.ledger import digest
from pipeline.vault.proofs import proof_for
from pipeline.vault.publishing import publish
from pipeline.vault.reviews import all_reviews, read_review, write_review
from pipeline.vault.shelf import Shelf, take_stock

_DOUBTFUL = "*(doubtful)*"


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """The review of one vault by one person.

    Args:
        settings: the vault, how claims are checked, what the notes look like.
        who: the person, as they are named in what they decide.
        now: the clock.

    All methods raise SettingsError where the note, the claim or the vault is not as they need it.
    """

    def __init__(self, settings: Settings, who: str, now: Callable[[], datetime] = _now) -> None:
        self.settings = settings
        self._vault = settings.vault
        self._who = who
        self._now = now
        if not self._vault.is_dir():
            raise SettingsError(
                f"{self._vault}: there is no vault", remedy="Run citenote first, or name it with --vault."
            )

    def queue(self) -> tuple[QueueRow, ...]:
        """All notes, those that need a person most first."""
        shelf = take_stock(self._vault)
        conflicts = read_conflicts(self._vault)
        kept = committed_pages(self._vault)
        rows = [self._row(shelf, at, kept, len(conflicts.get(at.path, ()))) for at in notes_of(shelf)]
        return tuple(sorted(rows, key=lambda r: r.need))

    def note(self, name: str) -> NoteView:
        """The note of this path, file name or title."""
        shelf = take_stock(self._vault)
        at = find_note(shelf, name)
        case = self._case(shelf, at.video)
        conflicts = read_conflicts(self._vault).get(at.path, ())
        data = (self._vault / at.path).read_bytes()
        approval = case.review.approval(at.title, digest(data))
        state = _state(approval, at.path, committed_pages(self._vault) if approval else frozenset())
        return note_view(case, _planned(case, at), (state, approval), conflicts)

    def accept(self, name: str, claims: Sequence[int]) -> NoteView:
        """Claims stand as they are; a doubtful one loses its mark."""
        return self._decide(name, claims, lambda at, c: self._decision("accept", at, c))

    def accept_verified(self, name: str) -> NoteView:
        """All claims of a note that are proved and undecided are accepted."""
        view = self.note(name)
        good = [c.id for c in view.claims if c.decision is None and not c.open]
        return self.accept(name, good) if good else view

    def reject(self, name: str, claims: Sequence[int], reason: str = "") -> NoteView:
        """Claims leave the note and do not come back; the reason is told to the model that outlines the video next."""
        told = " ".join(reason.split())
        return self._decide(name, claims, lambda at, c: self._decision("reject", at, c, reason=told))

    def accept_all(self, name: str, items: Sequence[str]) -> NoteView:
        """Claims by their numbers are accepted; conflicts by their ids take our new text."""
        numbers, conflicts = _sorted(items)
        view = self.accept(name, numbers) if numbers else self.note(name)
        for conflict in conflicts:
            view = self.settle(name, conflict, new=True)
        return view

    def reject_all(self, name: str, items: Sequence[str], reason: str = "") -> NoteView:
        """Claims by their numbers are rejected; conflicts by their ids keep the person's words."""
        numbers, conflicts = _sorted(items)
        view = self.reject(name, numbers, reason) if numbers else self.note(name)
        for conflict in conflicts:
            view = self.settle(name, conflict, new=False)
        return view

    def approve_all(self) -> tuple[QueueRow, ...]:
        """Approves all drafts in which nothing is open, in one step; which they are."""
        drafts = [r for r in self.queue() if r.state == "draft" and not r.doubtful and not r.conflicts]
        stamp = self._stamp()
        for video in dict.fromkeys(r.video for r in drafts):
            notes = [(r.title, (self._vault / r.page).read_bytes()) for r in drafts if r.video == video]
            self._keep(
                video, [Standing(title=title, digest=digest(data), by=self._who) for title, data in notes], stamp
            )
        return tuple(r.model_copy(update={"state": "approved"}) for r in drafts)

    def approved(self) -> tuple[tuple[CaseFile, NoteView], ...]:
        """The notes that are approved and not committed as they are."""
        shelf = take_stock(self._vault)
        open_conflicts = read_conflicts(self._vault)
        rows = [r for r in self.queue() if r.state == "approved"]
        cases = {video: self._case(shelf, video) for video in dict.fromkeys(r.video for r in rows)}
        told = []
        for row in rows:
            case = cases[row.video]
            at = NoteAt(row.page, row.title, row.video)
            approval = case.review.approval(row.title, digest((self._vault / row.page).read_bytes()))
            told.append(
                (case, note_view(case, _planned(case, at), ("approved", approval), open_conflicts.get(at.path, ())))
            )
        return tuple(told)

    def edit(self, name: str, claim: int, text: str) -> NoteView:
        """A claim in other words, checked at once; not proved, it stands as doubtful until it is accepted."""
        words = " ".join(text.split()).rstrip(".。")
        if not words:
            raise SettingsError("an edited claim needs words", remedy="Reject the claim to take it out.")
        return self._change(
            name, claim, "edit", lambda case, c: reworded(case.proposed.script, c, words, self.settings.citations)
        )

    def move(self, name: str, claim: int, time_ms: int) -> NoteView:
        """A claim cited at another time, checked at once, as an edit is."""

        def moved(case: CaseFile, old: Claim) -> Claim:
            found = cited_at(case.proposed.script, old, time_ms, self.settings.citations)
            if found is None:
                raise SettingsError("nothing is said at that time", remedy="Name a time at which words are spoken.")
            return found

        return self._change(name, claim, "move", moved)

    def settle(self, name: str, conflict: str, *, new: bool) -> NoteView:
        """A conflict is over: the person's words stay, or our new text takes their place."""
        at = find_note(take_stock(self._vault), name)
        found = next((c for c in read_conflicts(self._vault).get(at.path, ()) if c.id == conflict), None)
        if found is None:
            raise SettingsError(f"{at.path}: no conflict {conflict} is open", remedy="See: citenote review show.")
        entry = Settled(page=at.path, conflict=found, took="new" if new else "mine", by=self._who, at=self._stamp())
        with held(self._vault):
            write_review(self._vault, read_review(self._vault, at.video).adding(entry))
            taken(self._vault, entry)
        return self.note(name)

    def approve(self, name: str) -> NoteView:
        """The note is good as its page is now."""
        at = find_note(take_stock(self._vault), name)
        page = digest((self._vault / at.path).read_bytes())
        self._keep(at.video, [Standing(title=at.title, digest=page, by=self._who)], self._stamp())
        return self.note(name)

    def undo(self) -> Entry | None:
        """Takes back what was decided last, in any note; None where nothing is left to take back.

        What was decided in one step, on several claims or notes, is taken back in one; the first of it is returned.
        """
        reviews = [r for r in all_reviews(self._vault) if r.entries]
        stamp = max((r.entries[-1].at for r in reviews), default="")
        first: Entry | None = None
        for review in (r for r in reviews if r.entries[-1].at == stamp):
            undone = [e for e in review.entries if e.at == stamp]
            first = first or undone[0]
            self._take_back(review, undone)
        return first

    def _take_back(self, review: Review, undone: Sequence[Entry]) -> None:
        rest = tuple(e for e in review.entries if e not in undone)
        with held(self._vault):
            write_review(self._vault, review.model_copy(update={"entries": rest}))
            for entry in undone:
                if entry.kind == "conflict":
                    untaken(self._vault, entry)
        if any(e.kind == "claim" for e in undone):
            self._publish(review.video)

    def _row(self, shelf: Shelf, at: NoteAt, kept: frozenset[str], conflicts: int) -> QueueRow:
        data = (self._vault / at.path).read_bytes()
        approval = read_review(self._vault, at.video).approval(at.title, digest(data))
        return QueueRow(
            page=at.path,
            title=at.title,
            video=at.video,
            state=_state(approval, at.path, kept),
            doubtful=data.count(_DOUBTFUL.encode()) - data.count(f"> {_DOUBTFUL}".encode()),
            conflicts=conflicts,
            edited=not shelf.ledger[at.path].is_ours(data),
        )

    def _case(self, shelf: Shelf, video: str) -> CaseFile:
        proof = proof_for(self._vault, video)
        if proof is None:
            raise SettingsError(f"the vault has no proof of {video}", remedy="Run citenote on the video again.")
        return CaseFile(shelf, proof, read_review(self._vault, video), self.settings)

    def _open(self, name: str) -> tuple[NoteAt, CaseFile, NoteView]:
        shelf = take_stock(self._vault)
        at = find_note(shelf, name)
        case = self._case(shelf, at.video)
        return at, case, note_view(case, _planned(case, at), ("draft", None), ())

    def _decide(self, name: str, numbers: Sequence[int], decision: Callable[[NoteAt, Claim], Decision]) -> NoteView:
        at, case, view = self._open(name)
        self._keep(at.video, [decision(at, _shown(case, view, number)) for number in numbers], self._stamp())
        if numbers:
            self._publish(at.video)
        return self.note(name) if (self._vault / at.path).is_file() else view

    def _change(self, name: str, number: int, action: str, change: Callable[[CaseFile, Claim], Claim]) -> NoteView:
        at, case, view = self._open(name)
        old = _shown(case, view, number)
        origin = case.items[number - 1].origin
        decision = Decision.model_validate(
            {**self._decision("accept", at, old).model_dump(), "action": action, "text": origin}
        )
        changed = change(case, case.items[number - 1].claim)
        self._keep(at.video, [decision.model_copy(update={"claim": changed})], self._stamp())
        self._publish(at.video)
        return self.note(name)

    def _decision(self, action: str, at: NoteAt, claim: Claim, reason: str = "") -> Decision:
        told = {"action": action, "text": claim.text, "time_ms": claim.citations[0].time_ms, "reason": reason}
        return Decision.model_validate({**told, "note": at.title, "by": self._who})

    def _keep(self, video: str, entries: Sequence[Entry], stamp: str) -> None:
        """Writes what was decided in one step: it bears one time, by which it is taken back in one step."""
        with held(self._vault):
            review = read_review(self._vault, video)
            for entry in entries:
                review = review.adding(entry.model_copy(update={"at": stamp}))
            write_review(self._vault, review)

    def _publish(self, video: str) -> None:
        case = self._case(take_stock(self._vault), video)
        publish(self._vault, [case.proposed], self.settings.notes)

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="microseconds")


def _sorted(items: Sequence[str]) -> tuple[list[int], list[str]]:
    """Numbers of claims, and ids of conflicts."""
    strange = [i for i in items if not (i.isdecimal() or i.startswith("x"))]
    if strange:
        raise SettingsError(f"{strange[0]!r} is no claim and no conflict", remedy="See: citenote review show NOTE.")
    return [int(i) for i in items if i.isdecimal()], [i for i in items if i.startswith("x")]


def _state(approval: Standing | None, path: str, kept: frozenset[str]) -> NoteState:
    if approval is None:
        return "draft"
    return "committed" if path in kept else "approved"


def _planned(case: CaseFile, at: NoteAt) -> NotePlan:
    found = next((n for n in case.made.plan.notes if n.title == at.title), None)
    if found is None:
        raise SettingsError(f"{at.path}: its proof does not speak of it", remedy="Run citenote on the video again.")
    return found


def _shown(case: CaseFile, view: NoteView, number: int) -> Claim:
    if view.claim(number) is None:
        known = ", ".join(str(c.id) for c in view.claims)
        raise SettingsError(f"{view.page}: it has no claim {number}", remedy=f"Its claims: {known or 'none'}.")
    return case.items[number - 1].claim
