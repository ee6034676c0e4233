"""Addresses and second factors."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from apps.auth.models import RecoveryCode, User
from omnify.conf import settings
from omnify.flags import is_enabled


def is_verification_mandatory() -> bool:
    """Whether an address has to be proven before its user may sign in."""
    return settings.AUTH_EMAIL_VERIFICATION == "mandatory"


def is_sign_up_open() -> bool:
    """Whether anybody may register an organization: the flag ``sign_up``, on by default."""
    return is_enabled("sign_up", "auth", default=True)


def is_email_verified(user: User) -> bool:
    """Whether the user's present address is proven."""
    rows: QuerySet[Any] = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    return rows.exists()


def list_passkeys(user: User) -> QuerySet[Any]:
    """A user's passkeys."""
    rows: QuerySet[Any] = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return rows.order_by("id")


def find_totp(user: User) -> Authenticator | None:
    """A user's authenticator app, None without one."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def list_factors(user: User) -> tuple[str, ...]:
    """The second factors that a user can answer with, none when they have none."""
    found = []
    if find_totp(user) is not None:
        found.append("totp")
    if list_passkeys(user).exists():
        found.append("passkey")
    if found and count_recovery_codes(user):
        found.append("recovery_code")
    return tuple(found)


def count_recovery_codes(user: User) -> int:
    """How many recovery codes a user has left."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()
