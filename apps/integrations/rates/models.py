"""The tables of exchange rates."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from omnify.tenancy import TenantModel

#: As many characters as a rate has at most: digits before and after the point, and the point.
MAX_RATE_LENGTH: Final = 40
MAX_SOURCE: Final = 200
#: Nothing that is imported is older.
EARLIEST_DAY: Final = date(1970, 1, 1)


class Quoted(models.Model):
    """What was one of a currency worth in another on a day: 1 ``base`` = ``rate`` ``currency``."""

    date = models.DateField()
    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    # SQLite keeps decimals as binary fractions of 15 digits.
    rate = models.CharField(max_length=MAX_RATE_LENGTH, help_text="An exact decimal.")
    source = models.CharField(max_length=MAX_SOURCE, help_text="Who says so.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.date}: 1 {self.base} = {self.rate} {self.currency}"


class ExchangeRate(TenantModel, Quoted):
    """A rate of an organization's own, which wins over a shared one of its day and pair.

    Of its own the newest counts, where several files say something, or somebody typed it.
    """

    #: A file's rates count while its import does; null of those that were typed.
    csv_import = models.ForeignKey(
        "omnify_integrations.CsvImport",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "currency", "date", "base"),
                condition=Q(csv_import__isnull=True),
                name="typed_rate_once",
            ),
            models.UniqueConstraint(
                fields=("csv_import", "currency", "date", "base"), name="rate_of_file_once"
            ),
        )
        indexes = (
            models.Index(fields=("organization_id", "currency", "date"), name="rate_by_currency"),
        )


class SharedRate(Quoted):
    """A rate for all organizations; what an operator loads is nobody's secret."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("currency", "date", "base"), name="shared_rate_once"),
        )
