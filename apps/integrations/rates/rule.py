"""What a rate is, and the one rule by which a day's rate is found; no Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from apps.integrations.rates.messages import MOST_DIGITS

#: How many days earlier a rate may be that stands for a day without one.
MOST_DAYS_BACK: Final = 7
_ONE: Final = Decimal(1)
#: No currency is worth as much of another.
_TOO_LARGE: Final = Decimal(10) ** 12
#: So much of what is none is said.
_SHOWN: Final = 40


def find_problem_of(rate: Decimal) -> str:
    """Return what is wrong with a rate's number, empty if nothing is."""
    said = str(rate)[:_SHOWN]
    if not rate.is_finite() or not 0 < rate < _TOO_LARGE:
        return f"'{said}' is not more than 0 and less than {_TOO_LARGE:,}."
    is_tiny = rate.adjusted() < -MOST_DIGITS
    whole, _, behind = ("", "", "") if is_tiny else write_rate(rate).partition(".")
    if is_tiny or len(behind) > MOST_DIGITS or len((whole + behind).lstrip("0")) > MOST_DIGITS:
        return f"'{said}' has more than {MOST_DIGITS} digits in all or behind the point."
    return ""


def write_rate(rate: Decimal) -> str:
    """Return a rate as it is kept: all of its digits, and no zeros behind them."""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Quote(NamedTuple):
    """On a day, 1 ``base`` was worth ``rate`` of ``currency``."""

    date: date
    base: str
    currency: str
    rate: Decimal


class Price(NamedTuple):
    """What one of a currency is worth in another: ``over / under``, both exact."""

    over: Decimal
    under: Decimal


class Quotes:
    """Quotes by day. The later of two that say the same, in either direction, is the one."""

    def __init__(self, quotes: Iterable[Quote]) -> None:
        self._days: dict[date, dict[tuple[str, str], tuple[int, Decimal]]] = {}
        for order, quote in enumerate(quotes):
            pairs = self._days.setdefault(quote.date, {})
            pairs[quote.base, quote.currency] = (order, quote.rate)

    def price_on(self, day: date, currency: str, target: str) -> Price | None:
        """Return a price that the quotes of one day give, None where they give none.

        A quote of the two comes first, in either direction; else it goes through a base in which
        both were quoted, the first by alphabet.
        """
        pairs = self._days.get(day, {})
        there, back = pairs.get((currency, target)), pairs.get((target, currency))
        if there is not None and (back is None or back < there):
            return Price(there[1], _ONE)
        if back is not None:
            return Price(_ONE, back[1])
        for base in sorted(base for base, quoted in pairs if quoted == currency):
            if (base, target) in pairs:
                return Price(pairs[base, target][1], pairs[base, currency][1])
        return None

    def prices(
        self, first: date, last: date, currency: str, target: str
    ) -> Iterator[tuple[date, Price]]:
        """Yield each day that has a price: of that day, or the latest of the seven before it."""
        found: tuple[int, Price] | None = None
        begin = first.toordinal()
        for at in range(max(1, begin - MOST_DAYS_BACK), last.toordinal() + 1):
            day = date.fromordinal(at)
            price = self.price_on(day, currency, target)
            if price is not None:
                found = (at, price)
            if at >= begin and found is not None and at - found[0] <= MOST_DAYS_BACK:
                yield day, found[1]
