"""What a fleet's databases hold, seen from each service; where a table is makes no difference."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.apps import apps

from omnify.conf import settings
from omnify.services.registry import manifests
from tests.layouts.canonical import Canonical
from tests.layouts.databases import Databases

Row = dict[str, Any]
#: The floor's tables exist in every database, and some of their rows in all of them: what makes
#: two of them the same one. Elsewhere it is the whole row, but for a number that a database gave.
SAME_WHEN = {
    "omnify_events_outbox": ("event_id",),
    "omnify_events_delivery": ("event_id", "subscriber"),
    "omnify_idempotency_keptanswer": ("scope", "key", "holder"),
    "omnify_api_revocation": ("session_id",),
    "omnify_flags_flag": ("name",),
    "omnify_api_rightsversion": ("user_id", "organization_id"),
    "omnify_api_retiredkey": ("kid",),
}
_SETTLE_SECONDS = 30.0
_CALM_LOOKS = 2
_WAITING = (
    ("omnify_events_outbox", "id > 0"),
    ("omnify_events_delivery", "state = 'new'"),
    ("omnify_jobs_job", "state IN ('queued', 'running')"),
)


@cache
def tables() -> dict[str, tuple[str, ...]]:
    """The tables of each service by name; under an empty name those of the floor.

    What depends on how many processes there are, or on the clock, says so in its model.
    """
    found: dict[str, list[str]] = {"": [], **{name: [] for name in manifests()}}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.app_label
        if label.startswith("omnify_") and not getattr(model, "is_bookkeeping", False):
            found[settings.LABEL_OWNERS.get(label, "")].append(model._meta.db_table)
    return {name: tuple(sorted(listed)) for name, listed in found.items()}


def settle(databases: Databases) -> None:
    """Wait until every event has been handled everywhere, and every job has come to its end.

    Two looks have to find nothing: between the databases of one look something may have moved.

    Raises:
        RuntimeError: something is still on its way after a long time.
    """
    until, calm = time.monotonic() + _SETTLE_SECONDS, 0
    while calm < _CALM_LOOKS:
        waiting = [item for path in databases.paths for item in _waiting(databases, path)]
        calm = 0 if waiting else calm + 1
        if waiting and time.monotonic() > until:
            raise RuntimeError(f"still on their way: {', '.join(waiting)}")
        if waiting:
            time.sleep(0.01)


def _waiting(databases: Databases, path: Path) -> Iterator[str]:
    known = tables()[""]
    for table, condition in _WAITING:
        if table in known:
            sql = f"SELECT count(*) FROM {table} WHERE {condition}"  # noqa: S608 - constants
            (count,) = databases.connect(path).execute(sql).fetchone()
            if count:
                yield f"{count} in {table} of {path.name}"


class RowCounter:
    """Counts rows again and again; a database that nobody wrote to is not read again."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._versions: tuple[int, ...] = ()
        self._counts: dict[str, int] = {}

    def count(self) -> dict[str, int]:
        """Rows by service and table, without empty tables."""
        versions = tuple(
            self._databases.connect(path).execute("PRAGMA data_version").fetchone()[0]
            for path in self._databases.paths
        )
        if versions != self._versions:
            self._versions, self._counts = versions, _count_rows(self._databases)
        return self._counts


def _count_rows(databases: Databases) -> dict[str, int]:
    counts = {}
    for service, listed in tables().items():
        for table in listed:
            if service:
                connection = databases.connect(databases.path_of(service))
                sql = f"SELECT count(*) FROM {table}"  # noqa: S608 - our models name it
                (count,) = connection.execute(sql).fetchone()
            else:
                count = len(_floor_rows(databases, table))
            if count:
                counts[f"{service or 'floor'}.{table}"] = count
    return counts


class RowReader:
    """Reads all rows again and again; a row that was there before has its canonical form."""

    def __init__(self, databases: Databases, canonical: Canonical) -> None:
        self._databases = databases
        self._canonical = canonical
        #: The canonical form of rows that were read, and what orders them.
        self._shown: dict[tuple[Any, ...], tuple[str, Row]] = {}

    def read(self) -> dict[str, list[Row]]:
        """All rows by service and table, in canonical form and order, without empty tables."""
        found = {}
        for service, listed in tables().items():
            for table in listed:
                rows = (
                    _rows(self._databases, self._databases.path_of(service), table)
                    if service
                    else _floor_rows(self._databases, table)
                )
                shown = sorted((self._show(table, row) for row in rows), key=itemgetter(0))
                found[f"{service or 'floor'}.{table}"] = [row for _, row in shown]
        return {name: rows for name, rows in found.items() if rows}

    def _show(self, table: str, row: Row) -> tuple[str, Row]:
        key = (table, *row.values())
        if key not in self._shown:
            shown = self._canonical.value(_without_number(row), learns=False)
            self._shown[key] = (repr(shown), shown)
        return self._shown[key]


def events_of(databases: Databases) -> list[Row]:
    """Every delivery of every event, once for each subscriber."""
    return _floor_rows(databases, "omnify_events_delivery")


def _floor_rows(databases: Databases, table: str) -> list[Row]:
    unique = {
        _identity(table, row): row
        for path in databases.paths
        for row in _rows(databases, path, table)
    }
    return list(unique.values())


def _identity(table: str, row: Row) -> tuple[Any, ...]:
    if table in SAME_WHEN:
        return tuple(str(row[name]) for name in SAME_WHEN[table])
    return tuple(_without_number(row).items())


def _rows(databases: Databases, path: Path, table: str) -> Iterator[Row]:
    sql = f"SELECT * FROM {table}"  # noqa: S608 - as above
    yield from (dict(row) for row in databases.connect(path).execute(sql).fetchall())


def _without_number(row: Row) -> Row:
    """A row without the number that the database gave it."""
    return {name: value for name, value in row.items() if name != "id" or isinstance(value, str)}
