"""Passkeys."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from apps.auth.exceptions import PasskeyNotFoundError
from apps.auth.messages.passkeys import Passkey
from apps.auth.models import User
from omnify.services.messages import as_message


def list_passkeys(user: User) -> QuerySet[Any]:
    """Return a user's passkeys."""
    rows: QuerySet[Any] = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return rows.order_by("id")


def get_passkey(user: User, *, passkey_id: int) -> Any:
    """Return one of a user's passkeys.

    Raises:
        PasskeyNotFoundError: the user has no such passkey.
    """
    row = list_passkeys(user).filter(id=passkey_id).first()
    if row is None:
        raise PasskeyNotFoundError(passkey_id=passkey_id)
    return row


def to_passkey(row: Any) -> Passkey:
    """Return a passkey as its user sees it."""
    return as_message(Passkey, row, name=row.data["name"])
