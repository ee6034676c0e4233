"""Show tenant data in the admin: of all organizations, and read only."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest


class ReadOnlyAdmin:
    """Mix in before ``ModelAdmin``, for rows that only their service writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse to add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to change rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to delete rows."""
        return False


class TenantAdmin(ReadOnlyAdmin):
    """Shows tenant data of all organizations, read only."""

    model: type[Model]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all organizations' rows."""
        rows: QuerySet[Any] = self.model.unscoped.all()  # type: ignore[attr-defined]
        return rows
