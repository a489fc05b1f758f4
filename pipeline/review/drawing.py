"""Views as plain text and as JSON."""

import json
from collections.abc import Iterable

from pipeline.review.committing import Committed
from pipeline.review.views import ClaimView, CueView, NoteView, QueueRow
from pipeline.values.review import Conflict, Entry

_DECIDED = {"accept": "accepted", "reject": "rejected", "edit": "edited", "move": "moved"}


def queue_text(rows: Iterable[QueueRow]) -> str:
    """The queue, a note a line."""
    given = tuple(rows)
    wide = max((len(r.page) for r in given), default=0)
    lines = [f"{r.state:<9}  {r.page:<{wide}}  {_needs(r)}".rstrip() for r in given]
    counts = [f"{sum(r.state == state for r in given)} {state}" for state in ("draft", "approved", "committed")]
    return "\n".join([*lines, f"{len(given)} notes: {', '.join(counts)}"])


def _needs(row: QueueRow) -> str:
    parts = [f"{row.doubtful} doubtful" if row.doubtful else ""]
    parts += [f"{row.conflicts} in conflict" if row.conflicts else "", "edited by hand" if row.edited else ""]
    return ", ".join(filter(None, parts))


def queue_json(rows: Iterable[QueueRow]) -> bytes:
    """The queue as one JSON list."""
    return json.dumps([r.model_dump(mode="json") for r in rows], ensure_ascii=False).encode()


def in_short(view: NoteView) -> str:
    """Where a note stands, in one line."""
    decided = sum(c.decision is not None for c in view.claims)
    open_ones = ", ".join(str(c.id) for c in view.open)
    told = [view.state, f"{decided} of {len(view.claims)} claims decided"]
    told += [f"open: {open_ones}"] if open_ones else []
    told += [f"{len(view.conflicts)} in conflict"] if view.conflicts else []
    return f"{view.page}: {', '.join(told)}"


def as_text(view: NoteView) -> str:
    """A note with all that a reviewer sees."""
    parts = [heading_text(view), *(claim_text(c) for c in view.claims)]
    parts += [conflict_text(c) for c in view.conflicts]
    if view.edits:
        lines = [f"  {e.time or '--:--:--'} {e.verdict or 'no citation'}: {e.text}" for e in view.edits]
        parts.append("\n".join(["Your own sentences:", *lines]))
    if view.dropped:
        lines = [f"  {c.verdict}: {c.text} ({c.reason})" for c in view.dropped]
        parts.append("\n".join(["Proposed for this video, proved nowhere, on no page:", *lines]))
    return "\n\n".join(parts)


def heading_text(view: NoteView) -> str:
    """The first lines of a note."""
    by = f" by {view.approved_by}" if view.approved_by else ""
    return f"{view.title}\n{view.page} · {view.video_title} · {view.state}{by}"


def claim_text(claim: ClaimView) -> str:
    """A claim with its verdict, why, and its evidence."""
    marks = [_DECIDED[claim.decision] if claim.decision else "", "OPEN" if claim.open else ""]
    state = ", ".join(filter(None, (claim.verdict, *marks)))
    lines = [f"{claim.id}  {claim.text}", f"    {state}: {claim.reason}{_list(claim.words)}"]
    lines += [f"    was: {claim.proposed}"] if claim.proposed else []
    lines += [f"    rejected because: {claim.why}"] if claim.why else []
    return "\n".join([*lines, *map(cue_text, claim.evidence)])


def cue_text(cue: CueView) -> str:
    """The cited words with the quote between marks, and the link that opens the video there."""
    words = " ".join(filter(None, (cue.before, f"«{cue.quote}»", cue.after)))
    return f"    [{cue.time}] {words}" + (f"\n               {cue.link}" if cue.link else "")


def conflict_text(conflict: Conflict) -> str:
    """A conflict with both sides."""
    under = f" under “{conflict.heading}”" if conflict.heading else ""
    mine, new = conflict.mine or "(taken out)", conflict.new or "(no longer said)"
    return f"{conflict.id}  You and the new text changed the same words{under}:\n    yours: {mine}\n    new:   {new}"


def _list(words: tuple[str, ...]) -> str:
    return f" ({', '.join(words)})" if words else ""


def undone_text(entry: Entry | None) -> str:
    """What was taken back."""
    if entry is None:
        return "nothing to take back"
    if entry.kind == "claim":
        return f"taken back: {_DECIDED[entry.action]}: {entry.text}"
    return (
        f"taken back: approved: {entry.title}" if entry.kind == "note" else f"taken back: settled {entry.conflict.id}"
    )


def undone_json(entry: Entry | None) -> str:
    """What was taken back, or null."""
    return entry.model_dump_json() if entry else "null"


def commit_text(done: Committed) -> str:
    """What was committed."""
    if done.dry_run:
        return f"dry run: would be committed on {done.branch}:\n  " + "\n  ".join(done.files) + f"\n\n{done.message}"
    lines = [f"committed {done.commit[:12]} on {done.branch}: {done.subject}", f"  {len(done.files)} files"]
    lines += [f"  left alone: {done.untouched} other changes in the repository"] if done.untouched else []
    lines += [f"  pushed to {done.pushed}"] if done.pushed else []
    return "\n".join(lines)
