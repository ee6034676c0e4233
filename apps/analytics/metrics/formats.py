"""The formats of numbers: decimal strings, in the currency's minor units or exact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from apps.analytics.metrics.measures import COUNT, CURRENCY, MEASURES, Ratio
from omnify.money import RATIO_DIGITS, format_count, format_fixed, minor_digits

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


def shares_of(parts: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Return each part's share of their sum, with four places that add up to one exactly.

    What rounding leaves over goes to the parts that lost most by it (largest remainder). A part
    that is unknown has no share, nor has any where the sum is not positive.
    """
    whole = sum((part for part in parts if part is not None), Decimal(0))
    if whole <= 0:
        return [None] * len(parts)
    units = 10**RATIO_DIGITS
    exact = {at: part * units / whole for at, part in enumerate(parts) if part is not None}
    floors = {at: int(value.to_integral_value(ROUND_FLOOR)) for at, value in exact.items()}
    left = units - sum(floors.values())
    for at in sorted(exact, key=lambda at: (floors[at] - exact[at], at))[:left]:
        floors[at] += 1
    return [None if at not in floors else Decimal(floors[at]) / units for at in range(len(parts))]
