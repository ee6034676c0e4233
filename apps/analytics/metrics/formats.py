"""How numbers look in answers: decimal strings, in the currency's minor units or exact."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from apps.analytics.metrics.measures import COUNT, CURRENCY, MEASURES, Ratio

# Currencies whose minor unit is not a hundredth (ISO 4217, list one).
_NO_MINOR_UNITS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
MINOR_DIGITS: Final = dict.fromkeys(_NO_MINOR_UNITS, 0) | dict.fromkeys(_THOUSANDTHS, 3)
PRECISIONS: Final = ("minor", "exact")
_RATIO_DIGITS = 4
_EXACT_DIGITS = 6


def format_value(
    name: str, value: Decimal | None, *, currency: str, precision: str = "minor"
) -> str | None:
    """A measure's value as a decimal string; None stays None.

    Money has the currency's minor units (six places when ``precision`` is ``exact``), ratios
    four places, counts no trailing zeros.
    """
    if value is None:
        return None
    measure = MEASURES[name]
    if measure.unit == CURRENCY:
        digits = _EXACT_DIGITS if precision == "exact" else MINOR_DIGITS.get(currency, 2)
        if isinstance(measure, Ratio):
            digits = max(digits, _RATIO_DIGITS)
        return _fixed(value, digits)
    if measure.unit == COUNT:
        return _trimmed(value)
    return _fixed(value, _RATIO_DIGITS)


def format_money(value: Decimal, currency: str) -> str:
    """An amount in the currency's minor units."""
    return _fixed(value, MINOR_DIGITS.get(currency, 2))


def _fixed(value: Decimal, digits: int) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):f}"


def _trimmed(value: Decimal) -> str:
    text = _fixed(value, _EXACT_DIGITS)
    return text.rstrip("0").rstrip(".") if "." in text else text
