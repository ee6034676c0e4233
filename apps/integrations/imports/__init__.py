"""Dated marketing numbers from CSV files: mapping columns, reading rows, making metrics."""

from apps.integrations.imports.mapping import CsvMapping, parse_mapping
from apps.integrations.imports.metrics import MEASURES, complete_levels, iter_metrics
from apps.integrations.imports.reading import ParsedCsv, read_csv

__all__ = [
    "MEASURES",
    "CsvMapping",
    "ParsedCsv",
    "complete_levels",
    "iter_metrics",
    "parse_mapping",
    "read_csv",
]
