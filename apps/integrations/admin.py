"""The operators' pages of all concepts, where Django looks for them."""

from apps.integrations.connections.admin import ConnectionAdmin
from apps.integrations.imports.admin import CsvImportAdmin
from apps.integrations.metrics.admin import DailyMetricAdmin

__all__ = ["ConnectionAdmin", "CsvImportAdmin", "DailyMetricAdmin"]
