"""Rows that are kept of sources by day, beside facts: fetched, replaced and compared alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from django.db.models import F, QuerySet
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from apps.analytics.store.operations import SliceMovedError, take_in_changes
from apps.analytics.store.queries.slices import SLICE_ROWS, Slice
from apps.analytics.store.queries.sources import has_change
from apps.analytics.store.queries.verifying import Difference, align
from apps.integrations.contract import Connection, Integrations
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.exceptions import ServiceUnavailableError
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job
from omnify.services import client_of

#: A named tuple of values; ``date`` is among them.
R = TypeVar("R", bound=Any)


class RecordsPage(NamedTuple, Generic[R]):
    """Rows of a source by day, from integrations; the last page says that none follow."""

    rows: list[R]
    is_last: bool


class FetchedRecords(msgspec.Struct, Generic[R], frozen=True):
    """All rows of a slice as integrations had them, after the source had its ``generation``.

    Attributes:
        was_whole: whether the source was here whole before, or not at all.
        connection: as it was before the rows were asked for; None where it is no more.
    """

    slice: Slice
    rows: list[R]
    generation: int
    was_whole: bool
    connection: Connection | None


class Connections(NamedTuple):
    """The connections whose rows count.

    Attributes:
        as_of: their last change that is here.
        late: the names of those that have changed since.
    """

    connections: tuple[Connection, ...]
    as_of: datetime | None
    late: tuple[str, ...]


class TakeInRecords(JobInput):
    """Take in rows of days of a source, both included, that are too many for a handler."""

    source_id: UUID
    first: date
    last: date


class Records(Generic[R]):
    """Rows of one kind, each slice of which is what integrations has of it.

    Args:
        row: the type of a row; its fields are columns of the model.
        model: the table of rows.
        sources: the table of sources, with a ``generation``, ``as_of`` and ``description`` each.
        changed_at: says when a connection's rows changed last; None where it never had any.
        pages: asks integrations for a slice, by day.
        rest: the job for what is too much for an event's handler.
        name: what rows are called.
    """

    def __init__(  # noqa: PLR0913 - one argument for each thing that differs between kinds
        self,
        row: type[R],
        *,
        model: type[Any],
        sources: type[Any],
        changed_at: Callable[[Connection], datetime | None],
        pages: Callable[[Slice], Iterator[RecordsPage[R]]],
        rest: type[TakeInRecords],
        name: str,
    ) -> None:
        self._row = row
        self._model = model
        self._sources = sources
        self._changed_at = changed_at
        self._pages = pages
        self._rest = rest
        self._name = name

    def fetch(self, wanted: Slice, most: int = SLICE_ROWS) -> FetchedRecords[R]:
        """Ask integrations for a slice; of more than about ``most`` rows for its first days."""
        own = self._sources.objects.filter(source_id=wanted.source_id).first()
        generation, was_whole = (own.generation, own.as_of is not None) if own else (0, True)
        # Asked for before the rows, so that these have its last change.
        connections = client_of(Integrations).list_connections()
        found = next((each for each in connections if each.id == wanted.source_id), None)
        rows: list[R] = []
        for page in self._pages(wanted):
            rows.extend(page.rows)
            if not page.is_last and len(rows) >= most and rows[0].date < rows[-1].date:
                # The last day may go on.
                end = date.fromordinal(rows[-1].date.toordinal() - 1)
                rows = [row for row in rows if row.date <= end]
                wanted = replace(wanted, last=end)
                break
        return FetchedRecords(wanted, rows, generation, was_whole, found)

    def take_in(self, wanted: Slice, fetched: FetchedRecords[R]) -> None:
        """Write what was fetched of a slice and let a job bring the rest, in the transaction.

        Raises:
            SliceMovedError: it has to be fetched again.
        """
        is_all = fetched.slice.last == wanted.last
        self._replace(fetched, is_whole=is_all and fetched.was_whole)
        if not is_all:
            first = _day_after(fetched.slice)
            rest = self._rest(source_id=wanted.source_id, first=first, last=wanted.last)
            request_job(rest, key=f"{rest.source_id} {rest.first} {rest.last}")

    def take_in_part(self, wanted: Slice) -> date | None:
        """Fetch and write the first days of a slice; returns the next day, None where all is done.

        Raises:
            SliceMovedError: it has to be fetched again.
        """
        fetched = self.fetch(wanted)
        is_last = fetched.slice.last == wanted.last
        with atomic("analytics"):
            self._replace(fetched, is_whole=is_last)
        return None if is_last else _day_after(fetched.slice)

    def catch_up(self, connections: Collection[Connection]) -> None:
        """Take in what has changed since it was taken in, and forget what is connected no more."""
        stored = self.read_stored()
        changes = {each.id: self._changed_at(each) for each in connections}
        known = {source_id: at for source_id, at in changes.items() if at is not None}
        gone = dict.fromkeys(stored.keys() - changes.keys())
        take_in_changes(
            {**known, **gone}, stored, self._model, fetch=self.fetch, write=self.take_in
        )
        self._describe(connections)

    def read_stored(self) -> dict[UUID, Any]:
        """Return what is kept of each connection, removed ones left out."""
        rows = self._sources.objects.filter(description__isnull=False)
        return {row.source_id: row for row in rows}

    def find_late(
        self, connections: Iterable[Connection], stored: Mapping[UUID, Any]
    ) -> Iterator[str]:
        """Yield the names of connections whose last change is not here."""
        for each in connections:
            changed_at = self._changed_at(each)
            if changed_at is not None and not has_change(stored.get(each.id), changed_at):
                yield each.name

    def forget_customers(self, customers: Collection[str]) -> None:
        """Let the rows of some customers be nobody's, in the caller's transaction.

        What was fetched before and is not written yet may still name them, so it is refused.
        """
        self._sources.objects.update(generation=F("generation") + 1)
        self._model.objects.filter(customer__in=customers).update(customer="")

    def find_differences(self, source_id: UUID) -> Iterator[Difference]:
        """Yield the days of which other rows are kept than integrations has.

        What changes meanwhile differs until its event is handled.
        """
        wanted = Slice(source_id, date.min, date.max)
        theirs = (row for page in self._pages(wanted) for row in page.rows)
        for day, (expected, kept) in align((_by_day(theirs), _by_day(self._iter_kept(source_id)))):
            missing = (Counter(expected) - Counter(kept)).total()
            surplus = (Counter(kept) - Counter(expected)).total()
            if missing or surplus:
                what = f"{missing} {self._name} are missing, and {surplus} are not in integrations"
                yield Difference(source_id, day, what)

    def _describe(self, connections: Iterable[Connection]) -> None:
        """Keep how connections are described now, for when integrations is away."""
        stored = self.read_stored()
        for each in connections:
            own = stored.get(each.id)
            if own is not None and read_description(own) != each:
                rows = self._sources.objects.filter(source_id=each.id, description__isnull=False)
                rows.update(description=msgspec.to_builtins(each))

    def _replace(self, fetched: FetchedRecords[R], *, is_whole: bool) -> None:
        """Replace a slice's rows by what was fetched.

        Whoever fetched before somebody else wrote is refused: the last to write has fetched last.
        """
        written = fetched.slice
        self._claim(fetched, is_whole=is_whole)
        days = (written.first, written.last)
        self._rows_of(written.source_id).filter(date__range=days).delete()
        owned = (current_organization_id(), written.source_id)
        columns = ("id", "organization_id", "source_id", *self._row._fields)
        rows = [(uuid7(), *owned, *row) for row in fetched.rows]
        self._model.objects.insert_values(columns, rows)

    def _claim(self, fetched: FetchedRecords[R], *, is_whole: bool) -> None:
        """Raise the generation of a source from the one that was there before the fetch."""
        source_id = fetched.slice.source_id
        if not fetched.generation:
            row = self._sources(organization_id=current_organization_id(), source_id=source_id)
            self._sources.objects.bulk_create([row], ignore_conflicts=True)
        own = self._sources.objects.filter(source_id=source_id, generation=fetched.generation)
        found = fetched.connection
        if not own.update(
            generation=F("generation") + 1,
            as_of=self._changed_at(found) if found and is_whole else None,
            description=None if found is None else msgspec.to_builtins(found),
        ):
            raise SliceMovedError(f"source {source_id} was written meanwhile")

    def _iter_kept(self, source_id: UUID) -> Iterator[R]:
        rows = self._rows_of(source_id).order_by("date").values_list(*self._row._fields)
        return map(self._row._make, rows.iterator(chunk_size=SLICE_ROWS))

    def _rows_of(self, source_id: UUID) -> QuerySet[Any]:
        rows: QuerySet[Any] = self._model.objects.filter(source_id=source_id)
        return rows


def read_connections(*kinds: Records[Any]) -> Connections:
    """Return the connections, after taking in what changed a moment ago in some kinds of rows.

    While integrations is away they are those that are known here. Read once per answer.

    Raises:
        ServiceUnavailableError: integrations is away, and no connection is known here.
    """
    try:
        connections: tuple[Connection, ...] = client_of(Integrations).list_connections()
        for kind in kinds:
            kind.catch_up(connections)
        stored = [kind.read_stored() for kind in kinds]
    except ServiceUnavailableError:
        stored = [kind.read_stored() for kind in kinds]
        known = {each: row for rows in stored for each, row in rows.items()}
        if not known:
            raise
        connections = tuple(map(read_description, known.values()))
    dates = [row.as_of for rows in stored for row in rows.values() if row.as_of is not None]
    late = {
        name
        for kind, rows in zip(kinds, stored, strict=True)
        for name in kind.find_late(connections, rows)
    }
    return Connections(connections, max(dates, default=None), tuple(sorted(late)))


def read_description(row: Any) -> Connection:
    """Return a connection as integrations described it last."""
    return msgspec.convert(row.description, Connection)


def _day_after(written: Slice) -> date:
    return date.fromordinal(written.last.toordinal() + 1)


def _by_day(rows: Iterator[R]) -> Iterator[tuple[date, list[R]]]:
    for day, own in groupby(rows, key=lambda row: row.date):
        yield day, list(own)
