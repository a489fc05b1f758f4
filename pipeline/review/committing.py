"""Approved notes become a commit: which files, and the message that tells what was proved, changed and rejected."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import GitRefused, SettingsError
from pipeline.review.casefile import CaseFile
from pipeline.review.desk import Desk
from pipeline.review.repository import Repository
from pipeline.review.views import NoteView
from pipeline.stages.escaping import clean
from pipeline.values.base import Value
from pipeline.vault.bases import FOLDER as BASES
from pipeline.vault.bases import base_path
from pipeline.vault.conflicts import CONFLICTS
from pipeline.vault.ledger import LEDGER
from pipeline.vault.proofs import proof_path
from pipeline.vault.reviews import review_path

_COUNTED = ("verified", "accepted", "edited", "rejected", "doubtful")
_Approved = Sequence[tuple[CaseFile, NoteView]]


class Wish(Value):
    """What is asked of a commit."""

    branch: str | None = None
    push: bool = False
    doubtful: bool = False
    dry_run: bool = False


class Committed(Value):
    """What was committed, or would be."""

    commit: str = ""
    branch: str
    subject: str
    message: str
    files: tuple[str, ...]
    """Paths in the vault."""
    untouched: int = 0
    """Other changes in the repository, which were left alone."""
    pushed: str = ""
    """The remote."""
    dry_run: bool = False


def commit_notes(desk: Desk, wish: Wish) -> Committed:
    """One commit of the approved notes with what proves them; the person's other changes stay as they are.

    Raises:
        SettingsError: there is nothing to commit, or the repository is in no state for it; nothing was changed.
        GitRefused: a hook or git said no; nothing was changed, or, when pushing failed, the commit stays.
    """
    repository = Repository(desk.settings.vault)
    repository.expect_ready()
    if wish.dry_run:
        told = _prepared(desk, repository, wish)
        branch = wish.branch or repository.branch or "(a branch to be named)"
        return told.model_copy(update={"branch": branch, "dry_run": True})
    with repository.on(wish.branch) as branch:
        told = _prepared(desk, repository, wish).model_copy(update={"branch": branch})
        remote = repository.remote_of(branch) if wish.push else ""
        made = repository.commit(told.files, told.message)
        if made is None:
            raise GitRefused("the last commit holds these notes as they are", remedy="There is nothing to do.")
    if remote:
        repository.push(remote, branch, made)
    return told.model_copy(update={"commit": made, "untouched": repository.changed(), "pushed": remote})


def _prepared(desk: Desk, repository: Repository, wish: Wish) -> Committed:
    notes = desk.approved()
    if not notes:
        raise SettingsError(
            "no note is approved that is not committed", remedy="Approve one: citenote review, or review approve NOTE."
        )
    if not wish.doubtful:
        _expect_closed([view for _, view in notes])
    files = _files(notes, repository)
    repository.expect_free(files)
    subject, message = _message(notes)
    return Committed(branch="", subject=subject, message=message, files=files)


def _expect_closed(views: Sequence[NoteView]) -> None:
    for view in views:
        waiting = [*(str(c.id) for c in view.open), *view.conflict_ids]
        waiting += [f"your sentence at {e.time}" for e in view.unproved]
        if waiting:
            raise SettingsError(
                f"{view.page} is approved, and still open in it: {', '.join(waiting)}",
                remedy="Decide about them (citenote review show), or commit with --doubtful.",
            )


def _files(notes: _Approved, repository: Repository) -> tuple[str, ...]:
    """The pages of the notes, of their videos and channels, what proves them, and pages of ours that are no more."""
    shelf = notes[0][0].shelf
    videos = {case.video for case, _ in notes}
    channels = {clean(case.proof.video.channel) for case, _ in notes}
    pages = {view.page for _, view in notes}
    for path, record in shelf.ledger.items():
        if (record.kind == "video" and record.video in videos) or (
            record.kind == "channel" and record.title in channels
        ):
            pages.add(path)
    ours = {*pages, *map(base_path, pages), *map(proof_path, videos), *map(review_path, videos), LEDGER, CONFLICTS}
    tracked = repository.tracked()
    there = {name for name in ours if (shelf.root / name).is_file()}
    return tuple(sorted(there | (ours & tracked) | _gone(tracked, shelf.root)))


def _gone(tracked: frozenset[str], root: Path) -> set[str]:
    """Pages that were committed with our text and that we took away, with it; one that a person deleted is theirs."""
    gone: set[str] = set()
    for base in (name for name in tracked if name.startswith(f"{BASES}/")):
        page = base.removeprefix(f"{BASES}/").removesuffix(".txt") + ".md"
        if page in tracked and not any((root / name).exists() for name in (base, page)):
            gone |= {base, page}
    return gone


def _message(notes: _Approved) -> tuple[str, str]:
    """Subject and whole text; titles are a stranger's words and stay on one line each."""
    titles = [clean(view.title) for _, view in notes]
    cases = {case.video: case for case, _ in notes}
    subject = f"Notes: {titles[0]}" if len(notes) == 1 else f"Notes: {len(notes)} on {_videos(cases)}"
    counts: Counter[str] = sum((_counted(view) for _, view in notes), Counter())
    told = [f"{counts[name]} {name}" for name in _COUNTED if counts[name] or name in {"verified", "edited", "rejected"}]
    trailers = []
    for case in cases.values():
        proof = case.proof
        trailers += [f"Video-Id: {clean(proof.video.id)}", f"Transcript-Digest: {proof.transcript_digest}"]
        trailers += [f"Model: {clean(proof.model)}"]
    trailers += [f"Claims: {', '.join(told)}"]
    trailers += [f"Reviewed-by: {clean(by)}" for by in dict.fromkeys(view.approved_by for _, view in notes) if by]
    body = "\n".join(f"- {title}" for title in titles)
    return subject[:100], f"{subject[:100]}\n\n{body}\n\n" + "\n".join(trailers) + "\n"


def _videos(cases: dict[str, CaseFile]) -> str:
    if len(cases) > 1:
        return f"{len(cases)} videos"
    video = next(iter(cases.values())).proof.video
    return clean(video.title) or video.id


def _counted(view: NoteView) -> Counter[str]:
    """Claims by what became of them; a sentence of the person's own that cites counts as edited."""
    counts: Counter[str] = Counter()
    for claim in view.claims:
        if claim.decision == "reject":
            counts["rejected"] += 1
        elif claim.changed:
            counts["edited"] += 1
        elif claim.open:
            counts["doubtful"] += 1
        else:
            counts["accepted" if claim.tier == "review" else "verified"] += 1
    counts["edited"] += sum(edit.verdict is not None for edit in view.edits)
    return counts
