"""The numbers of a metric before they are a row, and the columns that they then have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from apps.integrations.contract import MEASURES

#: The column of each measure.
COLUMNS: Final = {measure.name: f"{measure.name}_micros" for measure in MEASURES}


class MetricValues(msgspec.Struct, frozen=True):
    """One entity's numbers of a day, or of the span up to ``last_day``.

    A measure that is None is unknown; of absent ones nothing is said. Names are empty where the
    level has none.
    """

    level: str
    entity_key: str
    channel: str
    day: date
    last_day: date
    micros: Mapping[str, int | None]
    account: str = ""
    campaign: str = ""
    ad: str = ""
