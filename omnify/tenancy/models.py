"""The base of every table that holds an organization's data, and its guarded manager."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models
from uuid_utils.compat import uuid7

from omnify.context import current, current_organization_id
from omnify.db.rows import Values, insert_rows, rewrite_rows
from omnify.exceptions import OmnifyError, PermissionDeniedError

M = TypeVar("M", bound=models.Model)


class ForeignOrganizationError(PermissionDeniedError):
    """A row was about to be written for another organization than the caller's."""

    code = "foreign_organization"
    message = "This would write data of another organization."


class TenantQuerySet(models.QuerySet[M]):
    """Queries over tenant data; a service's own filters derive from it."""

    def get_or_refuse(self, refusal: OmnifyError, **lookup: Any) -> M:
        """Return the one row that the lookup finds, or raise the refusal."""
        row = self.filter(**lookup).first()
        if row is None:
            raise refusal
        return row

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Create rows as Django does, for the current organization only."""
        rows = list(objs)
        for row in rows:
            refuse_foreign(row.organization_id)
        return super().bulk_create(rows, *args, **kwargs)

    def insert_values(self, names: Sequence[str], rows: Sequence[Values]) -> None:
        """Insert rows, for the current organization only, in a fraction of the time of models.

        Args:
            names: of the columns, as ``omnify.db.rows.insert_rows`` has them.
            rows: a value for each of the names.
        """
        _refuse_foreign_rows(names, rows)
        if rows:
            insert_rows(self.model, names, rows)

    def rewrite_values(
        self, names: Sequence[str], rows: Sequence[Values], *, changed: Sequence[str]
    ) -> None:
        """Write rows again, of the current organization only, as ``rewrite_rows`` does."""
        _refuse_foreign_rows(names, rows)
        if rows:
            rewrite_rows(self.model, names, rows, changed=changed)


class TenantManager(models.Manager[M]):
    """Starts every query at the rows of the organization in the context."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the organization's rows.

        Raises:
            OrganizationRequiredError: the context names no organization.
        """
        return super().get_queryset().filter(organization_id=current_organization_id())


class UnscopedManager(models.Manager[M]):
    """Sees all organizations' rows: for operators, migrations and the fleet's own upkeep."""


class TenantModel(models.Model):
    """A row of one organization.

    ``objects`` refuses to run without an organization in the context. ``unscoped`` sees all
    rows and is for code that acts for the platform, never for a customer's request.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(editable=False, db_index=True)

    objects = TenantManager.from_queryset(TenantQuerySet)()
    unscoped = UnscopedManager.from_queryset(TenantQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as Django does; a new row takes the organization of the context."""
        if self.organization_id is None:
            self.organization_id = current_organization_id()
        refuse_foreign(self.organization_id)
        super().save(*args, **kwargs)


def _refuse_foreign_rows(names: Sequence[str], rows: Sequence[Values]) -> None:
    owner = names.index("organization_id")
    for organization_id in {row[owner] for row in rows}:
        refuse_foreign(organization_id)


def refuse_foreign(organization_id: object) -> None:
    """Refuse to write for another organization than the context's.

    Raises:
        ForeignOrganizationError: the organizations differ.
    """
    present = current().organization_id
    if present is not None and present != organization_id:
        raise ForeignOrganizationError
