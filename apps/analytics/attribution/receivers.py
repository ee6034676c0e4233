"""Handle what integrations tells of touchpoints and of customers."""

from __future__ import annotations

from apps.analytics.attribution.operations import TOUCHPOINTS
from apps.analytics.attribution.rows import TouchpointRow
from apps.analytics.customers.operations import ORDERS
from apps.analytics.store.queries.slices import Slice
from apps.analytics.store.records import FetchedRecords
from apps.integrations.contract import CustomersErased, TouchpointsChanged
from omnify.events import on


def fetch_changed_touchpoints(event: TouchpointsChanged) -> FetchedRecords[TouchpointRow]:
    """Ask integrations for the touchpoints that a connection has now of the days that changed."""
    return TOUCHPOINTS.fetch(_slice_of(event))


@on(TouchpointsChanged, fetch=fetch_changed_touchpoints)
def take_in_changed_touchpoints(
    event: TouchpointsChanged, fetched: FetchedRecords[TouchpointRow]
) -> None:
    """Replace the touchpoints of the days that changed."""
    TOUCHPOINTS.take_in(_slice_of(event), fetched)


@on(CustomersErased)
def forget_erased_customers(event: CustomersErased) -> None:
    """Let neither touchpoints nor orders lead to the customers any more."""
    for records in (ORDERS, TOUCHPOINTS):
        records.forget_customers(event.customers)


def _slice_of(event: TouchpointsChanged) -> Slice:
    return Slice(event.connection_id, event.first_date, event.last_date)
