"""Touchpoints as layers keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

import msgspec

from apps.integrations.connections.models import Connection
from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.layers.kinds import Key, Part, Row
from apps.integrations.imports.layers.wholes import WholeKind
from apps.integrations.imports.messages import Removed
from apps.integrations.metrics.queries import read_spellings
from apps.integrations.touchpoints.models import STEP, Touchpoint
from omnify.names import fold


class KeptTouchpoint(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A touch or a path; ``key`` is a hash of what identifies it."""

    key: str
    date: dt.date
    at: dt.datetime | None
    customer: str
    path: tuple[str, ...]
    campaign: str
    cost: int | None
    conversions: int | None
    value: int | None
    nulls: int | None
    rows: int


class TouchpointsKind(WholeKind[KeptTouchpoint]):
    """Touchpoints of a connection: the last file to cover a day has all of its touchpoints."""

    name = "touchpoints"
    value_type = KeptTouchpoint
    row_type = Touchpoint
    columns: ClassVar = (
        *("key", "date", "at", "customer", "path", "campaign", "currency"),
        *("cost_micros", "conversions_micros", "value_micros", "nulls_micros", "rows"),
    )
    key_length = 2

    def __init__(self, connection: Connection | None) -> None:
        self._spelled = read_spellings(connection)

    @staticmethod
    def channels_of(value: KeptTouchpoint) -> Iterable[str]:
        """Return the channels of a touchpoint."""
        return value.path

    def key_of(self, value: KeptTouchpoint) -> Key:
        """Return what identifies a touchpoint, and its day."""
        return (value.key, value.date)

    def rows_of(self, key: Key, parts: Sequence[Part[KeptTouchpoint]]) -> Iterator[tuple[Key, Row]]:
        """Yield the row of a touchpoint, of which no two layers say anything."""
        value, currency, _ = parts[-1]
        path = f"{STEP}{STEP.join(map(self._spell, value.path))}{STEP}"
        names = (value.at, value.customer, path, value.campaign, currency)
        numbers = (value.cost, value.conversions, value.value, value.nulls, value.rows)
        yield key, (*key, *names, *numbers)

    @staticmethod
    def entity_of(key: Key) -> Key:
        """Return what identifies a touchpoint."""
        return key[:1]

    @staticmethod
    def span_of(key: Key) -> Span:
        """Return the day of a touchpoint, twice."""
        return key[1], key[1]

    def describe(self, row: Row, measures: tuple[str, ...], days: Span, count: int) -> Removed:
        """Return what is said of a touchpoint that an import takes away."""
        names = dict(zip(self.columns, row, strict=True))
        return Removed(
            level="touchpoint",
            channel=names["path"].strip(STEP).replace(STEP, " > "),
            campaign=names["campaign"],
            measures=measures,
            first_date=days[0],
            last_date=days[1],
            days=count,
        )

    def _spell(self, channel: str) -> str:
        return self._spelled.get(fold(channel), channel)
