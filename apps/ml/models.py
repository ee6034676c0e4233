"""Forecasts that were made, so that they can be answered again and judged later."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class StoredForecast(TenantModel):
    """The latest forecast of a metric for a horizon."""

    metric = models.CharField(max_length=64)
    channel = models.CharField(max_length=64, blank=True)
    grain = models.CharField(max_length=10)
    horizon = models.PositiveIntegerField()
    result = models.BinaryField(help_text="The contract's message, encoded.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "metric", "channel", "grain", "horizon"),
                name="stored_forecast_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} by {self.grain}, {self.horizon} ahead"
