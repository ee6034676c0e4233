"""Money at its day's rate: every amount is rounded once, half to even, in millionths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from apps.analytics.metrics.facts import Fact
from apps.analytics.metrics.measures import ADDITIVES, CURRENCY

#: By currency and day, what one of it is worth in the currency of all.
Rates = Mapping[tuple[str, date], Fraction]
_MONEY: Final = frozenset(name for name, measure in ADDITIVES.items() if measure.unit == CURRENCY)


def worth_of(over: Decimal, under: Decimal) -> Fraction:
    """Return the exact quotient of two decimals."""
    return Fraction(over) / Fraction(under)


def find_foreign(facts: Iterable[Fact], currency: str) -> dict[str, tuple[date, date]]:
    """Return the other currencies that facts have money in, each with its first and last day.

    A fact's day is its last one: that of the rate which it takes.
    """
    found: dict[str, tuple[date, date]] = {}
    for fact in facts:
        if fact.currency == currency or _MONEY.isdisjoint(fact.micros):
            continue
        days = found.get(fact.currency)
        if days is None:
            found[fact.currency] = (fact.last, fact.last)
        elif not days[0] <= fact.last <= days[1]:
            found[fact.currency] = (min(days[0], fact.last), max(days[1], fact.last))
    return found


def convert(facts: Iterable[Fact], currency: str, rates: Rates) -> Iterator[Fact]:
    """Yield facts with their money in a currency; those of days without a rate stay as they are."""
    for fact in facts:
        worth = None
        if fact.currency != currency:
            worth = rates.get((fact.currency, fact.last))
        if worth is None:
            yield fact
            continue
        over, under = worth.numerator, worth.denominator
        yield Fact(
            fact.source_id,
            fact.level,
            fact.entity,
            fact.channel,
            fact.first,
            fact.last,
            currency,
            {
                name: divide_half_even(micros * over, under) if name in _MONEY else micros
                for name, micros in fact.micros.items()
            },
            fact.count,
        )


def divide_half_even(over: int, under: int) -> int:
    """Return the whole number nearest to a quotient, the even one of two; ``under`` is above 0."""
    quotient, rest = divmod(over, under)
    twice = 2 * rest
    return quotient + (twice > under or (twice == under and quotient % 2 == 1))
