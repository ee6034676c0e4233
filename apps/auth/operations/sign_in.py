"""Signing in: password, then the second factor where there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.hashers import make_password

from apps.auth.exceptions import EmailNotVerifiedError, InvalidCredentialsError
from apps.auth.models import Membership, User
from apps.auth.operations import challenges, limits
from apps.auth.operations.sessions import (
    Device,
    Proof,
    TokenPair,
    issue_tokens,
    open_session,
)
from apps.auth.queries import is_email_verified, is_verification_mandatory, list_factors
from omnify.api.audit import record_audit
from omnify.db import atomic


class SignIn(NamedTuple):
    """What came of a sign-in: tokens, or a challenge for one of the methods."""

    user: User
    tokens: TokenPair | None = None
    challenge: str = ""
    methods: tuple[str, ...] = ()


def sign_in(
    *, email: str, password: str, device: Device, now: datetime, is_remembered: bool = False
) -> SignIn:
    """Open a session for whoever knows the password, or ask for the second factor.

    Raises:
        InvalidCredentialsError: alike for an unknown address, a wrong password, a disabled or
            locked user and one without an organization; each costs one hash.
        EmailNotVerifiedError: the password is right, and the address has to be proven first.
        RateLimitedError: too many wrong passwords from this address, whatever the account.
    """
    user = check_credentials(email=email, password=password, address=device.address or "", now=now)
    methods = list_factors(user)
    proof = Proof(methods=("password",), is_remembered=is_remembered)
    if methods:
        state = {"is_remembered": is_remembered, "device_name": device.name}
        challenge = challenges.open_challenge("login", user=user, state=state, now=now)
        return SignIn(user, challenge=challenge, methods=methods)
    return SignIn(user, tokens=enter(user, device=device, proof=proof, now=now))


def check_credentials(*, email: str, password: str, address: str, now: datetime) -> User:
    """Whoever knows the password and may sign in with it; refuses as ``sign_in`` does."""
    email = email.strip().lower()
    limits.refuse_flood(address, now=now)
    user = User.objects.filter(email=email).first()
    is_locked = limits.is_locked(email, address, user=user, now=now)
    is_right = _is_right(user, password)
    if user is None or not is_right or is_locked or not user.is_active or not _home_of(user):
        _note_failure(email, address, user=user, is_locked=is_locked, now=now)
        raise InvalidCredentialsError
    if is_verification_mandatory() and not is_email_verified(user):
        raise EmailNotVerifiedError
    return user


def enter(user: User, *, device: Device, proof: Proof, now: datetime) -> TokenPair:
    """Open a session in the organization that the user was in last, and issue its tokens.

    Raises:
        InvalidCredentialsError: the user is disabled or belongs to no organization.
    """
    home = _home_of(user)
    if home is None or not user.is_active:
        raise InvalidCredentialsError
    session = open_session(
        user=user, organization=home.organization, device=device, proof=proof, now=now
    )
    return issue_tokens(session, now=now)


def _is_right(user: User | None, password: str) -> bool:
    if user is None:
        make_password(password)
        return False
    return user.check_password(password)


def _home_of(user: User) -> Membership | None:
    members = Membership.objects.filter(user=user).select_related("organization")
    latest = user.sessions.order_by("-id").first()
    if latest is None:
        return members.first()
    return members.filter(organization_id=latest.organization_id).first() or members.first()


def _note_failure(
    email: str, address: str, *, user: User | None, is_locked: bool, now: datetime
) -> None:
    with atomic("auth"):
        closes = limits.note_wrong_password(email, address, now=now)
        details: dict[str, Any] = {"user_id": user.id if user else None, "address": address}
        reason = "locked" if is_locked else "wrong"
        record_audit("auth", "auth.sign_in", outcome="refused", reason=reason, **details)
        if closes:
            record_audit("auth", "auth.account.locked", outcome="refused", **details)
