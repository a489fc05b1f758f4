"""Estimates in words."""

from collections.abc import Sequence
from decimal import Decimal

from pipeline.models.choosing import Choices
from pipeline.rehearsing.rehearsal import Rehearsal
from pipeline.rehearsing.tally import Tally
from pipeline.settings import BudgetPolicy
from pipeline.values.spending import dollars


def told_video(line: Rehearsal) -> str:
    """One line about a video."""
    if line.error:
        return f"{line.video}: {line.error}"
    if line.state == "to fetch":
        return f"{line.video}: would be fetched from YouTube"
    if line.state == "to hear":
        return f"{line.video}: would be heard by faster-whisper"
    read = f"{line.video}: {line.minutes} minutes in {line.chunks} chunks"
    if not line.total.calls and not line.total.remembered:
        return read
    known = f", {line.total.remembered} answers remembered" if line.total.remembered else ""
    return f"{read}: {_taken(line.total)}{known}"


def told(rows: Sequence[Rehearsal], choices: Choices, budget: BudgetPolicy) -> str:
    """What the whole run would take; its first line is what is expected."""
    total = sum((row.total for row in rows), Tally())
    asked = " and ".join(dict.fromkeys(choices.servers))
    lines = [f"dry run: {len(rows)} videos, " + (f"{_taken(total)}, to {asked}" if asked else "no model is asked")]
    if total.remembered:
        lines.append(
            f"  {total.remembered} of {total.calls + total.remembered} answers are remembered and cost nothing"
        )
    mending, most = sum((row.mending for row in rows), Tally()), sum((row.mending_most for row in rows), Tally())
    if most.calls:
        lines.append(f"  mending on top, if one claim in ten fails: {_taken(mending)}; at most: {_taken(most)}")
    judging = sum((row.judging_most for row in rows), Tally())
    if judging.calls:
        expected = sum((row.stages.get("judge", Tally()) for row in rows), Tally())
        lines.append(f"  judging, which is in it: {_taken(expected)}; at most: {_taken(judging)}")
    lines += _budgets(rows, total.cost_usd, budget)
    if any(row.state in ("to fetch", "to hear") for row in rows):
        lines.append("  what is not fetched yet comes on top")
    return "\n".join([*lines, "nothing was sent, nothing was written"])


def _taken(tally: Tally) -> str:
    if not tally.calls:
        return "no call"
    cached = f" ({tally.cached_tokens:,} cached)" if tally.cached_tokens else ""
    calls = "1 call" if tally.calls == 1 else f"{tally.calls} calls"
    price = dollars(tally.cost_usd)
    return f"{calls} with about {tally.prompt_tokens:,} tokens in{cached} and {tally.completion_tokens:,} out, {price}"


def _budgets(rows: Sequence[Rehearsal], cost: Decimal | None, budget: BudgetPolicy) -> list[str]:
    """Caps that would be reached."""
    if cost is None:
        return []
    caps = {"run": budget.run, "day": budget.day}
    lines = [
        f"  budget.{name} (${cap:g}) would stop the run before its end"
        for name, cap in caps.items()
        if cap is not None and cost > Decimal(str(cap))
    ]
    cap = budget.video
    over = [row for row in rows if cap is not None and (row.total.cost_usd or 0) > Decimal(str(cap))]
    if over and cap is not None:
        lines.append(f"  budget.video (${cap:g}) would cut short {len(over)} of {len(rows)} videos")
    return lines
