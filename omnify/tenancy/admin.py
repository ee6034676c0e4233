"""The admin's view of tenant data: all organizations', and read only."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest


class ReadOnlyAdmin:
    """Mix in before ``ModelAdmin``: rows that only their service writes, never a hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class TenantAdmin(ReadOnlyAdmin):
    """The same for tenant data, of all organizations."""

    model: type[Model]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All organizations' rows."""
        rows: QuerySet[Any] = self.model.unscoped.all()  # type: ignore[attr-defined]
        return rows
