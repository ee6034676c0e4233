"""The table of touchpoints."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from apps.integrations.connections.models import VersionedRow, version_indexes

#: Around each channel of a path.
STEP: Final = "\x1f"


class Touchpoint(VersionedRow):
    """A touch of a customer, or a whole path of channels; numbers in millionths."""

    key = models.CharField(max_length=64, help_text="A hash of what identifies it.")
    at = models.DateTimeField(null=True, help_text="The moment, where it is known.")
    customer = models.CharField(max_length=32, blank=True, help_text="A keyed hash.")
    path = models.TextField(help_text="Its channels in order, each between separators.")
    campaign = models.CharField(max_length=255, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    cost_micros = models.BigIntegerField(null=True)
    conversions_micros = models.BigIntegerField(null=True)
    value_micros = models.BigIntegerField(null=True)
    nulls_micros = models.BigIntegerField(null=True, help_text="Paths without a conversion.")
    rows = models.PositiveIntegerField(default=1, help_text="How many alike ones it adds up.")

    class Meta:
        ordering = ("date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "key", "date"),
                condition=Q(until__isnull=True),
                name="touchpoint_once",
            ),
        )
        indexes = (
            models.Index(fields=("organization_id", "date", "id"), name="touchpoint_by_day"),
            *version_indexes("touchpoint"),
        )

    def __str__(self) -> str:
        return " > ".join(self.channels)

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels of the path in order."""
        return tuple(self.path.strip(STEP).split(STEP))
