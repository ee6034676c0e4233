"""Taking in what connections bring: slices are replaced, never added to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from django.db.models import F, QuerySet
from uuid_utils.compat import uuid7

from apps.analytics.contract import FactsChanged
from apps.analytics.store.models import DayRollup, StoredFact, StoredNumbers, StoredSource
from apps.analytics.store.queries.slices import (
    FACT_COLUMNS,
    ROLLUP_COLUMNS,
    SLICE_ROWS,
    Fetched,
    Slice,
    fetch_slice,
)
from apps.analytics.store.queries.sources import Kept, has_change, has_many, read_stored
from apps.analytics.store.rows import measures_of, roll_up, to_source
from apps.integrations.contract import Connection
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.events import publish
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

#: What was fetched of a slice.
T = TypeVar("T")
#: What rows of the store have besides their own values.
_OWNED: Final = ("id", "organization_id", "source_id")


#: What an answer takes in at most of a connection that has changed.
CATCH_UP_ROWS: Final = 4 * SLICE_ROWS


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
    is_all = fetched.slice.last == wanted.last
    replace_slice(fetched, is_whole=is_all and fetched.was_whole)
    if not is_all:
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
        replace_slice(fetched, is_whole=is_last)
    return None if is_last else _day_after(fetched.slice)


def catch_up(connections: Iterable[Connection]) -> None:
    """Take in connections that have changed since they were, so that an answer has the change."""
    changes = {each.id: each.changed_at for each in connections}
    take_in_changes(changes, read_stored(), StoredFact, fetch=fetch_slice, write=take_in)


def take_in_changes(
    changes: Mapping[UUID, datetime | None],
    stored: Mapping[UUID, Kept],
    model: type[Any],
    *,
    fetch: Callable[[Slice, int], T],
    write: Callable[[Slice, T], None],
) -> None:
    """Take in sources that have changed since they were, so that an answer has the change.

    An event does so a moment later, at the latest: what is more than ``CATCH_UP_ROWS`` is left to
    it, or to a job where the store has nothing of the source.

    Args:
        changes: when each changed last.
        stored: the sources that are here.
        model: the table of their rows.
        fetch: asks for about so many rows of a slice.
        write: replaces a slice's rows by what was fetched, in the transaction.
    """
    for source_id, changed_at in changes.items():
        own = stored.get(source_id)
        # Of what is not there whole a job brings the rest.
        is_under_way = own is not None and own.as_of is None
        if has_change(own, changed_at) or is_under_way:
            continue
        if has_many(model, source_id, CATCH_UP_ROWS):
            continue
        wanted = Slice(source_id, date.min, date.max)
        fetched = fetch(wanted, CATCH_UP_ROWS)
        # Who wrote meanwhile has fetched no earlier.
        with suppress(SliceMovedError), atomic("analytics"):
            write(wanted, fetched)


def replace_slice(fetched: Fetched, *, is_whole: bool) -> None:
    """Replace a slice's facts and sums by what was fetched, and tell which measures changed.

    Whoever fetched before somebody else wrote is refused: so the last to write has fetched last,
    and repeated, late and reordered events come to what integrations has. ``is_whole`` says that
    the source is there whole then, as of its last change.

    Raises:
        SliceMovedError: somebody else wrote meanwhile.
    """
    _claim(fetched, is_whole=is_whole)
    source_id = fetched.slice.source_id
    former = _rows_of(DayRollup, fetched.slice)
    known = {*former.order_by().values_list("known", flat=True).distinct()}
    former.delete()
    _rows_of(StoredFact, fetched.slice).delete()
    sums = roll_up(fetched.facts)
    owner = current_organization_id()
    for model, columns, rows in (
        (StoredFact, FACT_COLUMNS, fetched.facts),
        (DayRollup, ROLLUP_COLUMNS, sums),
    ):
        whole = [(uuid7(), owner, source_id, *row[:-1], *row.micros) for row in rows]
        model.objects.insert_values((*_OWNED, *columns), whole)
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


def _claim(fetched: Fetched, *, is_whole: bool) -> None:
    """Raise the generation of a source from the one that was there before the fetch."""
    source_id = fetched.slice.source_id
    if not fetched.generation:
        row = StoredSource(organization_id=current_organization_id(), source_id=source_id)
        StoredSource.objects.bulk_create([row], ignore_conflicts=True)
    own = StoredSource.objects.filter(source_id=source_id, generation=fetched.generation)
    found = fetched.connection
    if not own.update(
        generation=F("generation") + 1,
        as_of=found.changed_at if found and is_whole else None,
        description=None if found is None else msgspec.to_builtins(to_source(found)),
    ):
        raise SliceMovedError(f"source {source_id} was written meanwhile")


def _rows_of(model: type[StoredNumbers], wanted: Slice) -> QuerySet[Any]:
    days = (wanted.first, wanted.last)
    return model.objects.filter(source_id=wanted.source_id, date__range=days)


def _day_after(written: Slice) -> date:
    return date.fromordinal(written.last.toordinal() + 1)
