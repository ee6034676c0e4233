"""Insert many rows by the plainest statements there are: models cost most of an insert."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db import connections, router
from django.db.models import Field, Model

#: The columns of a row, in the order of the names that stand beside it.
Values = Sequence[Any]
#: Rows of one statement: databases bound how many values one has.
_BATCH: Final = 500
#: What drivers write as it is.
_PLAIN: Final = frozenset({"BigIntegerField", "BooleanField", "CharField", "TextField"})
_PLAIN_ON_POSTGRESQL: Final = frozenset(
    {*_PLAIN, "DateField", "DateTimeField", "ForeignKey", "UUIDField"}
)


class _Table(NamedTuple):
    """Where rows go, and how."""

    database: Any
    name: str
    columns: tuple[str, ...]

    @property
    def into(self) -> str:
        """Return the table with its columns."""
        return f"{self.name} ({', '.join(self.columns)})"

    @property
    def places(self) -> str:
        """Return the places of a row's values."""
        return f"({', '.join(['%s'] * len(self.columns))})"


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    """Insert rows, by COPY where the database has it.

    Args:
        model: whose table it is; no signal is sent, and none of its defaults is taken.
        names: the attributes of the model that each row has a value of, foreign ids by ``_id``.
        rows: their values.
    """
    table = _find_table(model, names)
    adapted = _adapt(model, names, rows, table.database)
    with table.database.cursor() as cursor:
        if table.database.vendor != "postgresql":
            cursor.executemany(f"INSERT INTO {table.into} VALUES {table.places}", adapted)  # noqa: S608 - our own names
            return
        into = f"COPY {table.into} FROM STDIN"
        # As Django does with all that is not asked of the driver itself.
        with table.database.wrap_database_errors, cursor.copy(into) as copy:
            for row in adapted:
                copy.write_row(row)


def rewrite_rows(
    model: type[Model], names: Sequence[str], rows: Sequence[Values], *, changed: Sequence[str]
) -> None:
    """Write rows again that are there, each in the way that costs its database least.

    PostgreSQL writes the whole of a row at any change, and does so fastest by COPY; SQLite spares
    the indexes of what did not change.

    Args:
        model: whose table it is; no foreign key may refer to its rows.
        names: as ``insert_rows`` has them, the primary key first.
        rows: their values.
        changed: the names of those that may be others than before.
    """
    if connections[router.db_for_write(model)].vendor == "postgresql":
        model._base_manager.filter(pk__in=[row[0] for row in rows]).delete()  # noqa: SLF001 - Django's API
        insert_rows(model, names, rows)
        return
    table = _find_table(model, (*changed, names[0]))
    *sets, key = (f"{column} = %s" for column in table.columns)
    values = map(itemgetter(*map(names.index, (*changed, names[0]))), rows)
    with table.database.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table.name} SET {', '.join(sets)} WHERE {key}",  # noqa: S608 - our own names
            _adapt(model, (*changed, names[0]), values, table.database),
        )


def insert_new_rows(model: type[Model], names: Sequence[str], rows: Iterable[Values]) -> int:
    """Insert the rows that no unique constraint refuses, and return how many they are.

    Each statement is for itself unless the caller has opened a transaction, which costs two round
    trips more. Arguments are those of ``insert_rows``.
    """
    table, inserted = _find_table(model, names), 0
    adapted = iter(_adapt(model, names, rows, table.database))
    with table.database.cursor() as cursor:
        while batch := list(islice(adapted, _BATCH)):
            places = ", ".join([table.places] * len(batch))
            into = f"INSERT INTO {table.into} VALUES {places} ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
            cursor.execute(into, [*chain.from_iterable(batch)])
            inserted += cursor.rowcount
    return inserted


def _find_table(model: type[Model], names: Sequence[str]) -> _Table:
    database = connections[router.db_for_write(model)]
    quote = database.ops.quote_name
    columns = (quote(str(field.column)) for field in _fields_of(model, names))
    return _Table(database, quote(model._meta.db_table), tuple(columns))  # noqa: SLF001 - Django's API


def _fields_of(model: type[Model], names: Sequence[str]) -> list[Field[Any, Any]]:
    fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's API
    return [fields[name] for name in names]


def _adapt(
    model: type[Model], names: Sequence[str], rows: Iterable[Values], database: Any
) -> Iterable[Values]:
    """Return rows as a driver takes them; columns that it takes as they are stay."""
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    plain = _PLAIN_ON_POSTGRESQL if database.vendor == "postgresql" else _PLAIN
    for position, field in enumerate(_fields_of(model, names)) if columns else ():
        if field.get_internal_type() not in plain:
            columns[position] = map(_adapter_of(field, database), columns[position])
    return zip(*columns, strict=True)


def _adapter_of(field: Field[Any, Any], database: Any) -> Callable[[Any], Any]:
    def adapt(value: Any) -> Any:
        return field.get_db_prep_save(value, database)

    # Rows that are written together have few days and owners.
    return cache(adapt) if field.get_internal_type() in ("DateField", "ForeignKey") else adapt
