"""Amounts and counts: as texts of answers, and as the millionths that are kept."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

#: Codes of ISO 4217, list one: currencies and funds, without metals and codes for tests; and those
#: withdrawn since 2016, which older files have.
CURRENCIES: Final = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BOV",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHE",
        "CHF",
        "CHW",
        "CLF",
        "CLP",
        "CNY",
        "COP",
        "COU",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MXV",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "USN",
        "UYI",
        "UYU",
        "UYW",
        "UZS",
        "VED",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XCG",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
        "ANG",
        "BGN",
        "BYR",
        "CUC",
        "HRK",
        "MRO",
        "SLL",
        "STD",
        "VEF",
        "ZWL",
    ]
)
# Currencies whose minor unit is not a hundredth (ISO 4217, list one).
_NO_MINOR_UNITS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF", "BYR"),
)
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_TEN_THOUSANDTHS = ("CLF", "UYW")
_MINOR_DIGITS: Final = (
    dict.fromkeys(_NO_MINOR_UNITS, 0)
    | dict.fromkeys(_THOUSANDTHS, 3)
    | dict.fromkeys(_TEN_THOUSANDTHS, 4)
)
_EXACT_DIGITS = 6
_MICROS: Final = Decimal(1_000_000)
#: The largest amount of millionths, of either sign, that fits a 64-bit integer.
LARGEST_MICROS: Final = 2**63 - 1
# More digits than any number has that is read, so that only the last step rounds.
_EXACT: Final = Context(prec=200, rounding=ROUND_HALF_EVEN)
#: Decimal places of ratios and shares in answers.
RATIO_DIGITS: Final = 4


def minor_digits(currency: str) -> int:
    """Return the decimal places of a currency's minor unit."""
    return _MINOR_DIGITS.get(currency, 2)


def format_money(value: Decimal, currency: str) -> str:
    """Return an amount in the currency's minor units."""
    return format_fixed(value, minor_digits(currency))


def round_money(value: Decimal, currency: str) -> Decimal:
    """Round an amount to the currency's minor units, half to even."""
    return Decimal(format_money(value, currency))


def round_count(value: Decimal) -> Decimal:
    """Round a count to six decimal places and drop trailing zeros."""
    return Decimal(format_count(value))


def round_share(value: Decimal) -> Decimal:
    """Round a share or a ratio to four decimal places, half to even."""
    return Decimal(format_fixed(value, RATIO_DIGITS))


def format_fixed(value: Decimal, digits: int) -> str:
    """Return a number with the given decimal places, rounded half to even."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    # Without the sign of a negative zero.
    return f"{rounded or abs(rounded):f}"


def format_count(value: Decimal) -> str:
    """Return a count with up to six decimal places and no trailing zeros."""
    text = format_fixed(value, _EXACT_DIGITS)
    return text.rstrip("0").rstrip(".")


def to_micros(value: Decimal) -> int:
    """Return a number in millionths, rounded half to even."""
    return int(_EXACT.to_integral_value(_EXACT.multiply(value, _MICROS)))


def from_micros(micros: int) -> Decimal:
    """Return the exact number that millionths stand for."""
    return Decimal(micros) / _MICROS
