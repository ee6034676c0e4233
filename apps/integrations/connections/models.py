"""The table of connections."""

from __future__ import annotations

from typing import Any, Final, Self

from django.db import models
from django.db.models import F, Q, Value

from omnify.names import fold
from omnify.tenancy import TenantModel, TenantQuerySet

#: Letters of one name in any case: of some, three stand for one.
KEY_LENGTH: Final = 3 * 64


class Connection(TenantModel):
    """Where metrics come from: a platform's account, or the files of one source."""

    class Status(models.TextChoices):
        """Whether the connection brings data."""

        ACTIVE = "active"
        ERROR = "error"

    class Role(models.TextChoices):
        """Whether a platform reports its own, or again what others report."""

        SOURCE = "source"
        AGGREGATOR = "aggregator"

    platform = models.CharField(max_length=40, help_text="csv, or a platform of the catalog.")
    name = models.CharField(max_length=64, help_text="As it was spelled first.")
    name_key = models.CharField(
        max_length=KEY_LENGTH, editable=False, help_text="What all its spellings have in common."
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    brand_id = models.UUIDField(null=True, blank=True, help_text="An agency's client.")
    role = models.CharField(
        max_length=20, choices=Role, default=Role.SOURCE, db_default=Role.SOURCE.value
    )
    external_id = models.CharField(
        max_length=128, blank=True, default="", db_default="", help_text="Whose account it is."
    )
    external_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    scopes = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    facts = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="What requests need besides the token, such as a shop's name.",
    )
    owner_id = models.UUIDField(null=True, blank=True, help_text="Who connected it.")
    paused_at = models.DateTimeField(null=True, blank=True)
    disconnected_at = models.DateTimeField(
        null=True, blank=True, help_text="When its token was given back and its data kept."
    )
    interval_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="How often it is asked; null as the platform's is."
    )
    window = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Of attribution."
    )
    measure = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="What conversions are."
    )
    is_primary = models.BooleanField(
        default=False, db_default=False, help_text="Whether its brand's orders are taken from it."
    )
    next_sync_at = models.DateTimeField(null=True, blank=True, db_index=True)
    sync_facts = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="What its last syncs left, by which its state is known.",
    )
    complete_levels = models.JSONField(
        default=dict, help_text="Per measure, the level at which its totals are complete."
    )
    version = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="Which of its rows count; each change raises it."
    )
    changed_at = models.DateTimeField(help_text="When its metrics changed last.")
    orders_changed_at = models.DateTimeField(
        null=True, help_text="When its orders changed last; null where it never had any."
    )
    touchpoints_changed_at = models.DateTimeField(
        null=True, help_text="When its touchpoints changed last; null where it never had any."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "platform", "name_key"), name="connection_unique"
            ),
            models.UniqueConstraint(
                fields=("organization_id", "platform", "external_id"),
                condition=~Q(external_id=""),
                name="connection_external",
            ),
        )
        indexes = (models.Index(fields=("platform", "external_id"), name="connection_by_external"),)

    def __str__(self) -> str:
        return f"{self.platform}: {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the key of the name."""
        self.name_key = fold(self.name)
        super().save(*args, **kwargs)


class VersionedRow(TenantModel):
    """A row of a connection that counts from one version of it on, and until another.

    A change writes rows of the next version in small steps; they count when the connection takes
    that version, all at once. ``date`` is the first day that the row is of.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="%(class)s_rows", db_index=False
    )
    date = models.DateField()
    since = models.PositiveBigIntegerField(default=0, db_default=0)
    until = models.PositiveBigIntegerField(null=True)

    class Meta:
        abstract = True

    @classmethod
    def counted(cls) -> TenantQuerySet[Self]:
        """Return the organization's rows that count now."""
        version = F("connection__version")
        lasts = Q(until__isnull=True) | Q(until__gt=version)
        rows: TenantQuerySet[Self] = cls.objects.filter(lasts, since__lte=version)  # type: ignore[assignment]
        return rows


def version_indexes(name: str) -> tuple[models.Index, ...]:
    """Return the indexes by which changes find the rows that they wrote and closed."""
    return (
        models.Index(fields=("connection", "since"), name=f"{name}_since"),
        models.Index(
            fields=("connection", "until"),
            condition=Q(until__isnull=False),
            name=f"{name}_until",
        ),
    )
