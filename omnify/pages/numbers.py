"""Numbers as people read them, in one voice: short, exact, money, ratios, shares, changes.

Digits never break across lines: separators and what stands before a unit are spaces that do not
break. None is the caller's: an unknown number is said by ``UNKNOWN``, with its reason beside it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from omnify.money import minor_digits

#: What stands where nothing is known.
UNKNOWN: Final = "–"
MINUS: Final = "−"
TIMES: Final = "×"
_SPACE: Final = "\N{NO-BREAK SPACE}"
_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_THOUSANDS: Final = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))
#: From here on a number is shortened to thousands; below it every digit fits.
_SHORTENED: Final = Decimal(100_000)
_SIGNS: Final = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "CN¥",
    "INR": "₹",
    "KRW": "₩",
    "PLN": "zł",
    "CZK": "Kč",
    "TRY": "₺",
    "UAH": "₴",
    "VND": "₫",
    "ILS": "₪",
    "NGN": "₦",
    "PHP": "₱",
}
#: Changes smaller than this are neither good nor bad.
STEADY: Final = Decimal("0.01")


class Voice(msgspec.Struct, frozen=True):
    """How a language separates digits, and which digits it has."""

    group: str = ","
    point: str = "."
    percent: str = "%"
    digits: str = "0123456789"


ENGLISH: Final = Voice()
#: By language; a region that differs has its own line.
VOICES: Final = {
    "en": ENGLISH,
    "de": Voice(".", ",", f"{_SPACE}%"),
    "de-ch": Voice("’", "."),
    "fr": Voice(_NARROW, ",", f"{_NARROW}%"),
    "es": Voice(".", ",", f"{_SPACE}%"),
    "it": Voice(".", ","),
    "nl": Voice(".", ","),
    "pt": Voice(".", ","),
    "pl": Voice(_SPACE, ",", f"{_SPACE}%"),
    "sv": Voice(_SPACE, ",", f"{_SPACE}%"),
    "ja": ENGLISH,
    "ar": Voice("٬", "٫", "٪", "٠١٢٣٤٥٦٧٨٩"),
    "fa": Voice("٬", "٫", "٪", "۰۱۲۳۴۵۶۷۸۹"),
}


def find_voice(language: str) -> Voice:
    """Return the voice of a language tag such as ``de-AT``, English for one that has none."""
    tag = language.lower()
    return VOICES.get(tag) or VOICES.get(tag.split("-")[0]) or ENGLISH


def write(value: Decimal, digits: int, voice: Voice = ENGLISH) -> str:
    """Return a number with so many decimal places."""
    rounded = round(value, digits)
    signs = dict(zip(",.0123456789", (voice.group, voice.point, *voice.digits), strict=True))
    text = f"{abs(rounded):,.{digits}f}".translate(str.maketrans(signs))
    return f"{MINUS}{text}" if rounded < 0 else text


def exact(value: Decimal, voice: Voice = ENGLISH) -> str:
    """Return a number with all its decimal places."""
    exponent = value.as_tuple().exponent
    return write(value, max(0, -exponent) if isinstance(exponent, int) else 0, voice)


def compact(value: Decimal, voice: Voice = ENGLISH) -> str:
    """Return a number in at most four digits and a unit from a hundred thousand on: ``92.8 M``."""
    if abs(value) < _SHORTENED:
        return write(value, 0, voice)
    for size, name in _THOUSANDS:
        # What rounds up to the next unit has that unit.
        if abs(value) >= size * Decimal("0.99995"):
            return f"{write(value / size, _places(value / size), voice)}{_SPACE}{name}"
    return f"{write(value / 1000, 0, voice)}{_SPACE}k"


def money(
    value: Decimal, currency: str, voice: Voice = ENGLISH, *, places: int | None = None
) -> str:
    """Return an amount in the currency's minor units, or with as many places as are given."""
    digits = minor_digits(currency) if places is None else places
    return f"{write(value, digits, voice)}{_SPACE}{sign_of(currency)}"


def short_money(value: Decimal, currency: str, voice: Voice = ENGLISH) -> str:
    """Return an amount as a tile has it: ``92.8 M €``, and below a thousand its minor units."""
    if abs(value) < 1000:  # noqa: PLR2004 - the sentence above says it
        return money(value, currency, voice)
    return f"{compact(value, voice)}{_SPACE}{sign_of(currency)}"


def ratio(value: Decimal, voice: Voice = ENGLISH) -> str:
    """Return how many times one thing is another: ``51.9×``."""
    return f"{write(value, _places(value), voice)}{TIMES}"


def share(value: Decimal, voice: Voice = ENGLISH) -> str:
    """Return a part of a whole in percent: ``33.1%``."""
    return f"{write(value * 100, 1, voice)}{voice.percent}"


def change(value: Decimal, voice: Voice = ENGLISH) -> str:
    """Return a relative change with its sign: ``+4.7%``, ``−2.4%``."""
    return _signed(value * 100, 1, voice) + voice.percent


def points(value: Decimal, voice: Voice = ENGLISH) -> str:
    """Return the change of a rate in percentage points: ``+0.3 pp``."""
    return f"{_signed(value * 100, 1, voice)}{_SPACE}pp"


def sign_of(currency: str) -> str:
    """Return the currency's sign, its code where no sign is its own."""
    return _SIGNS.get(currency, currency)


def _signed(value: Decimal, digits: int, voice: Voice) -> str:
    text = write(value, digits, voice)
    return text if text.startswith(MINUS) else f"+{text}"


def _places(value: Decimal) -> int:
    """Return the decimal places that leave about three digits."""
    size = abs(value)
    return 2 if size < 10 else 1 if size < 1000 else 0  # noqa: PLR2004 - the digits themselves
