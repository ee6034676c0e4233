"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import COUNT, MEASURES
from omnify.pages.parts import Cell

#: Ratios that people read in percent.
SHARES: Final = frozenset({"mer_pct", "ctr", "cvr"})


def readable(name: str, value: Decimal | None, currency: str) -> str:
    """Return a value with separators, whole counts, shares in percent; nothing for None."""
    if value is None:
        return ""
    if name in SHARES:
        return f"{value:.1%}"
    if MEASURES[name].unit == COUNT:
        return f"{value:,.0f}"
    text = format_value(name, value, currency=currency)
    return f"{Decimal(text or 0):,}"


def cell_of(name: str, value: Decimal | None, currency: str) -> Cell:
    """Return a measure's value, as the API has it and as people read it."""
    text = format_value(name, value, currency=currency)
    return Cell(None if text is None else Decimal(text), readable(name, value, currency))
