"""Whether addresses are proven."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from apps.auth.models import User
from omnify.conf import settings


def is_verification_mandatory() -> bool:
    """Tell whether an address has to be proven before its user may sign in."""
    return settings.AUTH_EMAIL_VERIFICATION == "mandatory"


def is_email_verified(user: User) -> bool:
    """Tell whether the user's current address is proven."""
    rows: QuerySet[Any] = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    return rows.exists()
