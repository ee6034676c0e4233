"""The numbers that the rules read, as plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

#: What a ratio rests on if nothing is left out.
ALL: Final = Decimal(1)


class LeftOut(msgspec.Struct, frozen=True):
    """Money that counts nowhere, since its currency has no exchange rate."""

    currency: str
    spend: Decimal
    revenue: Decimal


class ChannelReading(msgspec.Struct, frozen=True):
    """A channel's numbers in a range, and its spend in each half of the range.

    ``cpc_coverage`` is the share of its spend that ``cpc`` rests on, None where it cannot be told.
    """

    name: str
    spend: Decimal | None
    impressions: Decimal | None
    clicks: Decimal | None
    attributed_revenue: Decimal | None
    cpc: Decimal | None
    earlier_spend: Decimal | None
    later_spend: Decimal | None
    cpc_coverage: Decimal | None = ALL


class Readings(msgspec.Struct, frozen=True):
    """An organization's numbers in a range of days, and its revenue in each half.

    ``coverage`` is the share of all spend that ``blended_roas`` and ``mer_pct`` rest on.
    """

    first: date
    last: date
    currency: str
    spend: Decimal | None
    revenue: Decimal | None
    blended_roas: Decimal | None
    mer_pct: Decimal | None
    earlier_revenue: Decimal | None
    later_revenue: Decimal | None
    channels: tuple[ChannelReading, ...]
    coverage: Decimal | None = ALL
    left_out: tuple[LeftOut, ...] = ()
