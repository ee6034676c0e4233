"""Rows of touchpoints, as plain values."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from apps.analytics.attribution.models import STEP
from apps.integrations.contract import Touchpoint

#: A day, for rows that have a field of that name.
Day = date


class TouchpointRow(NamedTuple):
    """A touchpoint as it is kept here."""

    date: Day
    at: datetime | None
    customer: str
    path: str
    currency: str
    conversions_micros: int | None
    value_micros: int | None
    nulls_micros: int | None
    rows: int


def to_row(touchpoint: Touchpoint) -> TouchpointRow:
    """Return a touchpoint of integrations as it is kept here."""
    kept = {name: getattr(touchpoint, name) for name in TouchpointRow._fields}
    return TouchpointRow(**kept | {"path": STEP.join(touchpoint.path)})
