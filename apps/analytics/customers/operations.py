"""Taking in the orders that connections bring: slices are replaced, never added to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import F
from uuid_utils.compat import uuid7

from apps.analytics.customers.models import OrderedSource, StoredOrder
from apps.analytics.customers.queries.slices import FetchedOrders, fetch_orders
from apps.analytics.customers.rows import OrderRow
from apps.analytics.store.operations import SliceMovedError
from apps.analytics.store.queries.slices import Slice
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

_COLUMNS: Final = ("id", "organization_id", "source_id", *OrderRow._fields)


class TakeInOrders(JobInput):
    """Take in the orders of days, both included, that are too many for an event's handler."""

    kind = "analytics.take_in_orders"

    source_id: UUID
    first: date
    last: date


def take_in_orders(wanted: Slice, fetched: FetchedOrders) -> None:
    """Write what was fetched of a slice and let a job bring the rest, in the caller's transaction.

    Raises:
        SliceMovedError: it has to be fetched again.
    """
    _replace_orders(fetched, is_last=fetched.slice.last == wanted.last)
    if fetched.slice.last < wanted.last:
        first = _day_after(fetched.slice)
        rest = TakeInOrders(source_id=wanted.source_id, first=first, last=wanted.last)
        request_job(rest, key=f"{rest.source_id} {rest.first} {rest.last}")


def take_in_orders_part(wanted: Slice) -> date | None:
    """Fetch and write the first days of a slice; returns the next day, None where all is done.

    Raises:
        SliceMovedError: it has to be fetched again.
    """
    fetched = fetch_orders(wanted)
    is_last = fetched.slice.last == wanted.last
    with atomic("analytics"):
        _replace_orders(fetched, is_last=is_last)
    return None if is_last else _day_after(fetched.slice)


def forget_customers(customers: Collection[str]) -> None:
    """Let the orders of some customers be nobody's, in the caller's transaction.

    What was fetched before and is not written yet may still name them, so it is refused.
    """
    OrderedSource.objects.update(generation=F("generation") + 1)
    StoredOrder.objects.filter(customer__in=customers).update(customer="")


def _replace_orders(fetched: FetchedOrders, *, is_last: bool) -> None:
    """Replace a slice's orders by what was fetched; raises ``SliceMovedError``.

    Whoever fetched before somebody else wrote is refused: so the last to write has fetched last.
    """
    _claim(fetched, is_last=is_last)
    source_id, days = fetched.slice.source_id, (fetched.slice.first, fetched.slice.last)
    StoredOrder.objects.filter(source_id=source_id, date__range=days).delete()
    owner = current_organization_id()
    rows = [(uuid7(), owner, source_id, *order) for order in fetched.orders]
    StoredOrder.objects.insert_values(_COLUMNS, rows)


def _claim(fetched: FetchedOrders, *, is_last: bool) -> None:
    """Raise the generation of a source from the one that was there before the fetch."""
    source_id = fetched.slice.source_id
    if not fetched.generation:
        row = OrderedSource(organization_id=current_organization_id(), source_id=source_id)
        OrderedSource.objects.bulk_create([row], ignore_conflicts=True)
    own = OrderedSource.objects.filter(source_id=source_id, generation=fetched.generation)
    as_of = {"as_of": fetched.as_of} if is_last else {}
    if not own.update(generation=F("generation") + 1, **as_of):
        raise SliceMovedError(f"source {source_id} was written meanwhile")


def _day_after(written: Slice) -> date:
    return date.fromordinal(written.last.toordinal() + 1)
