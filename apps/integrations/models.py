"""The tables of all concepts, where Django looks for them."""

from apps.integrations.connections.models import Connection
from apps.integrations.imports.models import CsvImport, StagedChunk, StagedFile, StagedMetric
from apps.integrations.metrics.models import Channel, DailyMetric

__all__ = [
    "Channel",
    "Connection",
    "CsvImport",
    "DailyMetric",
    "StagedChunk",
    "StagedFile",
    "StagedMetric",
]
