"""The numbers of a metric before they are a row, and the columns that they then have."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import msgspec

from apps.integrations.contract import MEASURES

#: The column of each measure.
COLUMNS: Final = {measure.name: f"{measure.name}_micros" for measure in MEASURES}


class Entity(NamedTuple):
    """What numbers describe; names are empty where the level has none."""

    level: str
    key: str
    channel: str
    account: str = ""
    campaign: str = ""
    ad: str = ""


class MetricValues(msgspec.Struct, frozen=True, gc=False):
    """One entity's numbers of the days from the first to the last, in millionths.

    A value of None is unknown; of measures that are not named nothing is said.
    """

    entity: Entity
    days: tuple[date, date]
    measures: tuple[str, ...]
    values: tuple[int | None, ...]
