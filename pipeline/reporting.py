"""What a run tells at its end: one row a video, and a summary."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.batch import Outcome
from pipeline.settings import NotesPolicy
from pipeline.stages.overview import coverage
from pipeline.values.base import Value
from pipeline.values.exchange import Usage
from pipeline.values.note import Coverage
from pipeline.values.proof import Made
from pipeline.vault.publishing import Published

_PROVED = ("verified", "quoted", "supported", "reanchored")
_COUNTED = ("claims", *_PROVED, "doubtful", "dropped", "mended")
_MENDED = ("rewritten", "split")
_OPENED = 5  # first notes named at the end


class Row(Value):
    """What became of one video, as `citenote run --json` prints it."""

    video: str
    state: str
    notes: tuple[str, ...] = ()
    """Paths of its topical notes, within the vault."""
    claims: int = 0
    """Claims proposed; the sum of the next six."""
    verified: int = 0
    quoted: int = 0
    supported: int = 0
    reanchored: int = 0
    doubtful: int = 0
    """Doubtful claims that stand on a page, marked."""
    dropped: int = 0
    mended: int = 0
    """Proved claims that had to be told anew or split."""
    warnings: tuple[str, ...] = ()
    """Why a run is not a good one although this video is done."""
    coverage: Coverage = Coverage(read=0, cited=0)
    tokens: Usage = Usage()
    error: dict[str, str] | None = None


def row(outcome: Outcome, notes: Sequence[str], policy: NotesPolicy) -> Row:
    """The row of one outcome; `notes` are the pages of its topics."""
    if outcome.made is None:
        error = {"kind": outcome.kind, "message": outcome.message}
        return Row(video=outcome.wanted.id or outcome.wanted.name, state=outcome.state, error=error)
    done = _done(outcome.made, notes, policy)
    return done.model_copy(update={"tokens": outcome.usage, "warnings": outcome.warnings})


def _done(made: Made, notes: Sequence[str], policy: NotesPolicy) -> Row:
    verdicts: Counter[str] = Counter(claim.check.verdict for claim in made.outline.claims)
    doubtful = sum(claim.check.doubtful for claim in made.outline.claims)
    marked = policy.doubtful == "mark"
    return Row(
        video=made.transcript.video.id,
        state="done",
        notes=tuple(notes),
        claims=len(made.outline.claims),
        **{name: verdicts[name] for name in _PROVED},
        doubtful=doubtful if marked else 0,
        dropped=len(made.outline.claims) - sum(verdicts[name] for name in _PROVED) - (doubtful if marked else 0),
        mended=sum(claim.check.good and claim.check.repair in _MENDED for claim in made.outline.claims),
        coverage=coverage(made),
    )


def as_json(line: Row) -> bytes:
    """The row as a line of JSON."""
    return json_bytes(line.model_dump(mode="json"))


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8, whatever the terminal's encoding; all in ASCII where a file name is no Unicode."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def summary(rows: Sequence[Row], published: Published, vault: Path) -> str:
    """What a person is told when a run is over: figures, what needs attention, and which files to open."""
    done = [line for line in rows if line.state == "done"]
    parts = [_figures(done, published)] if done else []
    parts += [
        _trouble(line.state, line.video, line.error["message"])
        for line in rows
        if line.error and line.state != "stopped"
    ]
    parts += [_trouble("warning", line.video, warning) for line in rows for warning in line.warnings]
    stopped = [line for line in rows if line.state == "stopped" and line.error]
    if stopped and stopped[0].error:
        parts.append(_trouble("stopped", f"{len(stopped)} not done", stopped[0].error["message"]))
    parts += [f"edited by hand, kept: {vault / name}{_beside(vault / name)}" for name in published.fates.edited]
    parts += [f"deleted by hand, not made again: {vault / name}" for name in published.fates.deleted]
    opened = [vault / name for line in done[:_OPENED] for name in line.notes[:1]]
    if opened:
        parts.append("\n".join(["Open:", *(f"  {path}" for path in opened)]))
    return "\n" + "\n".join(parts)


def _trouble(state: str, what: str, message: str) -> str:
    indented = message.replace("\n", "\n  ")
    return f"{state:<9} {what}\n  {indented}"


def _figures(rows: Sequence[Row], published: Published) -> str:
    counts: Counter[str] = Counter()
    for line in rows:
        counts.update({name: getattr(line, name) for name in _COUNTED})
    read = sum(line.coverage.read for line in rows) / len(rows)
    cited = sum(line.coverage.cited for line in rows) / len(rows)
    usage = sum((line.tokens for line in rows), Usage())
    notes = sum(len(line.notes) for line in rows)
    pages = f"{len(published.fates.written)} pages written, {len(published.fates.unchanged)} unchanged"
    shown = [name for name in _PROVED if counts[name]]
    verdicts = ", ".join(f"{counts[name]} {name}" for name in (*shown, "doubtful", "dropped"))
    mended = f"; {counts['mended']} mended" if counts["mended"] else ""
    lines = [
        f"videos    {len(rows)} done, {notes} notes ({pages})",
        f"claims    {counts['claims']} proposed: {verdicts}{mended}",
        f"coverage  {read:.0%} of the time was read, {cited:.0%} is cited",
    ]
    if usage.calls:
        lines.append(
            f"tokens    {usage.prompt:,} in ({usage.cached:,} cached), {usage.completion:,} out, {usage.calls} calls"
        )
    return "\n".join(lines)


def _beside(path: Path) -> str:
    beside = path.with_name(path.name + ".new")
    return f" (the new text is {beside.name})" if beside.exists() else ""
