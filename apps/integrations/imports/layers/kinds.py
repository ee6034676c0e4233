"""What the keeping of imports has to know of a kind of values, such as metrics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from django.db.models import QuerySet

from apps.integrations.connections.models import Connection, VersionedRow
from apps.integrations.imports.layers.claims import Claim
from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.messages import Removed

V = TypeVar("V")
#: A row as it counts: the values of a kind's columns.
Row = tuple[Any, ...]
Key = tuple[Any, ...]


class Part(NamedTuple, Generic[V]):
    """What one import says of a row, without the measures that a later one has taken over."""

    value: V
    currency: str
    overruled: frozenset[str]


class Kind(ABC, Generic[V]):
    """A kind of values: how layers keep them, and how those of all layers come to rows.

    A value is of one entity and day, or span of days; it names some measures. A kind whose values
    are taken or left as a whole has one measure, its own name.

    Attributes:
        row_type: the table of what counts; its rows have ``date``, the first of a value's days.
        columns: the columns of a row besides ids and versions, those of its key first.
        key_length: how many columns identify a row of a connection.
    """

    name: ClassVar[str]
    row_type: ClassVar[type[VersionedRow]]
    columns: ClassVar[tuple[str, ...]]
    key_length: ClassVar[int]

    def __init__(self, connection: Connection | None) -> None:
        """Read what the connection has to say of values, such as the spelling of channels."""

    @staticmethod
    @abstractmethod
    def encode(values: Sequence[Any]) -> bytes:
        """Return values as a layer keeps them; what was kept once has to stay readable."""

    @abstractmethod
    def decode(self, content: bytes) -> Iterable[V]:
        """Return values that a layer keeps."""

    @staticmethod
    @abstractmethod
    def days_of(value: Any) -> Span:
        """Return the first and the last day of a value."""

    @staticmethod
    @abstractmethod
    def measures_of(value: Any) -> tuple[str, ...]:
        """Return the measures that a value names."""

    @staticmethod
    @abstractmethod
    def channels_of(value: Any) -> Iterable[str]:
        """Return the channels that a value names."""

    @abstractmethod
    def key_of(self, value: V) -> Key:
        """Return the key of the row that a value belongs to."""

    def reduce(self, value: V, _claim: Claim) -> V | None:
        """Return what is left of a value after what later files take from its import, if any."""
        return value

    @abstractmethod
    def rows_of(self, key: Key, parts: Sequence[Part[V]]) -> Iterable[tuple[Key, Row]]:
        """Yield the rows, by key, of what all layers say of one key, the earliest first."""

    @classmethod
    def find_rows(cls, connection: Connection, window: Span) -> QuerySet[Any]:
        """Return the rows, of any version, of values that begin within a window."""
        first, last = window
        rows: QuerySet[Any] = cls.row_type.objects.filter(connection=connection)
        return rows.filter(date__gte=first, date__lte=last)

    @abstractmethod
    def find_lost(self, before: Row, after: Row | None) -> tuple[str, ...]:
        """Return the measures that a row knew and knows no longer."""

    @staticmethod
    @abstractmethod
    def entity_of(key: Key) -> Key:
        """Return what a key is about, whatever its days."""

    @staticmethod
    @abstractmethod
    def span_of(key: Key) -> Span:
        """Return the first and the last day of a key."""

    @abstractmethod
    def describe(self, row: Row, measures: tuple[str, ...], days: Span, count: int) -> Removed:
        """Return what is said of rows of an entity that an import takes away."""
