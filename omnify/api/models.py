"""What every service's database has to know to refuse a request."""

from __future__ import annotations

from django.db import models


class Revocation(models.Model):
    """A session that was ended while access tokens of it may still be alive."""

    session_id = models.UUIDField(unique=True)
    expires_at = models.DateTimeField(db_index=True, help_text="No token outlives this.")

    def __str__(self) -> str:
        return str(self.session_id)
