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
from pipeline.values.spending import Spent, dollars
from pipeline.vault.publishing import Published

_PROVED = ("verified", "quoted", "supported", "reanchored")
_COUNTED = ("claims", *_PROVED, "doubtful", "dropped", "mended")
_MENDED = ("rewritten", "split")
_NAMED = 3  # videos with the same trouble
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
    remembered: int = 0
    """Answers that were in the store and cost nothing."""
    cost_usd: float | None = 0
    """In dollars; null where no price of the model is known."""
    error: dict[str, str] | None = None


def row(outcome: Outcome, notes: Sequence[str], policy: NotesPolicy) -> Row:
    """The row of one outcome; `notes` are the pages of its topics."""
    if outcome.made is None:
        error = {"kind": outcome.kind, "message": outcome.message}
        failed = Row(video=outcome.wanted.id or outcome.wanted.name, state=outcome.state, error=error)
        return failed.model_copy(update=_cost(outcome.spent))
    done = _done(outcome.made, notes, policy)
    return done.model_copy(update={"warnings": outcome.warnings, **_cost(outcome.spent)})


def _cost(spent: Spent) -> dict[str, Any]:
    cost = None if spent.cost_usd is None else round(float(spent.cost_usd), 6)
    return {"tokens": spent.usage, "remembered": spent.remembered, "cost_usd": cost}


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


def summary(rows: Sequence[Row], published: Published, vault: Path, spent: Spent) -> str:
    """What a person is told when a run is over: figures, what needs attention, and which files to open."""
    done = [line for line in rows if line.state == "done"]
    parts = [_figures(done, published)] if done else []
    parts += _money(spent)
    parts += _troubles([line for line in rows if line.error and line.state != "stopped"])
    parts += [_trouble("warning", line.video, warning) for line in rows for warning in line.warnings]
    stopped = [line for line in rows if line.state == "stopped" and line.error]
    if stopped and stopped[0].error:
        parts.append(_trouble("stopped", f"{len(stopped)} not done", stopped[0].error["message"]))
    parts += [f"edited by hand, kept: {vault / name}" for name in published.fates.edited]
    parts += [f"edited by hand, merged: {vault / name}" for name in published.fates.merged]
    parts += [
        f"your words stand where ours differ: {vault / name} (citenote review show)"
        for name in published.fates.conflicted
    ]
    parts += [f"deleted by hand, not made again: {vault / name}" for name in published.fates.deleted]
    opened = [vault / name for line in done[:_OPENED] for name in line.notes[:1]]
    if opened:
        parts.append("\n".join(["Open:", *(f"  {path}" for path in opened)]))
    return "\n" + "\n".join(parts)


def _troubles(rows: Sequence[Row]) -> list[str]:
    """What went wrong, each thing told once: a source that refuses us fails all its videos with one message."""
    alike: dict[tuple[str, str], list[str]] = {}
    for line in rows:
        alike.setdefault((line.state, (line.error or {}).get("message", "")), []).append(line.video)
    return [_trouble(state, _some(videos), message) for (state, message), videos in alike.items()]


def _some(videos: Sequence[str]) -> str:
    named = ", ".join(videos[:_NAMED])
    return f"{named} and {len(videos) - _NAMED} more" if len(videos) > _NAMED else named


def _trouble(state: str, what: str, message: str) -> str:
    indented = message.replace("\n", "\n  ")
    return f"{state:<9} {what}\n  {indented}"


def _figures(rows: Sequence[Row], published: Published) -> str:
    counts: Counter[str] = Counter()
    for line in rows:
        counts.update({name: getattr(line, name) for name in _COUNTED})
    read = sum(line.coverage.read for line in rows) / len(rows)
    cited = sum(line.coverage.cited for line in rows) / len(rows)
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
    return "\n".join(lines)


def _money(spent: Spent) -> list[str]:
    """What a run took, if a model was asked or remembered; also where no video came of it."""
    usage = spent.usage
    told = []
    if usage.calls:
        read = f"{usage.prompt:,} in ({usage.cached:,} cached)"
        told.append(f"tokens    {read}, {usage.completion:,} out, {usage.calls} calls")
    if usage.calls or spent.remembered:
        known = f"; {spent.remembered} of {usage.calls + spent.remembered} answers were remembered and cost nothing"
        told.append(f"cost      {_price(spent)}{known if spent.remembered else ''}")
    return told


def _price(spent: Spent) -> str:
    if spent.cost_usd is not None:
        return dollars(spent.cost_usd)
    names = ", ".join(sorted(spent.unpriced_models))
    return f"unknown: no price is known for {names} (set models.NAME.price)"
