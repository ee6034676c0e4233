"""Exchange rates, as the API has them."""

from __future__ import annotations

import datetime as dt
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.api.fields import CurrencyCode
from omnify.services.messages import AwareDatetime, Message

#: Digits of a rate in all, and behind the point.
MOST_DIGITS = 18


class RateInput(Message):
    """What one of a currency was worth in another on a day: 1 ``base`` = ``rate`` ``currency``."""

    date: Annotated[date, Meta(examples=["2026-11-27"])]
    base: CurrencyCode
    currency: Annotated[CurrencyCode, Meta(examples=["USD"])]
    rate: Annotated[
        Decimal,
        Meta(
            description=f"More than 0, with at most {MOST_DIGITS} digits in all and behind the"
            " point; kept as it is.",
            examples=["1.0853"],
            extra_json_schema={
                "type": ["string", "number"],
                "pattern": r"^[0-9]{1,12}(\.[0-9]{1,17})?$",
            },
        ),
    ]


class Rate(RateInput, kw_only=True, rename={"csv_import_id": "import_id"}):
    """A dated exchange rate; ``import_id`` names the import of the file that brought it."""

    id: UUID
    source: Annotated[str, Meta(description="Who says so.", examples=["typed"])]
    csv_import_id: UUID | None = None
    created_by: UUID | None = None
    created_at: AwareDatetime | None = None


class RatesFilter(Message, rename={"from_date": "from", "to_date": "to"}):
    """Which rates a list has."""

    base: CurrencyCode | None = None
    currency: CurrencyCode | None = None
    from_date: Annotated[dt.date | None, Meta(description="First day.")] = None
    to_date: Annotated[dt.date | None, Meta(description="Last day.")] = None
    shared: Annotated[
        bool, Meta(description="Those that all organizations share, instead of your own.")
    ] = False
