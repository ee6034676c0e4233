"""Refunds on other days than their orders', as layers keep them.

They are revenue of the day on which they were paid, but go with their orders: a file has them as
long as it has the orders, whether or not it covers their own day. A later file of metrics that
names the revenue of their day takes them away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

import msgspec
from django.db.models import QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.imports.layers.claims import Claim
from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.layers.kinds import Key, Part, Row
from apps.integrations.imports.layers.metrics import REFUNDS, MetricsKind
from apps.integrations.imports.layers.wholes import WholeKind
from apps.integrations.imports.messages import Removed
from apps.integrations.metrics.models import COLUMNS, DailyMetric


class KeptRefunds(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What was paid back on a day for the orders of another one; no day where nothing was."""

    date: dt.date
    refund_date: dt.date | None = None
    micros: int = 0


class RefundsKind(WholeKind[KeptRefunds]):
    """Refunds of a connection, as metrics of the organization: one a day of orders and refunds."""

    name = "refunds"
    value_type = KeptRefunds
    row_type = DailyMetric
    columns: ClassVar = MetricsKind.columns
    key_length = MetricsKind.key_length

    @staticmethod
    def channels_of(_value: KeptRefunds) -> Iterable[str]:
        """Return no channel."""
        return ()

    def key_of(self, value: KeptRefunds) -> Key:
        """Return the key of a metric of the day on which was paid."""
        day = value.refund_date or value.date
        return (DailyMetric.Level.ORGANIZATION.value, f"{REFUNDS}{value.date}", day, day)

    def reduce(self, value: KeptRefunds, claim: Claim) -> KeptRefunds | None:
        """Return what was paid back, unless a later file of metrics names that day's revenue.

        What was paid back for orders that a later file has goes with them.
        """
        if value.refund_date is None:
            return value
        left = value.micros - claim.refunds[value.date, value.refund_date]
        if not left or claim.names_revenue_of(value.refund_date):
            return None
        return msgspec.structs.replace(value, micros=left)

    def rows_of(self, key: Key, parts: Sequence[Part[KeptRefunds]]) -> Iterator[tuple[Key, Row]]:
        """Yield the metric of refunds, if there are any."""
        value, currency, _ = parts[-1]
        if value.refund_date is not None:
            revenue = {"revenue": -value.micros}
            yield key, (*key, "", "", "", "", currency, *(revenue.get(each) for each in COLUMNS))

    @classmethod
    def find_rows(cls, connection: Connection, window: Span) -> QuerySet[Any]:
        """Return the refunds, of any version, of orders of some days."""
        first, last = (f"{REFUNDS}{day}" for day in window)
        level = DailyMetric.Level.ORGANIZATION
        rows = DailyMetric.objects.filter(connection=connection, level=level)
        return rows.filter(entity_key__gte=first, entity_key__lte=last)

    def find_lost(self, before: Row, after: Row | None) -> tuple[str, ...]:
        """Return nothing: refunds go with their orders, and those are told."""
        return ()

    @staticmethod
    def entity_of(key: Key) -> Key:
        """Return level and entity of a key."""
        return key[:2]

    @staticmethod
    def span_of(key: Key) -> Span:
        """Return the day on which was paid, twice."""
        return key[2], key[3]

    def describe(self, row: Row, measures: tuple[str, ...], days: Span, count: int) -> Removed:
        """Refunds are never told by themselves."""
        raise NotImplementedError
