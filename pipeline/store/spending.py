"""What is remembered of money: one row a call, reserved before it is made and settled when it is over.

A row whose call is under way counts with the most that it can cost. So runs side by side keep one cap together, and a
call that was in flight when its run was killed, which the provider may bill, is not forgotten.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from pipeline.store.store import Store
from pipeline.values.exchange import Usage
from pipeline.values.spending import Caps, Planned, Refusal, Spending

_UNIT: Final = Decimal(10) ** 12  # costs are stored in millionths of a millionth of a dollar, so that sums are exact
_TOTAL = "SELECT coalesce(sum(cost), 0) FROM spending WHERE "


class SpendingLedger:
    """The spending in a store. Every call is one transaction; safe to use from several threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def reserve(self, call: Planned, caps: Caps) -> int | Refusal:
        """The number of the call, for which money is set aside; or the first cap that it could pass."""
        most = _units(call.most)
        with self._store.transaction() as connection:
            for cap, limit, where, values in _sums(call, caps):
                (spent,) = connection.execute(_TOTAL + where, values).fetchone()
                if spent + (most or 0) > limit * _UNIT:
                    return Refusal(cap=cap, limit=limit, spent=_dollars(spent))
            number = connection.execute(
                "INSERT INTO spending VALUES (NULL,?,?,?,?,?,?,'open',?,0,0,0,?)",
                (
                    _stamp(call.begun),
                    call.run,
                    call.video,
                    call.stage,
                    call.model,
                    call.key,
                    most,
                    call.expected_prompt,
                ),
            ).lastrowid
        return int(number or 0)

    def settle(self, number: int, usage: Usage, cost: Decimal | None) -> None:
        """The call was answered: what it cost takes the place of what was set aside."""
        row = (_units(cost), usage.prompt, usage.cached, usage.completion, number)
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE spending SET state = 'answered', cost = ?, prompt_tokens = ?, cached_tokens = ?, "
                "completion_tokens = ? WHERE number = ?",
                row,
            )

    def release(self, number: int) -> None:
        """The call was refused or never made: it cost nothing."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM spending WHERE number = ? AND state = 'open'", (number,))

    def lose(self, number: int) -> None:
        """The answer was lost on its way: the provider may bill it, so that what was set aside stays spent."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE spending SET state = 'lost' WHERE number = ? AND state = 'open'", (number,))

    def spending(self, since: datetime | None = None) -> tuple[Spending, ...]:
        """What was spent by day, video, stage and model, oldest first; answered calls only."""
        query = (
            "SELECT substr(begun, 1, 10), video_id, stage, model, count(*), sum(prompt_tokens), sum(cached_tokens), "
            "sum(completion_tokens), CASE WHEN count(cost) = count(*) THEN sum(cost) END, sum(expected_prompt) "
            "FROM spending WHERE state = 'answered' AND begun >= ? "
            "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
        return tuple(_spending(row) for row in self._all(query, _stamp(since) if since else ""))

    def unanswered(self, since: datetime | None = None) -> tuple[int, Decimal]:
        """How many calls are under way or were lost, and what they can cost at most."""
        query = "SELECT count(*), coalesce(sum(cost), 0) FROM spending WHERE state <> 'answered' AND begun >= ?"
        ((calls, most),) = self._all(query, _stamp(since) if since else "")
        return int(calls), _dollars(most)

    def _all(self, query: str, *values: object) -> list[Any]:
        with self._store.transaction() as connection:
            return connection.execute(query, values).fetchall()


def _sums(call: Planned, caps: Caps) -> Iterator[tuple[Any, Decimal, str, tuple[str, ...]]]:
    """Each cap that is set, with the condition and the values that find what counts for it."""
    midnight = call.begun.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if caps.run is not None:
        yield "run", caps.run, "run = ?", (call.run,)
    if caps.day is not None:
        yield "day", caps.day, "begun >= ?", (_stamp(midnight),)
    if caps.video is not None and call.video:
        run = (call.run,) if caps.this_run_only else ()
        yield "video", caps.video, "video_id = ?" + " AND run = ?" * len(run), (call.video, *run)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _units(amount: Decimal | None) -> int | None:
    return None if amount is None else int((amount * _UNIT).to_integral_value(ROUND_CEILING))


def _dollars(units: int) -> Decimal:
    return Decimal(units) / _UNIT


def _spending(row: Any) -> Spending:
    day, video, stage, model, calls, prompt, cached, completion, cost, expected_prompt = row
    return Spending(
        day=day,
        video=video,
        stage=stage,
        model=model,
        usage=Usage(calls=calls, prompt=prompt, cached=cached, completion=completion),
        cost_usd=None if cost is None else _dollars(cost),
        expected_prompt=expected_prompt,
    )
