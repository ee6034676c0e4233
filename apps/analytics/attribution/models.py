"""The tables of touchpoints, and of the sources that they come from."""

from __future__ import annotations

from typing import Final

from django.db import models

from omnify.tenancy import TenantModel

#: Between the channels of a path.
STEP: Final = "\x1f"


class TouchedSource(TenantModel):
    """A connection of integrations, as far as the store knows its touchpoints.

    Its row outlives the connection, so that what was fetched before the end is known to be old.
    """

    source_id = models.UUIDField(editable=False)
    generation = models.PositiveBigIntegerField(
        default=0,
        help_text="How often its touchpoints changed here: who fetched before that is late.",
    )
    as_of = models.DateTimeField(
        null=True,
        help_text="The last change of its touchpoints that is here; null while they are not"
        " here whole.",
    )
    description = models.JSONField(
        null=True, help_text="As integrations described it last; null once it is removed."
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "source_id"), name="touched_source_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.source_id)


class StoredTouchpoint(TenantModel):
    """A customer's touches of a channel at a moment, or a whole path; numbers in millionths.

    Nothing of it leads to a person: the customer is the hash that integrations gives.
    """

    organization_id = models.UUIDField(editable=False)
    source_id = models.UUIDField(editable=False)
    date = models.DateField()
    at = models.DateTimeField(null=True, help_text="The moment, where it is known.")
    customer = models.CharField(max_length=64, blank=True, help_text="Empty for a whole path.")
    path = models.TextField(help_text="Its channels in order, with separators between them.")
    currency = models.CharField(max_length=3, blank=True)
    conversions_micros = models.BigIntegerField(null=True)
    value_micros = models.BigIntegerField(null=True)
    nulls_micros = models.BigIntegerField(null=True, help_text="Paths without a conversion.")
    rows = models.PositiveIntegerField(help_text="How many alike ones it stands for.")

    class Meta:
        ordering = ("date", "id")
        indexes = (
            models.Index(
                fields=("organization_id", "source_id", "date"), name="stored_touch_by_day"
            ),
            models.Index(
                fields=("organization_id", "customer", "date"), name="stored_touch_by_customer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.path.replace(STEP, ' > ')} {self.date}"
