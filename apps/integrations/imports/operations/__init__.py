"""What imports change."""

from apps.integrations.imports.operations.importing import import_csv
from apps.integrations.imports.operations.previewing import look_at, preview_csv
from apps.integrations.imports.operations.undoing import undo_import

__all__ = ["import_csv", "look_at", "preview_csv", "undo_import"]
