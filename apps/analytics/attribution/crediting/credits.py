"""What models come to: how much of the conversions and of their value is each channel's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from apps.analytics.attribution.crediting.journeys import Journey

#: An exact number, or one of a model whose weights have no exact form.
Number = Fraction | float
#: A channel, and its part of a journey as numerator and denominator.
Part = tuple[str, int, int]


class Credits(NamedTuple):
    """By channel, its part of all conversions and of their known value, in millionths."""

    conversions: dict[str, Number]
    value: dict[str, Number]


class Tally:
    """Whole sums by channel and part, which are multiplied once: exact and fast."""

    def __init__(self) -> None:
        self._conversions: dict[Part, int] = defaultdict(int)
        self._value: dict[Part, int] = defaultdict(int)

    def add(self, journey: Journey, parts: Iterable[Part]) -> None:
        """Add to channels their parts of what a journey brought."""
        for part in parts:
            self._conversions[part] += journey.conversions
            if journey.value is not None:
                self._value[part] += journey.value

    def credits(self) -> Credits:
        """Return what the parts come to."""
        return Credits(_multiply(self._conversions), _multiply(self._value))


def _multiply(sums: dict[Part, int]) -> dict[str, Number]:
    by_channel: dict[str, Number] = defaultdict(Fraction)
    for (channel, over, under), amount in sums.items():
        by_channel[channel] += Fraction(over * amount, under)
    return dict(by_channel)
