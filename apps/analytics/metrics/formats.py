"""The formats of numbers: decimal strings, in the currency's minor units or exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from apps.analytics.metrics.measures import COUNT, CURRENCY, MEASURES, Ratio
from omnify.money import RATIO_DIGITS, format_count, format_fixed, minor_digits

PRECISIONS: Final = ("minor", "exact")
_EXACT_DIGITS = 6


def format_value(
    name: str, value: Decimal | None, *, currency: str, precision: str = "minor"
) -> str | None:
    """Return a measure's value as a decimal string; None stays None.

    Money has the currency's minor units (six places when ``precision`` is ``exact``), ratios
    four places, counts no trailing zeros.
    """
    if value is None:
        return None
    measure = MEASURES[name]
    if measure.unit == CURRENCY:
        digits = _EXACT_DIGITS if precision == "exact" else minor_digits(currency)
        if isinstance(measure, Ratio):
            digits = max(digits, RATIO_DIGITS)
        return format_fixed(value, digits)
    if measure.unit == COUNT:
        return format_count(value)
    return format_fixed(value, RATIO_DIGITS)


def format_share(share: Decimal | None) -> str | None:
    """Return a share with four decimal places; None stays None."""
    return None if share is None else format_fixed(share, RATIO_DIGITS)
