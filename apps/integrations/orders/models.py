"""The table of orders."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import VersionedRow, version_indexes

MAX_KEY: Final = 64
MAX_NUMBER: Final = 200
MAX_STATUS: Final = 255


class Order(VersionedRow):
    """An order, or a refund that has a day of its own; amounts in millionths.

    What identifies it is its number; where files have none, what it holds and how many of a day
    are alike.
    """

    key = models.CharField(max_length=MAX_KEY, help_text="What identifies it: a number, or a hash.")
    ordinal = models.PositiveIntegerField(default=0, help_text="Which of the alike ones of a day.")
    number = models.CharField(max_length=MAX_NUMBER, blank=True, help_text="Empty without one.")
    at = models.DateTimeField(null=True, help_text="The moment, where it is known.")
    customer = models.CharField(max_length=32, blank=True, help_text="A keyed hash.")
    channel = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3)
    revenue_micros = models.BigIntegerField(null=True)
    gross_micros = models.BigIntegerField(
        null=True, help_text="Before discounts; null where it is not known."
    )
    presentment_currency = models.CharField(
        max_length=3, blank=True, default="", db_default="", help_text="As the customer saw it."
    )
    presentment_micros = models.BigIntegerField(
        null=True, help_text="The revenue, or a refund, in that currency."
    )
    quantity_micros = models.BigIntegerField(null=True)
    discount_micros = models.BigIntegerField(null=True)
    refund_micros = models.BigIntegerField(null=True, help_text="What was paid back, no sign.")
    refund_date = models.DateField(null=True)
    status = models.CharField(max_length=MAX_STATUS, blank=True)
    is_new_customer = models.BooleanField(null=True)
    is_refund = models.BooleanField(default=False, help_text="Whether it is a refund alone.")
    is_test = models.BooleanField(
        default=False, db_default=False, help_text="Shown to operators, and counted nowhere."
    )
    platform_account = models.ForeignKey(
        PlatformAccount,
        on_delete=models.CASCADE,
        null=True,
        related_name="orders",
        db_index=False,
        help_text="Null for what files bring.",
    )

    class Meta:
        ordering = ("date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "key", "ordinal", "date"),
                condition=Q(until__isnull=True),
                name="order_once",
            ),
        )
        indexes = (
            models.Index(fields=("organization_id", "date", "id"), name="order_by_day"),
            models.Index(
                fields=("platform_account", "date"),
                condition=Q(platform_account__isnull=False),
                name="order_by_account",
            ),
            *version_indexes("order"),
        )

    def __str__(self) -> str:
        return self.number or str(self.id)
