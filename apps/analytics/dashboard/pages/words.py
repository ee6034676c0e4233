"""Numbers and what they are called, as people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from apps.analytics.metrics.comparison import Unlike
from apps.analytics.metrics.formats import format_value
from apps.analytics.metrics.measures import COUNT, CURRENCY, MEASURES, Ratio
from omnify.money import minor_digits
from omnify.pages import numbers
from omnify.pages.days import say_days
from omnify.pages.parts import Cell

#: Ratios that people read in percent.
SHARES: Final = frozenset({"mer_pct", "ctr", "cvr"})
#: Whether more of a measure is good news; spend and what follows from it alone is neither.
IS_GOOD: Final = {
    **dict.fromkeys(("revenue", "orders", "attributed_revenue", "conversions", "clicks"), True),
    **dict.fromkeys(("blended_roas", "roas", "mer_ratio", "ctr", "cvr"), True),
    **dict.fromkeys(("mer_pct", "cpc", "cpm", "cpa"), False),
}


def short(name: str, value: Decimal | None, currency: str) -> str:
    """Return a value as a tile has it; nothing for None."""
    if value is None:
        return ""
    measure = MEASURES[name]
    if name in SHARES:
        return numbers.share(value)
    if measure.unit == CURRENCY:
        return numbers.short_money(value, currency)
    return numbers.compact(value) if measure.unit == COUNT else numbers.ratio(value)


def exact(name: str, value: Decimal | None, currency: str) -> str:
    """Return a value with all its digits; nothing for None."""
    text = format_value(name, value, currency=currency)
    if text is None:
        return ""
    unit = f" {currency}" if MEASURES[name].unit == CURRENCY else ""
    return f"{numbers.exact(Decimal(text))}{unit}"


def readable(name: str, value: Decimal | None, currency: str) -> str:
    """Return a value as a table has it, below a heading with its unit; nothing for None."""
    if value is None:
        return ""
    measure = MEASURES[name]
    if name in SHARES:
        return numbers.share(value)
    if measure.unit == CURRENCY:
        return numbers.write(value, minor_digits(currency))
    return numbers.write(value, 0) if measure.unit == COUNT else numbers.ratio(value)


def say_unlike(reason: Unlike) -> str:
    """Return why a measure has no change, as a tile has it."""
    earlier, later = (f"in {say_days(*days)}" for days in (reason.earlier, reason.later))
    return f"no change: {reason.say(MEASURES[reason.part].label.lower(), earlier, later)}"


def cell_of(name: str, value: Decimal | None, currency: str, *, reason: str = "") -> Cell:
    """Return a measure's value, as the API has it and as people read it."""
    text = format_value(name, value, currency=currency)
    number = None if text is None else Decimal(text)
    return Cell(number, readable(name, value, currency), reason=reason)


def why_unknown(name: str) -> str:
    """Return why a measure has no value, in words."""
    measure = MEASURES[name]
    if not isinstance(measure, Ratio):
        return f"The data has no {measure.label.lower()} of these days."
    parts = (MEASURES[part].label.lower() for part in (measure.numerator, measure.denominator))
    return f"It needs {' and '.join(parts)} of the same days."
