"""Tables by which every service's database knows which requests to refuse."""

from __future__ import annotations

from django.db import models


class Revocation(models.Model):
    """A session that was ended while access tokens of it may still be valid."""

    session_id = models.UUIDField(unique=True)
    expires_at = models.DateTimeField(db_index=True, help_text="No token outlives this.")

    def __str__(self) -> str:
        return str(self.session_id)


class RetiredKey(models.Model):
    """A signing key that is no longer accepted, while processes may still remember it."""

    kid = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True, help_text="No process remembers it longer.")

    def __str__(self) -> str:
        return self.kid


class RightsVersion(models.Model):
    """The lowest version of a user's rights that is still accepted in an organization."""

    user_id = models.UUIDField()
    organization_id = models.UUIDField()
    version = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True, help_text="No token outlives this.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user_id", "organization_id"), name="rights_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organization_id}: {self.version}"
