"""What imports change."""

from apps.integrations.imports.operations.importing import import_csv
from apps.integrations.imports.operations.undoing import undo_import

__all__ = ["import_csv", "undo_import"]
