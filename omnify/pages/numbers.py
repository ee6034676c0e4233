"""Numbers as people read them, in the voice of the request: short, exact, money, shares, changes.

Digits never break across lines: separators and what stands before a unit are spaces that do not
break. None is the caller's: an unknown number is said by ``UNKNOWN``, with its reason beside it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from omnify.money import minor_digits
from omnify.voices import current_voice

#: What stands where nothing is known.
UNKNOWN: Final = "–"
MINUS: Final = "−"
TIMES: Final = "×"
_SPACE: Final = "\N{NO-BREAK SPACE}"
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


def write(value: Decimal, digits: int) -> str:
    """Return a number with so many decimal places."""
    voice, rounded = current_voice(), round(value, digits)
    whole, _, rest = f"{abs(rounded):.{digits}f}".partition(".")
    grouped = voice.group.join(_groups(whole, 2 if voice.has_pairs else 3))
    text = voice.spell(f"{grouped}{voice.point}{rest}" if rest else grouped)
    return f"{MINUS}{text}" if rounded < 0 else text


def _groups(digits: str, size: int) -> list[str]:
    """Return the groups of a whole number: its last three digits, and those before by a size."""
    before, last = digits[:-3], digits[-3:]
    first = len(before) % size
    cut = range(first, len(before), size)
    return [*filter(None, (before[:first],)), *(before[at : at + size] for at in cut), last]


def count(value: int) -> str:
    """Return how many there are of something."""
    return write(Decimal(value), 0)


def exact(value: Decimal) -> str:
    """Return a number with all its decimal places."""
    exponent = value.as_tuple().exponent
    return write(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def brief(value: Decimal) -> str:
    """Return a number with two decimal places, with none where it then is whole."""
    rounded = round(value, 2)
    return write(rounded, 0 if rounded == int(rounded) else 2)


def compact(value: Decimal) -> str:
    """Return a number in at most four digits and a unit from a hundred thousand on: ``92.8 M``."""
    if abs(value) < _SHORTENED:
        return write(value, 0)
    for size, name in _THOUSANDS:
        # What rounds up to the next unit has that unit.
        if abs(value) >= size * Decimal("0.99995"):
            return f"{write(value / size, _places(value / size))}{_SPACE}{name}"
    return f"{write(value / 1000, 0)}{_SPACE}k"


def money(value: Decimal, currency: str, *, places: int | None = None) -> str:
    """Return an amount in the currency's minor units, or with as many places as are given."""
    digits = minor_digits(currency) if places is None else places
    return f"{write(value, digits)}{_SPACE}{sign_of(currency)}"


def short_money(value: Decimal, currency: str) -> str:
    """Return an amount as a tile has it: ``92.8 M €``, and below a thousand its minor units."""
    if abs(value) < 1000:  # noqa: PLR2004 - the sentence above says it
        return money(value, currency)
    return f"{compact(value)}{_SPACE}{sign_of(currency)}"


def ratio(value: Decimal) -> str:
    """Return how many times one thing is another: ``51.9×``."""
    return f"{write(value, _places(value))}{TIMES}"


def share(value: Decimal, places: int = 1) -> str:
    """Return a part of a whole in percent: ``33.1%``."""
    return f"{write(value * 100, places)}{current_voice().percent}"


def change(value: Decimal) -> str:
    """Return a relative change with its sign: ``+4.7%``, ``−2.4%``."""
    return _signed(value * 100, 1) + current_voice().percent


def points(value: Decimal) -> str:
    """Return the change of a rate in percentage points: ``+0.3 pp``."""
    return f"{_signed(value * 100, 1)}{_SPACE}pp"


def sign_of(currency: str) -> str:
    """Return the currency's sign, its code where no sign is its own."""
    return _SIGNS.get(currency, currency)


def _signed(value: Decimal, digits: int) -> str:
    text = write(value, digits)
    return text if text.startswith(MINUS) else f"+{text}"


def _places(value: Decimal) -> int:
    """Return the decimal places that leave about three digits."""
    size = abs(value)
    return 2 if size < 10 else 1 if size < 1000 else 0  # noqa: PLR2004 - the digits themselves
