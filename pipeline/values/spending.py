"""What calls to models cost, as it is remembered and told."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import Field

from pipeline.values.base import Value
from pipeline.values.exchange import Usage

Cap = Literal["run", "day", "video"]


class Planned(Value):
    """A call that is about to be made, and the most that it can cost."""

    begun: datetime
    run: str
    """The run that asks; no two have the same."""
    video: str
    """Empty where it concerns no single video."""
    stage: str
    """outline, mend, judge, plan."""
    model: str
    """NAME/MODEL-ID."""
    key: str
    """Of the question."""
    most: Decimal | None
    """In dollars; None where no price is known."""
    expected_prompt: int = 0
    """The estimate of its tokens."""


class Caps(Value):
    """The most that may be spent, in dollars; None for no cap."""

    run: Decimal | None = None
    day: Decimal | None = None
    """Of the UTC day in which a call begins, over all runs with one store."""
    video: Decimal | None = None
    this_run_only: bool = False
    """Of a video, what earlier runs spent is not counted."""


class Refusal(Value):
    """Why a call may not be made."""

    cap: Cap
    limit: Decimal
    spent: Decimal
    """By calls that are over, and what those under way can cost at most."""


class Spent(Value):
    """What was spent, added up over calls."""

    usage: Usage = Usage()
    remembered: int = 0
    """Answers that were in the store and cost nothing."""
    priced_usd: Decimal = Decimal(0)
    unpriced: int = 0
    """Calls whose price nobody knows."""
    unpriced_models: frozenset[str] = Field(default=frozenset())
    refused: int = 0
    """Questions that the budget of their video did not cover."""

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            usage=self.usage + other.usage,
            remembered=self.remembered + other.remembered,
            priced_usd=self.priced_usd + other.priced_usd,
            unpriced=self.unpriced + other.unpriced,
            unpriced_models=self.unpriced_models | other.unpriced_models,
            refused=self.refused + other.refused,
        )

    @property
    def cost_usd(self) -> Decimal | None:
        """In dollars; None where the price of a call is not known."""
        return None if self.unpriced else self.priced_usd


class Spending(Value):
    """What calls of one kind cost together, as the store remembers it."""

    day: str
    """UTC, as 2026-01-31."""
    video: str
    stage: str
    model: str
    usage: Usage
    cost_usd: Decimal | None
    """None where the price of a call is not known."""
    expected_prompt: int
    """Tokens that had been estimated for their questions."""


def dollars(amount: Decimal | None) -> str:
    """An amount for people: to the cent where it is more than ten dollars, else to the hundredth of a cent."""
    if amount is None:
        return "an unknown price"
    if 0 < amount < Decimal("0.0001"):
        return "less than $0.0001"
    return f"${amount:,.2f}" if amount >= 10 else f"${amount:.4f}"
