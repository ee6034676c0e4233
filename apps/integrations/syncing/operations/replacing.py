"""Make some kept rows the new ones, by their columns alone: models cost most of the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from apps.integrations.connections.models import VersionedRow

R = TypeVar("R", bound=VersionedRow)


class Columns(NamedTuple):
    """The columns of a row, in their order after its id.

    Attributes:
        keys: what identifies a row.
        values: whose difference makes a row another one.
        others: what is written beside, and stays as it is while a row is kept.
    """

    keys: tuple[str, ...]
    values: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return all of them, the id's first."""
        return ("id", *self.keys, *self.values, *self.others)

    @property
    def compared(self) -> int:
        """Return how many of the names are those of id, keys and values."""
        return 1 + len(self.keys) + len(self.values)

    def values_of(self, row: VersionedRow) -> tuple[Any, ...]:
        """Return the values of a row that was made as a model."""
        return tuple(attrgetter(*self.names)(row))


class Change(NamedTuple):
    """What became of rows: how many are new, changed, unchanged and removed, and on which days."""

    counts: Counter[str]
    days: list[date]


def replace_rows(columns: Columns, kept: QuerySet[R], new: Iterable[tuple[Any, ...]]) -> Change:
    """Make the kept rows the new ones, in the caller's transaction.

    Args:
        columns: of the new rows.
        kept: all that the new rows stand for; what is not among these any more is deleted.
        new: the values of each row in the order of ``columns.names``.
    """
    end = 1 + len(columns.keys)
    key, values, day = slice(1, end), slice(end, columns.compared), columns.names.index("date")
    gone = _read(columns, kept)
    added, changed, days = [], [], set()
    unchanged = 0
    for row in new:
        known = gone.pop(row[key], None)
        if known is None:
            added.append(row)
        elif known[values] == row[values]:
            unchanged += 1
            continue
        else:
            changed.append((known[0], *row[1:]))
            days.add(known[day])
        days.add(row[day])
    rows: Any = kept.model.objects
    rows.filter(id__in=[row[0] for row in gone.values()]).delete()
    rows.rewrite_values(columns.names, changed, changed=columns.values)
    rows.insert_values(columns.names, added)
    counts = Counter(
        rows_new=len(added),
        rows_changed=len(changed),
        rows_unchanged=unchanged,
        rows_removed=len(gone),
    )
    return Change(counts, sorted(days.union(row[day] for row in gone.values())))


def _read(columns: Columns, kept: QuerySet[R]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return the values of kept rows by their keys, with ids as texts, which are read faster."""
    rows: Any = kept.annotate(id_as_text=Cast("id", CharField())).order_by()
    end = 1 + len(columns.keys)
    compared = columns.names[1 : columns.compared]
    return {row[1:end]: row for row in rows.values_list("id_as_text", *compared)}
