"""Metrics in layers: a row an entity and day or span, a column a measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, NamedTuple

import msgspec
from django.db.models import QuerySet

from apps.integrations.connections.models import Connection
from apps.integrations.contract import CURRENCY, MEASURES
from apps.integrations.imports.layers.claims import Claim
from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.layers.kinds import Key, Kind, Part, Row
from apps.integrations.imports.messages import Removed
from apps.integrations.metrics.models import COLUMNS, DailyMetric
from apps.integrations.metrics.queries import read_spellings
from omnify.names import fold

_AMOUNTS: Final = frozenset(measure.name for measure in MEASURES if measure.unit == CURRENCY)
_MEASURES: Final = tuple(COLUMNS)
#: How the entities of refunds begin, which are of the organization, too; a day follows.
REFUNDS: Final = "refunds of "


class Entity(NamedTuple):
    """What numbers describe; names are empty where the level has none."""

    level: str
    key: str
    channel: str
    account: str = ""
    campaign: str = ""
    ad: str = ""


class KeptMetric(msgspec.Struct, frozen=True, gc=False):
    """One entity's numbers of the days from the first to the last, in millionths.

    A value of None is unknown; of measures that are not named nothing is said.
    """

    entity: Entity
    days: Span
    measures: tuple[str, ...]
    values: tuple[int | None, ...]


#: Entities, spans and names of measures once each; then where each value has them, and numbers.
_Content = tuple[
    list[Entity],
    list[Span],
    list[tuple[str, ...]],
    list[tuple[int, int, int, tuple[int | None, ...]]],
]
_decoder: Final = msgspec.msgpack.Decoder(_Content)


class MetricsKind(Kind[KeptMetric]):
    """Metrics of a connection; channels are spelled as its organization did first."""

    name = "metrics"
    row_type = DailyMetric
    columns: ClassVar = (
        *("level", "entity_key", "date", "last_date"),
        *("channel", "account", "campaign", "ad", "currency"),
        *COLUMNS.values(),
    )
    key_length = 4

    def __init__(self, connection: Connection | None) -> None:
        self._spelled = read_spellings(connection)

    @staticmethod
    def encode(values: Sequence[KeptMetric]) -> bytes:
        """Return metrics as a layer keeps them."""
        entities: dict[Entity, int] = {}
        spans: dict[Span, int] = {}
        names: dict[tuple[str, ...], int] = {}
        packed = [
            (
                entities.setdefault(each.entity, len(entities)),
                spans.setdefault(each.days, len(spans)),
                names.setdefault(each.measures, len(names)),
                each.values,
            )
            for each in values
        ]
        return msgspec.msgpack.encode((list(entities), list(spans), list(names), packed))

    def decode(self, content: bytes) -> Iterable[KeptMetric]:
        """Return metrics that a layer keeps."""
        entities, spans, names, packed = _decoder.decode(content)
        entities = [self._spell(entity) for entity in entities]
        return [
            KeptMetric(entities[entity], spans[span], names[measures], values)
            for entity, span, measures, values in packed
        ]

    @staticmethod
    def days_of(value: KeptMetric) -> Span:
        """Return the first and the last day of a metric."""
        return value.days

    @staticmethod
    def measures_of(value: KeptMetric) -> tuple[str, ...]:
        """Return the measures that a metric names."""
        return value.measures

    @staticmethod
    def channels_of(value: KeptMetric) -> Iterable[str]:
        """Return the channel of a metric."""
        return (value.entity.channel,)

    def key_of(self, value: KeptMetric) -> Key:
        """Return level, entity and days of a metric."""
        return (value.entity.level, value.entity.key, *value.days)

    def reduce(self, value: KeptMetric, claim: Claim) -> KeptMetric:
        """Return a day's metrics without the orders of the day that a later file has."""
        day = value.days[0]
        if day not in claim.orders:
            return value
        taken = {"revenue": claim.revenue[day], "orders": claim.orders[day]}
        values = (
            micros if micros is None else micros - taken[measure]
            for measure, micros in zip(value.measures, value.values, strict=True)
        )
        return msgspec.structs.replace(value, values=tuple(values))

    def rows_of(self, key: Key, parts: Sequence[Part[KeptMetric]]) -> Iterator[tuple[Key, Row]]:
        """Yield the row of one entity and day; amounts of its earlier currencies are unknown."""
        last = parts[-1]
        currency, known = last.currency, {}
        for value, own_currency, overruled in parts:
            for measure, micros in zip(value.measures, value.values, strict=True):
                if measure not in overruled:
                    known[measure] = (micros, own_currency)
                    currency = own_currency if measure in _AMOUNTS else currency
        numbers = (
            None if measure in _AMOUNTS and own != currency else micros
            for measure in _MEASURES
            for micros, own in (known.get(measure, (None, currency)),)
        )
        _, _, *names = last.value.entity
        yield key, (*key, *names, currency, *numbers)

    @classmethod
    def find_rows(cls, connection: Connection, window: Span) -> QuerySet[Any]:
        """Return the metrics, of any version, that begin within a window and are no refunds."""
        level = DailyMetric.Level.ORGANIZATION
        rows = super().find_rows(connection, window)
        return rows.exclude(level=level, entity_key__startswith=REFUNDS)

    def find_lost(self, before: Row, after: Row | None) -> tuple[str, ...]:
        """Return the measures that were known of an entity and day, and no longer are."""
        numbers = len(_MEASURES)
        then = after[-numbers:] if after is not None else (None,) * numbers
        return tuple(
            measure
            for measure, old, new in zip(_MEASURES, before[-numbers:], then, strict=True)
            if old is not None and new is None
        )

    @staticmethod
    def entity_of(key: Key) -> Key:
        """Return level and entity of a key."""
        return key[:2]

    @staticmethod
    def span_of(key: Key) -> Span:
        """Return the first and the last day of a key."""
        return key[2], key[3]

    def describe(self, row: Row, measures: tuple[str, ...], days: Span, count: int) -> Removed:
        """Return what is said of an entity whose numbers an import takes away."""
        names = dict(zip(self.columns, row, strict=True))
        return Removed(
            level=names["level"],
            channel=names["channel"],
            account=names["account"],
            campaign=names["campaign"],
            ad=names["ad"],
            measures=measures,
            first_date=days[0],
            last_date=days[1],
            days=count,
        )

    def _spell(self, entity: Entity) -> Entity:
        name = self._spelled.get(fold(entity.channel), entity.channel) if entity.channel else ""
        if name == entity.channel:
            return entity
        key = name if entity.level == DailyMetric.Level.CHANNEL else entity.key
        return entity._replace(channel=name, key=key)
