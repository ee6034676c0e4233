"""The tables of consent that is under way, and of what was granted."""

from __future__ import annotations

from django.db import models

from apps.integrations.connections.models import Connection
from omnify.encryption import renew_text
from omnify.encryption.columns import encrypted_column
from omnify.tenancy import TenantModel


class OAuthState(TenantModel):
    """A person's way to a platform and back, once; ten minutes, in one browser.

    A link for a colleague is one too, which no browser has taken yet; it becomes the colleague's.
    """

    class Purpose(models.TextChoices):
        """What the secret opens."""

        CALLBACK = "callback"
        LINK = "link"
        COLLEAGUE = "colleague"

    digest = models.BinaryField(unique=True, help_text="Of the secret, which is kept nowhere.")
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.CALLBACK)
    user_id = models.UUIDField()
    platform = models.CharField(max_length=40)
    browser_digest = models.BinaryField(default=b"", help_text="Of its cookie.")
    verifier_encrypted = models.TextField(blank=True, default="", help_text="Of PKCE.")
    shop = models.CharField(max_length=80, blank=True, default="")
    connection_id = models.UUIDField(null=True, help_text="What is made good again by it.")
    expires_at = models.DateTimeField(db_index=True)
    consumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.purpose} of {self.platform}"

    @property
    def secret_purpose(self) -> str:
        """What its verifier is encrypted for, so that it is of no use in another row."""
        return f"integrations.oauth_state {self.organization_id}"


class Credential(TenantModel):
    """What a platform granted to a connection: tokens or a key, and who renews them now."""

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="credential"
    )
    access_encrypted = models.TextField(help_text="The access token, or the key.")
    refresh_encrypted = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    refresh_expires_at = models.DateTimeField(null=True)
    version = models.PositiveBigIntegerField(default=1, help_text="Grows with each new token.")
    lease_owner = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_words = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"of {self.connection_id}"

    @property
    def secret_purpose(self) -> str:
        """What its tokens are encrypted for: its connection, so that they cannot be exchanged."""
        return f"integrations.credential {self.connection_id}"


@encrypted_column(OAuthState, "verifier_encrypted")
def renew_verifier(row: OAuthState) -> str:
    """Return a verifier under the newest key of the ring."""
    text = row.verifier_encrypted
    return renew_text(text, purpose=row.secret_purpose) if text else text


@encrypted_column(Credential, "access_encrypted")
def renew_access(row: Credential) -> str:
    """Return an access token under the newest key of the ring."""
    return renew_text(row.access_encrypted, purpose=row.secret_purpose)


@encrypted_column(Credential, "refresh_encrypted")
def renew_refresh(row: Credential) -> str:
    """Return a refresh token under the newest key of the ring."""
    text = row.refresh_encrypted
    return renew_text(text, purpose=row.secret_purpose) if text else text
