"""What the API of imports takes and answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from omnify.api.fields import JobStarted, Upload
from omnify.services.messages import AwareDatetime, Message

_MAPPING = (
    '{"date": "day", "currency": "EUR", "revenue": "sales",'
    ' "channels": [{"name": "tv", "spend": "tv_spend"}]}'
)


class MeasureSum(Message):
    """The sum of a measure; None where rows do not add up to one, and ``channel`` empty for all."""

    channel: str
    measure: str
    sum: Decimal | None


class Removed(Message, kw_only=True, rename={"first_date": "from", "last_date": "to"}):
    """Numbers of one entity that a file takes away: it names their measures, but not the entity.

    ``days`` counts the days between the first and the last one of which there were numbers. Of an
    order the level is ``order``, and ``order`` its number; of a touchpoint it is ``touchpoint``.
    """

    level: str
    channel: str = ""
    account: str = ""
    campaign: str = ""
    ad: str = ""
    order: str = ""
    measures: tuple[str, ...]
    first_date: date
    last_date: date
    days: int


class ImportAccepted(JobStarted):
    """A file that is too large for a request: a job imports it, and reads it if it is not yet."""

    rows: Annotated[int | None, Meta(description="Null until the file is read.")] = None
    metrics: Annotated[int | None, Meta(description="Null until the file is read.")] = None


class ImportResult(Message):
    """What an import brought, as operations return it and jobs keep it."""

    import_id: UUID
    rows: Annotated[int, Meta(examples=[208])]
    metrics: Annotated[int, Meta(examples=[1248])]
    first_date: date
    last_date: date
    currency: Annotated[str, Meta(examples=["EUR"])]
    unchanged: Annotated[bool, Meta(examples=[False])]
    orders: Annotated[int, Meta(examples=[0])] = 0
    touchpoints: Annotated[int, Meta(examples=[0])] = 0
    removed: Annotated[
        tuple[Removed, ...],
        Meta(description="Numbers of entities that the file no longer names; the first 50."),
    ] = ()
    removed_count: Annotated[int, Meta(description="How many entities that are.")] = 0
    rates: Annotated[int, Meta(description="Exchange rates.", examples=[0])] = 0

    @property
    def value_count(self) -> int:
        """Return how many metrics, orders, touchpoints and rates it brought."""
        return self.metrics + self.orders + self.touchpoints + self.rates


class Imported(ImportResult, rename={"first_date": "from", "last_date": "to"}):
    """What an import brought; ``unchanged`` if the source's last file was the same."""

    first_date: date
    last_date: date


class CsvUpload(Message):
    """A file, and how to read it."""

    file: Annotated[Upload, Meta(description="A table of numbers: CSV or XLSX.")]
    mapping: Annotated[
        Annotated[str, Meta(min_length=1, max_length=65_536)] | None,
        Meta(
            description="JSON: which column is what. A preview proposes it where it is left out.",
            examples=[_MAPPING],
        ),
    ] = None


class ImportQuery(Message):
    """How to import a file."""

    preview: Annotated[bool, Meta(description="Look first, write nothing.")] = False


class Import(Message):
    """An import of a file that counts."""

    id: UUID
    connection_id: UUID
    source: Annotated[str, Meta(examples=["csv"])]
    file_name: Annotated[str, Meta(examples=["march.csv"])]
    kind: Annotated[str, Meta(examples=["metrics"])]
    grain: Annotated[
        str, Meta(description="day, week, month or span; empty where unknown.", examples=["day"])
    ]
    currency: Annotated[str, Meta(examples=["EUR"])]
    rows: Annotated[int, Meta(examples=[208])]
    metrics: Annotated[int, Meta(examples=[1248])]
    orders: Annotated[int, Meta(examples=[0])]
    touchpoints: Annotated[int, Meta(examples=[0])]
    first_date: date
    last_date: date
    sums: Annotated[tuple[MeasureSum, ...], Meta(description="What the file comes to.")]
    can_be_undone: Annotated[
        bool, Meta(description="False for imports that were made before undo existed.")
    ]
    created_by: Annotated[UUID | None, Meta(description="Who imported it.")]
    created_by_name: Annotated[str, Meta(examples=["Ada Lovelace"])]
    created_at: AwareDatetime
    rates: Annotated[int, Meta(description="Exchange rates.", examples=[0])] = 0
