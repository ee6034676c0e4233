"""What imports change."""

from apps.integrations.imports.operations.importing import import_csv
from apps.integrations.imports.operations.previewing import preview_csv

__all__ = ["import_csv", "preview_csv"]
