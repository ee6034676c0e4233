"""The admin's view of tenant data: all organizations', and read only."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest


class TenantAdmin:
    """Mix in before ``ModelAdmin``: operators see every organization's rows.

    Customers' data is changed by their own actions, never by hand.
    """

    model: type[Model]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All organizations' rows."""
        rows: QuerySet[Any] = self.model.unscoped.all()  # type: ignore[attr-defined]
        return rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds tenant data by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes it by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes it by hand."""
        return False
