"""Models that look at where in its journey a touch is: each touch counts, repeats too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache
from typing import Final

from apps.analytics.attribution.crediting.credits import Credits, Number, Tally
from apps.analytics.attribution.crediting.journeys import Journey

#: The part of each touch of a journey of so many touches.
Weights = tuple[Fraction, ...]
_HALF: Final = Fraction(1, 2)
_END: Final = Fraction(2, 5)
#: After so many days a touch counts half.
HALF_LIFE_DAYS: Final = 7


def credit_first(journeys: Iterable[Journey]) -> Credits:
    """Credit the first touch of each journey."""
    return _credit(journeys, lambda touches: (Fraction(1), *[Fraction(0)] * (touches - 1)))


def credit_last(journeys: Iterable[Journey]) -> Credits:
    """Credit the last touch of each journey."""
    return _credit(journeys, lambda touches: (*[Fraction(0)] * (touches - 1), Fraction(1)))


def credit_evenly(journeys: Iterable[Journey]) -> Credits:
    """Credit all touches of a journey alike."""
    return _credit(journeys, lambda touches: (Fraction(1, touches),) * touches)


def credit_positions(journeys: Iterable[Journey]) -> Credits:
    """Credit the first and the last touch with 40 % each, and those between with 20 % together."""
    return _credit(journeys, _weigh_positions)


def credit_recent(journeys: Iterable[Journey]) -> Credits:
    """Credit each touch half as much as one a half-life later.

    That is seven days; in a journey without times, the next touch.
    """
    conversions: dict[str, Number] = defaultdict(float)
    value: dict[str, Number] = defaultdict(float)
    for journey in journeys:
        for channel, weight in zip(journey.channels, _weigh_recent(journey), strict=True):
            conversions[channel] += weight * journey.conversions
            if journey.value is not None:
                value[channel] += weight * journey.value
    return Credits(dict(conversions), dict(value))


def _credit(journeys: Iterable[Journey], weigh: Callable[[int], Weights]) -> Credits:
    @cache
    def parts_of(touches: int) -> list[tuple[int, int, int]]:
        weights = enumerate(weigh(touches))
        return [(at, each.numerator, each.denominator) for at, each in weights if each]

    tally = Tally()
    for journey in journeys:
        channels = journey.channels
        parts = parts_of(len(channels))
        tally.add(journey, [(channels[at], over, under) for at, over, under in parts])
    return tally.credits()


def _weigh_positions(touches: int) -> Weights:
    if touches == 1:
        return (Fraction(1),)
    if touches == 2:  # noqa: PLR2004 - there is nothing between the two
        return (_HALF, _HALF)
    between = touches - 2
    return (_END, *[Fraction(1, 5 * between)] * between, _END)


def _weigh_recent(journey: Journey) -> list[float]:
    ages = journey.ages
    if ages is None:
        halves: Iterable[float] = range(len(journey.channels) - 1, -1, -1)
    else:
        halves = (age / HALF_LIFE_DAYS for age in ages)
    weights = [0.5**each for each in halves]
    whole = sum(weights)
    return [weight / whole for weight in weights]
