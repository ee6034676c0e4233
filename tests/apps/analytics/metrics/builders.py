"""Facts that aggregation reads, made short."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.analytics.metrics.aggregation import Range, aggregate
from apps.analytics.metrics.facts import Fact, complete_facts
from apps.analytics.metrics.measures import ADDITIVES

FILE, SHOP, ADS = UUID(int=1), UUID(int=2), UUID(int=3)
#: A file knows the shop's revenue as a whole and the rest by channel.
FILE_LEVELS = {FILE: dict.fromkeys(ADDITIVES, "channel") | {"revenue": "organization"}}
EVER = Range(date(1990, 1, 1), date(2100, 12, 31))


def metric(day="2026-01-01", *, last="", source=FILE, level="channel", channel="tv", **values):
    """A fact of a day, or up to ``last``; amounts in whole units, in EUR unless it is said."""
    currency = values.pop("currency", "EUR")
    return Fact(
        source_id=source,
        level=level,
        entity=channel,
        channel=channel,
        first=date.fromisoformat(day),
        last=date.fromisoformat(last or day),
        currency=currency,
        micros={name: int(Decimal(str(value)) * 1_000_000) for name, value in values.items()},
    )


def shop(day="2026-01-01", **values):
    """A fact of the organization as a whole."""
    return metric(day, level="organization", channel="", **values)


def summed(*facts, levels=FILE_LEVELS, span=EVER, grain="day", week_start="monday", dimensions=()):
    """Sums in EUR of the facts that count."""
    span = Range(span.first, span.last, grain, week_start)
    counted = complete_facts(facts, levels)
    return aggregate(counted, span, currency="EUR", dimensions=dimensions)
