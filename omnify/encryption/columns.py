"""The columns that hold encrypted values, and renewing these under the newest key of the ring.

A model's module declares each of its columns with ``encrypted_column``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from django.db import router
from django.db.models import Model

from omnify.db.transactions import atomic_on
from omnify.encryption import UndecipherableError

#: How many rows are read at a time, and changed in one transaction.
_BATCH: Final = 50
Renew = Callable[[Any], Any]


class EncryptedColumn(NamedTuple):
    """A column, and what gives its value of a row under the newest key."""

    model: type[Model]
    name: str
    renew: Renew

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"  # noqa: SLF001 - Django's public name for it


class Renewal(NamedTuple):
    """How far the renewal of a column is: rows read, renewed, and of no key of the ring."""

    read: int
    renewed: int
    unreadable: int


_columns: list[EncryptedColumn] = []


def encrypted_column(model: type[Model], name: str) -> Callable[[Renew], Renew]:
    """Declare that a column holds encrypted values.

    The decorated function takes a row and returns the column's value with each of them passed
    through ``renew`` or ``renew_text``.
    """

    def register(renew: Renew) -> Renew:
        _columns.append(EncryptedColumn(model, name, renew))
        return renew

    return register


def list_encrypted_columns(alias: str) -> list[EncryptedColumn]:
    """List the encrypted columns of a database."""
    return [column for column in _columns if router.allow_migrate_model(alias, column.model)]


def renew_column(column: EncryptedColumn, alias: str) -> Iterator[Renewal]:
    """Encrypt a column's values with the newest key; yields how far it is, batch by batch.

    What is under the newest key stays, so that a renewal which was stopped goes on where it was.
    A row that another process changes meanwhile keeps that change.
    """
    rows = column.model._base_manager.using(alias).order_by("pk")  # noqa: SLF001 - Django's public name for it
    state, left = Renewal(0, 0, 0), rows
    while batch := list(left[:_BATCH]):
        changes, unreadable = _plan(column, batch)
        with atomic_on(alias):
            renewed = sum(
                rows.filter(pk=pk, **{column.name: former}).update(**{column.name: present})
                for pk, former, present in changes
            )
        state = Renewal(
            state.read + len(batch), state.renewed + renewed, state.unreadable + unreadable
        )
        yield state
        left = rows.filter(pk__gt=batch[-1].pk)


def _plan(column: EncryptedColumn, batch: list[Any]) -> tuple[list[tuple[Any, Any, Any]], int]:
    """Return key, former and present value of the rows to change, and how many are unreadable."""
    changes, unreadable = [], 0
    for row in batch:
        former = getattr(row, column.name)
        try:
            present = column.renew(row)
        except UndecipherableError:
            unreadable += 1
            continue
        if present != former:
            changes.append((row.pk, former, present))
    return changes, unreadable
