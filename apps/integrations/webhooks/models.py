"""The tables of what platforms pushed, and of what they were asked to push."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from apps.integrations.connections.models import Connection
from omnify.encryption import renew_text
from omnify.encryption.columns import encrypted_column
from omnify.tenancy import TenantModel


class WebhookDelivery(models.Model):
    """One thing that a platform told of a connection, or of an account that none has.

    No body is kept: what changed is read again from the platform, and who is to be forgotten is
    kept as the hashes that rows have.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    platform = models.CharField(max_length=40)
    external_id = models.CharField(max_length=128, help_text="The platform's id of the event.")
    topic = models.CharField(max_length=120, help_text="In the platform's words.")
    kind = models.CharField(max_length=20, help_text="What follows from it.")
    account = models.CharField(max_length=128, blank=True, help_text="Whose it is, as said.")
    organization_id = models.UUIDField(null=True)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, null=True, related_name="deliveries"
    )
    customers = models.JSONField(default=list, help_text="Hashes of who is to be forgotten.")
    happened_at = models.DateTimeField(null=True, help_text="By the platform's clock.")
    received_at = models.DateTimeField(db_index=True)
    handled_at = models.DateTimeField(null=True)
    is_new = models.BooleanField(
        default=False, db_default=False, help_text="Whether no worker has seen it yet."
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("platform", "external_id", "connection"), name="webhook_delivery_once"
            ),
            models.UniqueConstraint(
                fields=("platform", "external_id"),
                condition=models.Q(connection__isnull=True),
                name="webhook_unclaimed_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("connection", "id"),
                condition=models.Q(handled_at__isnull=True),
                name="webhook_delivery_waiting",
            ),
            models.Index(
                fields=("id",), condition=models.Q(is_new=True), name="webhook_delivery_new"
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.topic}"


class WebhookSubscription(TenantModel):
    """What a platform was asked to push to a connection, where each has to ask for itself."""

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="subscription"
    )
    external_ids = models.JSONField(default=list, help_text="The platform's.")
    secret_encrypted = models.TextField(
        blank=True, default="", help_text="What its deliveries are signed with, unless the app's."
    )
    checked_at = models.DateTimeField(help_text="When all of it was there.")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"of {self.connection_id}"

    @property
    def secret_purpose(self) -> str:
        """What its secret is encrypted for: its connection, so that it is of no use elsewhere."""
        return f"integrations.webhook_subscription {self.connection_id}"


@encrypted_column(WebhookSubscription, "secret_encrypted")
def renew_secret(row: WebhookSubscription) -> str:
    """Return a secret under the newest key of the ring."""
    text = row.secret_encrypted
    return renew_text(text, purpose=row.secret_purpose) if text else text
