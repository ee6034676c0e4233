"""Rows that are only ever appended."""

from __future__ import annotations

from typing import Any

from django.db import models


class AppendOnlyError(RuntimeError):
    """A row of a ledger was about to be changed or deleted."""


class Ledger(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new row, as Django does.

        Raises:
            AppendOnlyError: the row is there already.
        """
        if not self._state.adding:
            raise AppendOnlyError(f"{self._meta.verbose_name} {self.pk} cannot be changed")
        super().save(*args, force_insert=True, using=kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError(f"{self._meta.verbose_name} {self.pk} cannot be deleted")
