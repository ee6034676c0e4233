"""Secrets of authenticator apps, and the codes that were used."""

from __future__ import annotations

from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db import models

from apps.auth.models.challenges import LoginChallenge
from apps.auth.models.users import User
from omnify.encryption import renew_text
from omnify.encryption.columns import encrypted_column

#: What secrets of authenticator apps are encrypted for.
TOTP_PURPOSE: Final = "auth.totp"


class UsedTotpCode(models.Model):
    """A code of an authenticator app that was accepted; it never is again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True, help_text="The code has expired by then.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "code_hash"), name="totp_code_used_once"),
        )

    def __str__(self) -> str:
        return f"a code of {self.user_id}"


@encrypted_column(Authenticator, "data")
def renew_totp_secret(row: Authenticator) -> dict[str, Any]:
    """Return an app's data with its secret under the newest key; passkeys have none."""
    return _with_newest(row.data) if row.type == Authenticator.Type.TOTP else row.data


@encrypted_column(LoginChallenge, "state")
def renew_totp_set_up(row: LoginChallenge) -> dict[str, Any]:
    """Return a challenge's state with the secret that is being set up under the newest key."""
    return _with_newest(row.state) if "secret" in row.state else row.state


def _with_newest(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "secret": renew_text(data["secret"], purpose=TOTP_PURPOSE)}
