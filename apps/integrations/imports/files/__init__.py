"""Dated marketing numbers from CSV files: mapping columns, reading rows, making metrics."""

from apps.integrations.imports.files.mapping import CsvMapping, parse_mapping
from apps.integrations.imports.files.metrics import (
    complete_levels,
    count_metrics,
    grain_of,
    iter_metrics,
    last_day_of,
)
from apps.integrations.imports.files.reading import (
    MAX_FILE_BYTES,
    ParsedCsv,
    ParsedRow,
    read_columns,
    read_csv,
)
from apps.integrations.imports.files.suggestions import USES, ColumnUse, mapping_text, suggest_uses

__all__ = [
    "MAX_FILE_BYTES",
    "USES",
    "ColumnUse",
    "CsvMapping",
    "ParsedCsv",
    "ParsedRow",
    "complete_levels",
    "count_metrics",
    "grain_of",
    "iter_metrics",
    "last_day_of",
    "mapping_text",
    "parse_mapping",
    "read_columns",
    "read_csv",
    "suggest_uses",
]
