"""Show tenant data in the admin: of all organizations, by their names, and read only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

Namer = Callable[[Iterable[UUID]], dict[UUID, str]]
#: By the field of an id: what finds the names. The service that has them, and so serves the admin,
#: registers itself.
_namers: dict[str, Namer] = {}
#: Fields of ids to the columns that show names in their place.
_NAMED: Final = {
    "organization_id": "organization_name",
    "user_id": "user_name",
    "created_by": "creator_name",
}


def name_rows(field: str, namer: Namer) -> None:
    """Let the admin show names in place of a field's ids."""
    _namers[field] = namer


class NamedRows:
    """Mix in before ``ModelAdmin``, to show people and organizations of other tables by name."""

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns, with names where there are ids."""
        columns: Sequence[Any] = super().get_list_display(request)  # type: ignore[misc]
        return [_NAMED.get(column, column) for column in columns]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list, with the names of its page read at once for each kind of id."""
        shown = super().get_changelist_instance(request)  # type: ignore[misc]
        for field in _NAMED:
            rows: list[Any] = [row for row in shown.result_list if getattr(row, field, None)]
            names = _namers[field]({getattr(row, field) for row in rows}) if rows else {}
            for row in rows:
                vars(row)[_NAMED[field]] = names.get(getattr(row, field))
        return shown

    @admin.display(description="Organization", ordering="organization_id")
    def organization_name(self, row: Any) -> str:
        """Return the name of a row's organization, or its id where it is gone."""
        return _name_or_id(row, "organization_id")

    @admin.display(description="User", ordering="user_id")
    def user_name(self, row: Any) -> str:
        """Return the name of a row's user."""
        return _name_or_id(row, "user_id")

    @admin.display(description="Made by", ordering="created_by")
    def creator_name(self, row: Any) -> str:
        """Return the name of who made a row."""
        return _name_or_id(row, "created_by")


def _name_or_id(row: Any, field: str) -> str:
    return vars(row).get(_NAMED[field]) or str(getattr(row, field) or "-")


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


class TenantAdmin(NamedRows, ReadOnlyAdmin):
    """Shows tenant data of all organizations, read only."""

    model: type[Model]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all organizations' rows."""
        rows: QuerySet[Any] = self.model.unscoped.all()  # type: ignore[attr-defined]
        return rows
