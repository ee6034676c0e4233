"""Second factors."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from allauth.mfa.models import Authenticator

from apps.auth.messages.second_factor import MfaStatus
from apps.auth.models import User
from apps.auth.queries.passkeys import list_passkeys
from apps.auth.queries.recovery_codes import count_recovery_codes


def find_totp(user: User) -> Authenticator | None:
    """Return a user's authenticator app, None without one."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def list_factors(user: User) -> tuple[str, ...]:
    """Return the second factors that a user can answer with, in order of preference."""
    methods = []
    if find_totp(user) is not None:
        methods.append("totp")
    if list_passkeys(user).exists():
        methods.append("passkey")
    if methods and count_recovery_codes(user):
        methods.append("recovery_code")
    return tuple(methods)


def find_factors(user_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Return which kinds of factors users have, by user; none for those who have none."""
    rows = Authenticator.objects.filter(user_id__in=user_ids).values_list("user_id", "type")
    kinds: dict[UUID, set[str]] = {}
    for user_id, kind in rows:
        kinds.setdefault(user_id, set()).add("passkey" if kind == "webauthn" else kind)
    return kinds


def describe_factors(user: User) -> MfaStatus:
    """Return what a user has set up."""
    methods = list_factors(user)
    return MfaStatus(
        is_enabled=bool(methods),
        methods=methods,
        passkeys=list_passkeys(user).count(),
        recovery_codes_left=count_recovery_codes(user),
    )
