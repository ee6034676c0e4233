"""The numbers that rules read, as plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec


class ChannelReading(msgspec.Struct, frozen=True):
    """A channel in the whole range, and its spend in the range's later and earlier half."""

    name: str
    spend: Decimal | None
    impressions: Decimal | None
    clicks: Decimal | None
    attributed_revenue: Decimal | None
    earlier_spend: Decimal | None
    later_spend: Decimal | None


class Readings(msgspec.Struct, frozen=True):
    """An organization in a range of days."""

    first: date
    last: date
    currency: str
    spend: Decimal | None
    revenue: Decimal | None
    earlier_revenue: Decimal | None
    later_revenue: Decimal | None
    channels: tuple[ChannelReading, ...]
