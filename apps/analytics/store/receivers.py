"""Handle the events of integrations."""

from __future__ import annotations

from apps.analytics.store.operations import take_in
from apps.analytics.store.queries.slices import Fetched, Slice, fetch_slice
from apps.integrations.contract import MetricsChanged
from omnify.events import on


def fetch_changed(event: MetricsChanged) -> Fetched:
    """Ask integrations for what a connection has now of the days that changed."""
    return fetch_slice(_slice_of(event))


@on(MetricsChanged, fetch=fetch_changed)
def take_in_changed(event: MetricsChanged, fetched: Fetched) -> None:
    """Replace the days that changed."""
    take_in(_slice_of(event), fetched)


def _slice_of(event: MetricsChanged) -> Slice:
    return Slice(event.connection_id, event.first_date, event.last_date)
