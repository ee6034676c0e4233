"""Taking in what connections bring: slices are replaced, never added to."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet
from uuid_utils.compat import uuid7

from apps.analytics.contract import FactsChanged
from apps.analytics.store.models import DayRollup, StoredFact, StoredNumbers, StoredSource
from apps.analytics.store.queries.slices import (
    FACT_COLUMNS,
    ROLLUP_COLUMNS,
    Fetched,
    Slice,
    fetch_slice,
)
from apps.analytics.store.rows import measures_of, roll_up
from omnify.context import current_organization_id
from omnify.db import alias_of, atomic
from omnify.db.bulk import insert_rows
from omnify.events import publish
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

#: What rows of the store have besides their own values.
_OWNED: Final = ("id", "organization_id", "source_id")


class SliceMovedError(RuntimeError):
    """The source's rows were replaced while a slice of it was fetched, which may thus be old."""


class TakeIn(JobInput):
    """Take in days of a source, both included, that are too many rows for an event's handler."""

    kind = "analytics.take_in"

    source_id: UUID
    first: date
    last: date


def take_in(wanted: Slice, fetched: Fetched) -> None:
    """Write what was fetched of a slice and let a job bring the rest, in the caller's transaction.

    Raises:
        SliceMovedError: it has to be fetched again.
    """
    replace_slice(fetched, is_last=fetched.slice.last == wanted.last)
    if fetched.slice.last < wanted.last:
        first = _day_after(fetched.slice)
        rest = TakeIn(source_id=wanted.source_id, first=first, last=wanted.last)
        request_job(rest, key=f"{rest.source_id} {rest.first} {rest.last}")


def take_in_part(wanted: Slice) -> date | None:
    """Fetch and write the first days of a slice; returns the next day, None where all is done.

    Raises:
        SliceMovedError: it has to be fetched again.
    """
    fetched = fetch_slice(wanted)
    is_last = fetched.slice.last == wanted.last
    with atomic("analytics"):
        replace_slice(fetched, is_last=is_last)
    return None if is_last else _day_after(fetched.slice)


def replace_slice(fetched: Fetched, *, is_last: bool) -> None:
    """Replace a slice's facts and sums by what was fetched, and tell which measures changed.

    Whoever fetched before somebody else wrote is refused: so the last to write has fetched last,
    and repeated, late and reordered events come to what integrations has. With the last slice of a
    change the source is as of that change.

    Raises:
        SliceMovedError: somebody else wrote meanwhile.
    """
    _claim(fetched, is_last=is_last)
    source_id = fetched.slice.source_id
    former = _rows_of(DayRollup, fetched.slice)
    known = {*former.order_by().values_list("known", flat=True).distinct()}
    former.delete()
    _rows_of(StoredFact, fetched.slice).delete()
    sums = roll_up(fetched.facts)
    alias, owner = alias_of("analytics"), current_organization_id()
    for model, columns, rows in (
        (StoredFact, FACT_COLUMNS, fetched.facts),
        (DayRollup, ROLLUP_COLUMNS, sums),
    ):
        whole = ((uuid7(), owner, source_id, *row[:-1], *row.micros) for row in rows)
        insert_rows(model, (*_OWNED, *columns), whole, alias=alias)
    known |= {row.known for row in sums}
    if known:
        publish(
            FactsChanged(
                organization_id=owner,
                measures=measures_of(known),
                first_date=fetched.slice.first,
                last_date=fetched.slice.last,
            )
        )


def _claim(fetched: Fetched, *, is_last: bool) -> None:
    """Raise the generation of a source from the one that was there before the fetch."""
    source_id = fetched.slice.source_id
    if not fetched.generation:
        row = StoredSource(organization_id=current_organization_id(), source_id=source_id)
        StoredSource.objects.bulk_create([row], ignore_conflicts=True)
    own = StoredSource.objects.filter(source_id=source_id, generation=fetched.generation)
    as_of = {"as_of": fetched.as_of} if is_last else {}
    if not own.update(generation=F("generation") + 1, **as_of):
        raise SliceMovedError(f"source {source_id} was written meanwhile")


def _rows_of(model: type[StoredNumbers], wanted: Slice) -> QuerySet[Any]:
    days = (wanted.first, wanted.last)
    return model.objects.filter(source_id=wanted.source_id, date__range=days)


def _day_after(written: Slice) -> date:
    return date.fromordinal(written.last.toordinal() + 1)
