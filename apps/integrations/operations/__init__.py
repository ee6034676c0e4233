"""What integrations changes."""

from apps.integrations.operations.connections import remove_connection
from apps.integrations.operations.imports import ImportAccepted, ImportResult, import_csv

__all__ = ["ImportAccepted", "ImportResult", "import_csv", "remove_connection"]
