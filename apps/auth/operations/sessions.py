"""Signing in, going on, signing out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import F
from uuid_utils.compat import uuid7

from apps.auth.exceptions import (
    InvalidCredentialsError,
    RefreshTokenInvalidError,
    RefreshTokenReusedError,
    SessionNotFoundError,
)
from apps.auth.models import Membership, Organization, TokenFamily, User
from apps.auth.operations.keys import get_signing_key
from apps.auth.queries import build_principal
from apps.auth.tokens.refresh import RefreshToken, format_refresh_token, parse_refresh_token
from apps.auth.tokens.signing import TokenTerms, sign_access_token
from omnify.api.identity import SessionRevoked
from omnify.api.tokens import AUDIENCE, ISSUER, TOKEN_TYPE, build_claims
from omnify.conf import settings
from omnify.db import atomic
from omnify.events import publish
from omnify.services.messages import Message

ACCESS_LIFETIME = timedelta(minutes=5)
TERMS = TokenTerms(ISSUER, AUDIENCE, TOKEN_TYPE, ACCESS_LIFETIME)
SESSION_LIFETIME = timedelta(days=30)
#: A second use of a refresh token within this time gets the same successor, so that two tabs do
#: not sign each other out.
REUSE_GRACE = timedelta(seconds=10)


class Device(Message):
    """Where a session is opened from, as far as the request says."""

    user_agent: str = ""
    address: str | None = None

    @classmethod
    def of_request(cls, meta: Mapping[str, Any]) -> Device:
        """The device that a request's ``META`` names."""
        return cls(user_agent=meta.get("HTTP_USER_AGENT", ""), address=meta.get("REMOTE_ADDR"))


class TokenPair(Message):
    """A session's present tokens; ``expires_in`` is the access token's life in seconds."""

    session_id: UUID
    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - a scheme's name


def sign_in(*, email: str, password: str, device: Device, now: datetime) -> tuple[User, TokenPair]:
    """Open a session for whoever knows the password.

    Raises:
        InvalidCredentialsError: alike for an unknown address, a wrong password, a disabled user
            and one without an organization; each costs one hash.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        make_password(password)
        raise InvalidCredentialsError
    is_right = user.check_password(password)
    membership = Membership.objects.filter(user=user).select_related("organization").first()
    if not is_right or not user.is_active or membership is None:
        raise InvalidCredentialsError
    session = open_session(user=user, organization=membership.organization, device=device, now=now)
    return user, issue_tokens(session, now=now)


def open_session(
    *, user: User, organization: Organization, device: Device, now: datetime
) -> TokenFamily:
    """A new session of a user in an organization."""
    with atomic("auth"):
        return TokenFamily.objects.create(
            user=user,
            organization=organization,
            created_at=now,
            rotated_at=now,
            expires_at=now + SESSION_LIFETIME,
            user_agent=device.user_agent[:300],
            address=device.address,
        )


def issue_tokens(session: TokenFamily, *, now: datetime) -> TokenPair:
    """The tokens of a session at its present counter.

    Raises:
        RefreshTokenInvalidError: its user does not belong to the organization any more.
    """
    principal = build_principal(session)
    if principal is None:
        raise RefreshTokenInvalidError
    access = sign_access_token(
        build_claims(principal),
        key=get_signing_key(),
        terms=TERMS,
        token_id=uuid7(),
        now=now,
    )
    refresh = RefreshToken(session.id, session.counter)
    return TokenPair(
        session_id=session.id,
        access_token=access,
        refresh_token=format_refresh_token(refresh, secret=settings.SECRET_KEY),
        expires_in=int(ACCESS_LIFETIME.total_seconds()),
    )


def refresh_session(*, presented: str, now: datetime) -> TokenPair:
    """Exchange a refresh token for its successor, once.

    A second use within ``REUSE_GRACE`` returns the same successor. Later reuse revokes the
    whole family.

    Raises:
        RefreshTokenReusedError: the token was already exchanged.
        RefreshTokenInvalidError: it is not ours, or its session is over.
    """
    token = parse_refresh_token(presented, secret=settings.SECRET_KEY)
    if token is None:
        raise RefreshTokenInvalidError
    if not _advance(token, now):
        _refuse_or_forgive(token, now)
    session = TokenFamily.objects.select_related("user").get(id=token.family_id)
    if not session.user.is_active:
        raise RefreshTokenInvalidError
    return issue_tokens(session, now=now)


def _advance(token: RefreshToken, now: datetime) -> bool:
    """Compare and swap: of any number of parallel uses exactly one moves the counter."""
    with atomic("auth"):
        moved = (
            TokenFamily.objects.alive(now)
            .filter(id=token.family_id, counter=token.counter)
            .update(counter=F("counter") + 1, rotated_at=now)
        )
    return moved == 1


def _refuse_or_forgive(token: RefreshToken, now: datetime) -> None:
    session = TokenFamily.objects.alive(now).filter(id=token.family_id).first()
    if session is None:
        raise RefreshTokenInvalidError
    is_former = token.counter == session.counter - 1
    if is_former and now - session.rotated_at <= REUSE_GRACE:
        return
    # Written before the refusal is raised: a raise inside the transaction would undo it.
    revoke_sessions(now=now, reason="refresh token reused", id=session.id)
    raise RefreshTokenReusedError


def revoke_sessions(*, now: datetime, reason: str, **which: Any) -> int:
    """End the sessions that match, everywhere within a second; returns how many went on."""
    with atomic("auth"):
        going_on = TokenFamily.objects.filter(revoked_at=None, **which)
        ended = list(going_on.select_for_update().values_list("id", flat=True))
        if ended:
            rows = TokenFamily.objects.filter(id__in=ended)
            rows.update(revoked_at=now, revoked_reason=reason)
            publish(*(SessionRevoked(session_id=session_id) for session_id in ended))
    return len(ended)


def end_session(*, session_id: UUID, user_id: UUID, now: datetime) -> None:
    """End one of a user's own sessions.

    Raises:
        SessionNotFoundError: the user has no such session that goes on.
    """
    if not revoke_sessions(now=now, reason="signed out", id=session_id, user_id=user_id):
        raise SessionNotFoundError(session_id=session_id)
