"""Rows that aggregation reads, made short."""

from datetime import date
from uuid import UUID

from apps.analytics.metrics.measures import ADDITIVES
from apps.integrations.contract import DailyMetric

FILE, SHOP, ADS = UUID(int=1), UUID(int=2), UUID(int=3)
#: A file knows the shop's revenue as a whole and the rest by channel.
FILE_LEVELS = {FILE: dict.fromkeys(ADDITIVES, "channel") | {"revenue": "organization"}}


def metric(day="2026-01-01", *, source=FILE, level="channel", channel="tv", **values):
    """A row; amounts in whole units, ``currency`` EUR unless it is given."""
    currency = values.pop("currency", "EUR")
    micros = {name: None for name in DailyMetric.__struct_fields__ if name.endswith("_micros")}
    micros |= {f"{name}_micros": round(value * 1_000_000) for name, value in values.items()}
    return DailyMetric(
        connection_id=source,
        level=level,
        entity_key=channel,
        channel=channel,
        date=date.fromisoformat(day),
        currency=currency,
        **micros,
    )


def shop(day="2026-01-01", **values):
    """A row of the organization as a whole."""
    return metric(day, level="organization", channel="", **values)
