"""The numbers that the rules read, as plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec


class ChannelReading(msgspec.Struct, frozen=True):
    """A channel's numbers in a range, and its spend in each half of the range."""

    name: str
    spend: Decimal | None
    impressions: Decimal | None
    clicks: Decimal | None
    attributed_revenue: Decimal | None
    cpc: Decimal | None
    earlier_spend: Decimal | None
    later_spend: Decimal | None


class Readings(msgspec.Struct, frozen=True):
    """An organization's numbers in a range of days, and its revenue in each half."""

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
