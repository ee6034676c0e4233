"""The tables of the store: sources, facts, and sums of facts by day."""

from __future__ import annotations

from typing import Final

from django.db import models

from apps.analytics.metrics.measures import ADDITIVES
from omnify.tenancy import TenantModel

#: The column of each measure that is stored.
COLUMNS: Final = {name: f"{name}_micros" for name in ADDITIVES}
#: Numbers of more than one day.
SPANS: Final = models.Q(last_date__gt=models.F("date"))


class StoredSource(TenantModel):
    """A connection of integrations, as far as the store knows it.

    Its row outlives the connection, so that what was fetched before the end is known to be old.
    """

    source_id = models.UUIDField(editable=False)
    generation = models.PositiveBigIntegerField(
        default=0, help_text="How often its rows were replaced: who fetched before that is late."
    )
    as_of = models.DateTimeField(
        null=True,
        help_text="The last change of the connection that is in the store; null while it is not"
        " there whole.",
    )
    description = models.JSONField(
        null=True, help_text="As integrations described it last; null once it is removed."
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "source_id"), name="stored_source_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.source_id)


class StoredNumbers(TenantModel):
    """Numbers of a source, in millionths, of one day or of a span that begins on it."""

    organization_id = models.UUIDField(editable=False)
    source_id = models.UUIDField(editable=False)
    date = models.DateField()
    last_date = models.DateField(help_text="The last day of a span; of a day, the day itself.")
    level = models.CharField(max_length=20)
    channel = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        abstract = True


class StoredFact(StoredNumbers):
    """What a metric of integrations is; null where the source says nothing."""

    entity_key = models.CharField(max_length=128, blank=True)

    class Meta:
        ordering = ("date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    *("organization_id", "source_id", "date"),
                    *("level", "entity_key", "last_date"),
                ),
                name="stored_fact_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.entity_key} {self.date}"


class DayRollup(StoredNumbers):
    """Sums of the facts of a day or span that are alike in all but their entities.

    Facts that know different measures have sums of their own, so that ratios rest on the same facts
    as they would without sums.
    """

    known = models.PositiveBigIntegerField(help_text="Which measures are known, a bit each.")
    part = models.PositiveSmallIntegerField(
        default=0, help_text="Another one where a sum would exceed what a column holds."
    )
    facts = models.PositiveIntegerField(help_text="How many facts it sums.")
    entity_key = models.CharField(max_length=128, blank=True, help_text="Of the first of them.")

    class Meta:
        ordering = ("date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    *("organization_id", "source_id", "date", "last_date"),
                    *("level", "channel", "currency", "known", "part"),
                ),
                name="day_rollup_once",
            ),
        )
        indexes = (
            models.Index(fields=("organization_id", "date"), name="day_rollup_by_day"),
            models.Index(
                fields=("organization_id", "last_date"), condition=SPANS, name="day_rollup_spans"
            ),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.channel} {self.date}"


for _model in (StoredFact, DayRollup):
    for _column in COLUMNS.values():
        _model.add_to_class(_column, models.BigIntegerField(null=True))
