"""Access tokens, and refresh tokens that work once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from uuid_utils.compat import uuid7

from apps.auth.exceptions import RefreshTokenInvalidError, RefreshTokenReusedError
from apps.auth.messages.sessions import Tokens
from apps.auth.models import Session
from apps.auth.operations.sessions import record_session, revoke_sessions
from apps.auth.operations.signing_keys import get_signing_key
from apps.auth.queries import build_principal
from apps.auth.tokens.refresh import RefreshToken, format_refresh_token, parse_refresh_token
from apps.auth.tokens.signing import TokenTerms, sign_access_token
from omnify.conf import settings
from omnify.db import atomic
from omnify.identity.tokens import AUDIENCE, ISSUER, TOKEN_TYPE, build_claims

ACCESS_LIFETIME = timedelta(minutes=5)
TERMS = TokenTerms(ISSUER, AUDIENCE, TOKEN_TYPE, ACCESS_LIFETIME)
#: A second use of a refresh token within this time gets the same successor, so that two tabs do
#: not sign each other out.
REUSE_GRACE = timedelta(seconds=10)


def issue_tokens(session: Session, *, now: datetime) -> Tokens:
    """Return the tokens of a session at its current counter.

    Raises:
        RefreshTokenInvalidError: its user does not belong to the organization any more.
    """
    principal = build_principal(session, now=now)
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
    return Tokens(
        access_token=access,
        refresh_token=format_refresh_token(refresh, secret=settings.SECRET_KEY),
        token_type="Bearer",  # noqa: S106 - a scheme's name
        expires_in=int(ACCESS_LIFETIME.total_seconds()),
        session_id=session.id,
    )


def refresh_session(*, presented: str, now: datetime) -> Tokens:
    """Exchange a refresh token for its successor, once.

    A second use within ``REUSE_GRACE`` returns the same successor. Later reuse ends the
    session.

    Raises:
        RefreshTokenReusedError: the token was already exchanged.
        RefreshTokenInvalidError: it is not ours, or its session has ended.
    """
    accepted = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    token = parse_refresh_token(presented, secrets=accepted)
    if token is None:
        raise RefreshTokenInvalidError
    if not _advance(token, now):
        _refuse_or_forgive(token, now)
    session = Session.objects.select_related("user").get(id=token.session_id)
    if not session.user.is_active:
        raise RefreshTokenInvalidError
    return issue_tokens(session, now=now)


def _advance(token: RefreshToken, now: datetime) -> bool:
    """Move the counter: of any number of parallel uses exactly one does."""
    with atomic("auth"):
        moved = (
            Session.objects.active(now)
            .filter(id=token.session_id, counter=token.counter)
            .update(counter=F("counter") + 1, rotated_at=now)
        )
    return moved == 1


def _refuse_or_forgive(token: RefreshToken, now: datetime) -> None:
    session = Session.objects.active(now).filter(id=token.session_id).first()
    if session is None:
        raise RefreshTokenInvalidError
    is_former = token.counter == session.counter - 1
    # However the clock was set meanwhile: after it was put back the exchange lies in the future.
    if is_former and abs(now - session.rotated_at) <= REUSE_GRACE:
        return
    # Written before the refusal is raised: a raise inside the transaction would undo it.
    with atomic("auth"):
        revoke_sessions(now=now, reason="refresh token reused", id=session.id)
        record_session("auth.refresh_token.reused", session, outcome="refused")
    raise RefreshTokenReusedError
