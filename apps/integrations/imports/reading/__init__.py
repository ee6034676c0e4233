"""Reads people's files: finds the table, its dialect and its columns, and asks where it must.

``parse_mapping`` reads what people say of a file, ``preview`` proposes it. ``prepare`` looks at all
cells once and decides how they are written; a plan with ``questions`` is not to be imported.
``FileReader(plan)`` then yields metrics, orders, touchpoints or rates in bounded memory, and
``check`` says what they came to.
"""

from apps.integrations.imports.reading.groups import levels_of
from apps.integrations.imports.reading.mapping import (
    AnyMapping,
    MetricsMapping,
    OrdersMapping,
    RatesMapping,
    TouchpointsMapping,
)
from apps.integrations.imports.reading.parsing import make_mapping, parse_mapping
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.preparing import prepare, refuse_misfit
from apps.integrations.imports.reading.previews import (
    Preview,
    currency_of,
    mapping_of,
    preview,
)
from apps.integrations.imports.reading.proposals import ColumnUse, Proposal, propose
from apps.integrations.imports.reading.reader import FileReader, check
from apps.integrations.imports.reading.refusals import RowError
from apps.integrations.imports.reading.results import (
    Answer,
    Check,
    Days,
    LeftOut,
    MeasureSum,
    MetricValues,
    OrderValues,
    Question,
    RateValues,
    Remark,
    TouchpointValues,
)
from apps.integrations.imports.reading.tables.opening import open_table
from apps.integrations.imports.reading.tables.workbook import list_sheets, unpacked_bytes

__all__ = [
    "Answer",
    "AnyMapping",
    "Check",
    "ColumnUse",
    "Days",
    "FileReader",
    "LeftOut",
    "MeasureSum",
    "MetricValues",
    "MetricsMapping",
    "OrderValues",
    "OrdersMapping",
    "Plan",
    "Preview",
    "Proposal",
    "Question",
    "RateValues",
    "RatesMapping",
    "Remark",
    "RowError",
    "TouchpointValues",
    "TouchpointsMapping",
    "check",
    "currency_of",
    "levels_of",
    "list_sheets",
    "make_mapping",
    "mapping_of",
    "open_table",
    "parse_mapping",
    "prepare",
    "preview",
    "propose",
    "refuse_misfit",
    "unpacked_bytes",
]
