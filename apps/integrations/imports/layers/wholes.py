"""Kinds whose values are taken or left as a whole, each of one day."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.layers.kinds import Kind, Row


class _Dated(Protocol):
    """A value of one day."""

    @property
    def date(self) -> date:
        """Return the day of the value."""


W = TypeVar("W", bound=_Dated)


class WholeKind(Kind[W]):
    """A kind whose one measure is its own name: the last layer to cover a day has all of it."""

    value_type: ClassVar[type[Any]]

    @staticmethod
    def encode(values: Sequence[W]) -> bytes:
        """Return values as a layer keeps them."""
        return msgspec.msgpack.encode(values)

    def decode(self, content: bytes) -> Iterable[W]:
        """Return values that a layer keeps."""
        values: list[W] = msgspec.msgpack.decode(content, type=list[self.value_type])  # type: ignore[name-defined]
        return values

    @staticmethod
    def days_of(value: W) -> Span:
        """Return the day of a value, as first and last one."""
        return value.date, value.date

    @classmethod
    def measures_of(cls, _value: W) -> tuple[str, ...]:
        """Return the one measure of all values."""
        return (cls.name,)

    def find_lost(self, _before: Row, after: Row | None) -> tuple[str, ...]:
        """Return the one measure of a row that is gone."""
        return (self.name,) if after is None else ()

    @staticmethod
    @abstractmethod
    def channels_of(value: W) -> Iterable[str]:
        """Return the channels that a value names."""
