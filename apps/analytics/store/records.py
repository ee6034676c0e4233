"""Rows that are kept of sources by day, beside facts: fetched, replaced and compared alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from django.db.models import F, QuerySet
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from apps.analytics.store.operations import SliceMovedError
from apps.analytics.store.queries.slices import SLICE_ROWS, Slice
from apps.analytics.store.queries.verifying import Difference, align
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

#: A named tuple of values; ``date`` is among them.
R = TypeVar("R", bound=Any)


class RecordsPage(NamedTuple, Generic[R]):
    """Rows of a source by day, from integrations; the last page says that none follow."""

    rows: list[R]
    is_last: bool
    as_of: datetime | None


class FetchedRecords(msgspec.Struct, Generic[R], frozen=True):
    """All rows of a slice as integrations had them, after the source had its ``generation``."""

    slice: Slice
    rows: list[R]
    generation: int
    as_of: datetime | None


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
        sources: the table of sources, with a ``generation`` and ``as_of`` each.
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
        pages: Callable[[Slice], Iterator[RecordsPage[R]]],
        rest: type[TakeInRecords],
        name: str,
    ) -> None:
        self._row = row
        self._model = model
        self._sources = sources
        self._pages = pages
        self._rest = rest
        self._name = name

    def fetch(self, wanted: Slice) -> FetchedRecords[R]:
        """Ask integrations for a slice; of a large one for as many first days as come at once."""
        found = self._sources.objects.filter(source_id=wanted.source_id)
        generation = found.values_list("generation", flat=True).first() or 0
        rows: list[R] = []
        as_of = None
        for page in self._pages(wanted):
            rows.extend(page.rows)
            as_of = as_of or page.as_of
            if not page.is_last and rows and rows[0].date < rows[-1].date:
                # The last day may go on.
                end = date.fromordinal(rows[-1].date.toordinal() - 1)
                whole = [row for row in rows if row.date <= end]
                return FetchedRecords(replace(wanted, last=end), whole, generation, as_of)
        return FetchedRecords(wanted, rows, generation, as_of)

    def take_in(self, wanted: Slice, fetched: FetchedRecords[R]) -> None:
        """Write what was fetched of a slice and let a job bring the rest, in the transaction.

        Raises:
            SliceMovedError: it has to be fetched again.
        """
        following = self._replace(wanted, fetched)
        if following is not None:
            rest = self._rest(source_id=wanted.source_id, first=following, last=wanted.last)
            request_job(rest, key=f"{rest.source_id} {rest.first} {rest.last}")

    def take_in_part(self, wanted: Slice) -> date | None:
        """Fetch and write the first days of a slice; returns the next day, None where all is done.

        Raises:
            SliceMovedError: it has to be fetched again.
        """
        fetched = self.fetch(wanted)
        with atomic("analytics"):
            return self._replace(wanted, fetched)

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

    def _replace(self, wanted: Slice, fetched: FetchedRecords[R]) -> date | None:
        """Replace a slice's rows by what was fetched; returns the next day, None at the end.

        Whoever fetched before somebody else wrote is refused: the last to write has fetched last.
        """
        written = fetched.slice
        is_last = written.last == wanted.last
        self._claim(fetched, is_last=is_last)
        days = (written.first, written.last)
        self._rows_of(written.source_id).filter(date__range=days).delete()
        owned = (current_organization_id(), written.source_id)
        columns = ("id", "organization_id", "source_id", *self._row._fields)
        rows = [(uuid7(), *owned, *row) for row in fetched.rows]
        self._model.objects.insert_values(columns, rows)
        return None if is_last else date.fromordinal(written.last.toordinal() + 1)

    def _claim(self, fetched: FetchedRecords[R], *, is_last: bool) -> None:
        """Raise the generation of a source from the one that was there before the fetch."""
        source_id = fetched.slice.source_id
        if not fetched.generation:
            row = self._sources(organization_id=current_organization_id(), source_id=source_id)
            self._sources.objects.bulk_create([row], ignore_conflicts=True)
        own = self._sources.objects.filter(source_id=source_id, generation=fetched.generation)
        as_of = {"as_of": fetched.as_of} if is_last else {}
        if not own.update(generation=F("generation") + 1, **as_of):
            raise SliceMovedError(f"source {source_id} was written meanwhile")

    def _iter_kept(self, source_id: UUID) -> Iterator[R]:
        rows = self._rows_of(source_id).order_by("date").values_list(*self._row._fields)
        return map(self._row._make, rows.iterator(chunk_size=SLICE_ROWS))

    def _rows_of(self, source_id: UUID) -> QuerySet[Any]:
        rows: QuerySet[Any] = self._model.objects.filter(source_id=source_id)
        return rows


def _by_day(rows: Iterator[R]) -> Iterator[tuple[date, list[R]]]:
    for day, own in groupby(rows, key=lambda row: row.date):
        yield day, list(own)
