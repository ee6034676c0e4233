"""Journeys: what one or more alike customers touched, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, NamedTuple

#: The most touches of a journey that are looked at: those nearest to its end.
MOST_TOUCHES: Final = 1000
#: A conversion that is known by itself, in millionths.
ONE: Final = 1_000_000
_DAY_SECONDS: Final = 86_400


class Journey(NamedTuple):
    """Channels in the order of their touches, and what all journeys along them brought.

    Numbers are in millionths. ``ages`` are days from each touch to the last one, None where no
    times are known; ``value`` is None where no conversion's value is known; ``nulls`` are journeys
    that ended without a conversion.
    """

    channels: tuple[str, ...]
    ages: tuple[float, ...] | None
    conversions: int
    value: int | None
    nulls: int


class Touch(NamedTuple):
    """Touches of a channel by one customer at one moment, and the conversions told with them.

    ``conversions`` is None where the source does not say whether there were any; ``times`` is how
    many alike touches it stands for.
    """

    day: date
    at: datetime | None
    channel: str
    times: int
    conversions: int | None
    value: int | None

    @property
    def moment(self) -> float:
        """Return when it was, in days; of a mere day, when it began."""
        if self.at is None:
            return float((self.day - date(1970, 1, 1)).days)
        return self.at.timestamp() / _DAY_SECONDS


class Purchase(NamedTuple):
    """An order of a customer, and its value in millionths; None where it is unknown."""

    day: date
    value: int | None


class Span(NamedTuple):
    """The days in which journeys end, both included, and how many days before count."""

    first: date
    last: date
    window: int | None

    def is_over(self, end: date) -> bool:
        """Tell whether who touched last on a day has had the window's days to convert."""
        return self.first <= end and end.toordinal() + (self.window or 0) <= self.last.toordinal()


def split_journeys(
    touches: list[Touch], purchases: list[Purchase], span: Span
) -> Iterator[Journey]:
    """Yield the journeys of one customer that ended in a span.

    A conversion ends a journey, and the next touch begins another: no touch counts twice. Of a
    journey count the touches on the last day and up to ``window`` days before. One without a
    conversion counts once the window after its last touch is over: until then it may go on.

    Where touches say what they brought, orders are not asked: they are the same conversions.
    """
    touches.sort(key=lambda touch: (touch.day, touch.moment))
    if any(touch.conversions is not None for touch in touches):
        yield from _split_at_touches(touches, span)
    else:
        purchases.sort(key=lambda purchase: purchase.day)
        yield from _split_at_purchases(touches, purchases, span)


def _split_at_touches(touches: list[Touch], span: Span) -> Iterator[Journey]:
    waiting: list[Touch] = []
    for touch in touches:
        waiting.append(touch)
        if touch.conversions and touch.conversions > 0:
            if span.first <= touch.day <= span.last:
                recent = _recent(waiting, touch.day, span)
                yield _finish(recent, touch.conversions, touch.value)
            waiting = []
    yield from _give_up(waiting, span)


def _split_at_purchases(
    touches: list[Touch], purchases: list[Purchase], span: Span
) -> Iterator[Journey]:
    """Yield the journeys to orders; the touches of an order's day are before it."""
    at = 0
    for purchase in purchases:
        begin = at
        while at < len(touches) and touches[at].day <= purchase.day:
            at += 1
        recent = _recent(touches[begin:at], purchase.day, span)
        if recent and span.first <= purchase.day <= span.last:
            yield _finish(recent, ONE, purchase.value)
    yield from _give_up(touches[at:], span)


def _give_up(waiting: list[Touch], span: Span) -> Iterator[Journey]:
    """Yield the journey that came to nothing, if there is one."""
    if waiting and span.is_over(waiting[-1].day):
        recent = _recent(waiting, waiting[-1].day, span)
        yield _finish(recent, 0, None)._replace(nulls=ONE)


def _recent(touches: list[Touch], end: date, span: Span) -> list[Touch]:
    if span.window is None:
        return touches
    return [touch for touch in touches if (end - touch.day).days <= span.window]


def _finish(touches: list[Touch], conversions: int, value: int | None) -> Journey:
    last = touches[-1].moment
    steps = [
        (touch.channel, last - touch.moment)
        for touch in touches
        for _ in range(min(touch.times, MOST_TOUCHES))
    ][-MOST_TOUCHES:]
    channels, ages = zip(*steps, strict=True)
    return Journey(channels, ages, conversions, value, 0)
