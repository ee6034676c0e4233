"""The currencies of the locales that number formats of workbooks name beside a sign."""

from __future__ import annotations

from typing import Final

from apps.integrations.imports.reading.cells.currencies import find_currencies

#: By the number of a locale, of countries whose sign is also that of others.
_NUMBERS: Final = {
    0x0409: "USD", 0x1009: "CAD", 0x0C0C: "CAD", 0x0C09: "AUD", 0x1409: "NZD", 0x080A: "MXN",
    0x4809: "SGD", 0x1004: "SGD", 0x0C04: "HKD", 0x3C09: "HKD", 0x0404: "TWD", 0x2C0A: "ARS",
    0x340A: "CLP", 0x240A: "COP", 0x380A: "UYU", 0x1C0A: "DOP", 0x2009: "JMD", 0x2C09: "TTD",
    0x2809: "BZD", 0x540A: "USD", 0x300A: "USD", 0x0809: "GBP", 0x0452: "GBP", 0x0C01: "EGP",
    0x3001: "LBP", 0x2801: "SYP", 0x0804: "CNY", 0x0411: "JPY", 0x041D: "SEK", 0x0414: "NOK",
    0x0814: "NOK", 0x0406: "DKK", 0x040F: "ISK", 0x0439: "INR", 0x4009: "INR", 0x0420: "PKR",
    0x0807: "CHF", 0x100C: "CHF", 0x0810: "CHF", 0x0418: "RON", 0x0818: "MDL",
}  # fmt: skip
#: By a country.
_COUNTRIES: Final = {
    "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "MX": "MXN", "SG": "SGD", "HK": "HKD",
    "TW": "TWD", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU", "DO": "DOP", "JM": "JMD",
    "TT": "TTD", "BZ": "BZD", "EC": "USD", "PR": "USD", "GB": "GBP", "EG": "EGP", "LB": "LBP",
    "SY": "SYP", "CN": "CNY", "JP": "JPY", "SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK",
    "IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR", "CH": "CHF", "RO": "RON",
    "MD": "MDL",
}  # fmt: skip
#: Above it are the calendar and the digits.
_LOCALE_BITS: Final = 0xFFFF


def narrow(sign: str, locale: str) -> str:
    """Return the code that a sign means in a locale, such as ``409`` or ``en-US``; else the sign.

    Of a sign of one currency, or of none of the locale's, the locale says nothing.
    """
    codes = find_currencies(sign) or frozenset()
    own = _code_of(locale)
    return own if len(codes) > 1 and own in codes else sign


def _code_of(locale: str) -> str:
    try:
        return _NUMBERS.get(int(locale, 16) & _LOCALE_BITS, "")
    except ValueError:
        return _COUNTRIES.get(locale.partition(",")[0].rpartition("-")[2].upper(), "")
