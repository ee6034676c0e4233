"""The tables of orders, and of the sources that they come from."""

from __future__ import annotations

from django.db import models

from omnify.tenancy import TenantModel


class OrderedSource(TenantModel):
    """A connection of integrations, as far as the store knows its orders.

    Its row outlives the connection, so that what was fetched before the end is known to be old.
    """

    source_id = models.UUIDField(editable=False)
    generation = models.PositiveBigIntegerField(
        default=0, help_text="How often its orders changed here: who fetched before that is late."
    )
    as_of = models.DateTimeField(
        null=True,
        help_text="The last change of its orders that is here; null while they are not here whole.",
    )
    description = models.JSONField(
        null=True, help_text="As integrations described it last; null once it is removed."
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "source_id"), name="ordered_source_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.source_id)


class StoredOrder(TenantModel):
    """An order of integrations, or a refund that has a row of its own; amounts in millionths.

    Nothing of it leads to a person: the customer is the hash that integrations gives.
    """

    organization_id = models.UUIDField(editable=False)
    source_id = models.UUIDField(editable=False)
    date = models.DateField()
    customer = models.CharField(max_length=64, blank=True, help_text="Empty where it is unknown.")
    currency = models.CharField(max_length=3)
    revenue_micros = models.BigIntegerField(null=True)
    refund_micros = models.BigIntegerField(null=True, help_text="What was paid back, no sign.")
    refund_date = models.DateField(null=True)
    is_new_customer = models.BooleanField(null=True, help_text="Where the source says so.")
    is_refund = models.BooleanField(help_text="Whether it is a refund alone.")

    class Meta:
        ordering = ("date", "id")
        indexes = (
            models.Index(
                fields=("organization_id", "source_id", "date"), name="stored_order_by_day"
            ),
            # Whom an order is of, when, and whether it is one, are read from the index alone.
            models.Index(
                fields=("organization_id", "source_id", "customer", "date", "is_refund"),
                name="stored_order_by_customer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.customer} {self.date}"
