"""Passkeys."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from apps.auth.models import User


def list_passkeys(user: User) -> QuerySet[Any]:
    """A user's passkeys."""
    rows: QuerySet[Any] = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return rows.order_by("id")
