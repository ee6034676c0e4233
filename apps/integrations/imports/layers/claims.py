"""What later files take from an import, beyond the days that files of its kind cover."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from apps.integrations.imports.layers.days import Ranges, Span


@dataclass
class Claim:
    """What later files take from one import: orders, and the revenue of days.

    Attributes:
        keys: the orders that a later file has on a day of its own.
        revenue: what these came to by day, in millionths.
        orders: how many they were by day, in millionths.
        refunds: what was paid back for them, by their day and another on which that was.
        named: days of which later files of metrics name the revenue.
    """

    keys: set[str] = field(default_factory=set)
    revenue: Counter[date] = field(default_factory=Counter)
    orders: Counter[date] = field(default_factory=Counter)
    refunds: Counter[Span] = field(default_factory=Counter)
    named: list[Ranges] = field(default_factory=list)

    def names_revenue_of(self, day: date) -> bool:
        """Tell whether a later file of metrics names the revenue of a day."""
        return any(ranges.overlap(day, day) for ranges in self.named)
