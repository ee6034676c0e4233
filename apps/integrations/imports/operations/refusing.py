"""Refuses a file that does not fit what its source has."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import F, Q

from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import CsvInvalidError, CsvMappingError
from apps.integrations.imports.layers import MetricsKind
from apps.integrations.imports.layers.building import LayerBuilder
from apps.integrations.imports.layers.days import Span
from apps.integrations.imports.models import CsvImport, Layer
from apps.integrations.imports.operations.keeping import FileLayers
from apps.integrations.metrics.models import DailyMetric
from apps.integrations.metrics.values import COLUMNS

_LISTED: Final = 50


def refuse_misfit(connection: Connection, layers: FileLayers) -> None:
    """Refuse a file that is of another brand, has totals of another level, or cuts a span.

    Raises:
        CsvMappingError: the source is another brand's, or keeps a measure at another level.
        CsvInvalidError: a week or month of the source would be cut; ``errors`` name its days.
    """
    _refuse_other_brand(connection, layers.plan.mapping.brand_id)
    _refuse_other_levels(connection, layers.levels)
    for builder in layers.builders:
        cut = find_cut(connection, builder) if builder.kind is MetricsKind else []
        if cut:
            errors = [_about_cut(span, layers.plan.table.header) for span in cut[:_LISTED]]
            raise CsvInvalidError(errors=errors, error_count=len(cut))


def _refuse_other_brand(connection: Connection, brand_id: UUID | None) -> None:
    if brand_id is None or connection.brand_id in (None, brand_id):
        return
    message = (
        f"The source '{connection.name}' belongs to another brand; name another source for this"
        " one, since files of one source continue and correct each other."
    )
    raise CsvMappingError(errors=[{"field": "brand_id", "message": message}])


def _refuse_other_levels(connection: Connection, levels: dict[str, str]) -> None:
    for measure, level in levels.items():
        kept = connection.complete_levels.get(measure, level)
        if kept != level:
            message = (
                f"The source '{connection.name}' has {measure} by {kept}, this file by {level};"
                " name another source, and remove the one that it replaces."
            )
            raise CsvMappingError(errors=[{"field": "level", "message": message}])


def find_cut(connection: Connection, builder: LayerBuilder) -> list[Span]:
    """Return the spans that count, of which a layer covers some days but not all."""
    spans = Layer.objects.filter(
        csv_import__connection=connection,
        csv_import__state=CsvImport.State.ACTIVE,
        kind=MetricsKind.name,
        longest_days__gt=1,
    )
    if not spans.exists():
        return []
    ranges = builder.ranges
    known = Q()
    for measure in builder.measures:
        known |= Q(**{f"{COLUMNS[measure]}__isnull": False})
    runs = list(ranges)
    rows = DailyMetric.counted().filter(
        known,
        connection=connection,
        last_date__gt=F("date"),
        last_date__gte=runs[0][0],
        date__lte=runs[-1][1],
    )
    found = set(rows.order_by().values_list("date", "last_date").distinct())
    return sorted(each for each in found if ranges.overlap(*each) and not ranges.cover(*each))


def _about_cut(span: Span, line: int) -> dict[str, object]:
    first, last = span
    message = (
        f"The source has one number for the days from {first} to {last}, and this file has some of"
        " them only; send all of these days, or undo the import that brought them."
    )
    return {"line": line, "column": "", "value": f"{first} to {last}", "message": message}
