"""Dated marketing numbers from CSV files: mapping columns, reading rows, making metrics."""

from apps.integrations.imports.mapping import CsvMapping, parse_mapping
from apps.integrations.imports.metrics import MEASURES, complete_levels, count_metrics, iter_metrics
from apps.integrations.imports.reading import MAX_FILE_BYTES, ParsedCsv, read_columns, read_csv
from apps.integrations.imports.suggestions import USES, ColumnUse, mapping_text, suggest_uses

__all__ = [
    "MAX_FILE_BYTES",
    "MEASURES",
    "USES",
    "ColumnUse",
    "CsvMapping",
    "ParsedCsv",
    "complete_levels",
    "count_metrics",
    "iter_metrics",
    "mapping_text",
    "parse_mapping",
    "read_columns",
    "read_csv",
    "suggest_uses",
]
