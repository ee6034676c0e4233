"""The tables of all concepts, where Django looks for them."""

from apps.integrations.connections.models import Connection
from apps.integrations.imports.models import (
    Change,
    CsvImport,
    Layer,
    LayerChunk,
    StagedChunk,
    StagedFile,
)
from apps.integrations.metrics.models import Channel, DailyMetric

__all__ = [
    "Change",
    "Channel",
    "Connection",
    "CsvImport",
    "DailyMetric",
    "Layer",
    "LayerChunk",
    "StagedChunk",
    "StagedFile",
]
