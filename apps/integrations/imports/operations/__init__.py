"""What imports change."""

from apps.integrations.imports.operations.importing import import_csv

__all__ = ["import_csv"]
