"""Finds why a file does not fit what its source has."""

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
from apps.integrations.metrics.models import COLUMNS, DailyMetric
from omnify.exceptions import OmnifyError

_LISTED: Final = 50


def find_misfit(connection: Connection, layers: FileLayers) -> OmnifyError | None:
    """Return why a file does not fit its source: another brand or level, or a span that it cuts.

    This reads what counts, and so belongs outside of transactions.
    """
    misfit = _find_other_brand(connection, layers.plan.mapping.brand_id)
    misfit = misfit or _find_other_level(connection, layers.levels)
    if misfit is not None:
        return misfit
    for builder in layers.builders:
        cut = find_cut(connection, builder) if builder.kind is MetricsKind else []
        if cut:
            errors = [_about_cut(span, layers.plan.table.header) for span in cut[:_LISTED]]
            return CsvInvalidError(errors=errors, error_count=len(cut))
    return None


def _find_other_brand(connection: Connection, brand_id: UUID | None) -> OmnifyError | None:
    if brand_id is None or connection.brand_id in (None, brand_id):
        return None
    message = (
        f"The source '{connection.name}' belongs to another brand; name another source for this"
        " one, since files of one source continue and correct each other."
    )
    return CsvMappingError(errors=[{"field": "brand_id", "message": message}])


def _find_other_level(connection: Connection, levels: dict[str, str]) -> OmnifyError | None:
    for measure, level in levels.items():
        kept = connection.complete_levels.get(measure, level)
        if kept != level:
            message = (
                f"The source '{connection.name}' has {measure} by {kept}, this file by {level};"
                " name another source, and remove the one that it replaces."
            )
            return CsvMappingError(errors=[{"field": "level", "message": message}])
    return None


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
