"""What a call costs: the price set for the model, else the built-in list of prices, else nothing on this machine.

The list is the snapshot inside genai-prices: nothing is downloaded. It is imported at the first question about a
provider, because that takes a third of a second. A price that nobody knows is None and never 0.
"""

import ipaddress
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from pipeline.errors import SettingsError
from pipeline.models.counting import most_request_tokens
from pipeline.settings import BudgetPolicy, ModelSettings, Price
from pipeline.values.exchange import Request, Usage

OPENAI_URL: Final = "https://api.openai.com/v1"
_MILLION: Final = Decimal(1_000_000)
_HALF: Final = Decimal("0.5")  # what every provider's batches cost
_CHEAPER_OR_DEARER = {"flex", "priority"}  # tiers that have prices of their own


def price(usage: Usage, server: ModelSettings, *, at: datetime, batch: bool = False) -> Decimal | None:
    """What these tokens cost, in US dollars; None where no price is known.

    Cached tokens have the price of cached ones; thoughts are part of the answer, as providers count them. A tier that
    the list has prices for counts; a price of the user's own is taken as it is, halved for a batch.

    Args:
        usage: of one call; the prices of long questions are other ones, so sums of calls are not priced right.
        server: which model where.
        at: when it was asked, for prices change.
        batch: asked through the provider's batches.
    """
    prompt, completion = max(0, usage.prompt), max(0, usage.completion)
    cached = min(max(0, usage.cached), prompt)
    if server.price is not None:
        own = _own(server.price, prompt - cached, cached, completion)
        return own * _HALF if batch else own
    if is_local(server):
        return Decimal(0)
    return _listed(Usage(prompt=prompt, cached=cached, completion=completion), server, at, batch=batch)


def _own(price: Price, fresh: int, cached: int, completion: int) -> Decimal:
    read = price.input if price.cached is None else price.cached
    millionfold = fresh * _exact(price.input) + cached * _exact(read) + completion * _exact(price.output)
    return millionfold / _MILLION


def _exact(dollars: float) -> Decimal:
    return Decimal(str(dollars))


def is_local(server: ModelSettings) -> bool:
    """Whether the model runs on this machine, where answers cost nothing."""
    if server.gguf is not None:
        return True
    host = urlsplit(server.base_url or OPENAI_URL).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _listed(usage: Usage, server: ModelSettings, at: datetime, *, batch: bool) -> Decimal | None:
    import genai_prices  # noqa: PLC0415 - a third of a second that commands without a model need not pay

    counted = genai_prices.Usage(
        input_tokens=usage.prompt, cache_read_tokens=usage.cached, output_tokens=usage.completion
    )

    def listed(context: dict[str, str] | None) -> Decimal:
        return genai_prices.calc_price(
            counted,
            server.model,
            provider_api_url=server.base_url or OPENAI_URL,
            genai_request_timestamp=at,
            price_context=context,
        ).total_price

    try:
        plain = listed(None)
    except (LookupError, ValueError):  # no such provider or model; a list that cannot tell this price
        return None
    if batch:
        in_batch = listed({"processing": "batch"})
        return in_batch if in_batch < plain else plain * _HALF
    return listed({"service_tier": server.service_tier}) if server.service_tier in _CHEAPER_OR_DEARER else plain


def most_price(request: Request, server: ModelSettings, *, at: datetime, batch: bool = False) -> Decimal | None:
    """What a call can cost at most: its question in many tokens, nothing cached, the longest answer it allows."""
    most = Usage(calls=1, prompt=most_request_tokens(request), completion=request.max_tokens)
    return price(most, server, at=at, batch=batch)


def expect_priced(budget: BudgetPolicy, servers: dict[str, ModelSettings], *, at: datetime) -> None:
    """That a budget can be kept.

    Args:
        budget: what may be spent.
        servers: who will be asked, by the name below `models`, also NAME/MODEL-ID.
        at: when.

    Raises:
        SettingsError: there is a cap, and a model whose price nobody knows.
    """
    if budget == BudgetPolicy():
        return
    for name, server in servers.items():
        if price(Usage(calls=1, prompt=1, completion=1), server, at=at) is None:
            entry = name.partition("/")[0]
            raise SettingsError(
                f"`budget` is set, but what {name} costs is not known",
                remedy=f"Set models.{entry}.price (input and output, in dollars a million tokens), or remove `budget`.",
            )
