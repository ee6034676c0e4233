"""Sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from apps.auth.exceptions import NoSessionError
from apps.auth.messages import sessions as messages
from apps.auth.models import Session, SessionQuerySet
from apps.auth.queries.api_keys import find_current_key
from apps.auth.queries.second_factor import list_factors
from omnify.context import current, current_organization_id, current_user_id
from omnify.identity.permissions import ReauthenticationRequiredError
from omnify.identity.revocations import SessionRevokedError
from omnify.services.messages import as_message

#: For how long a proof of identity is good enough to change what lets a user in.
FRESH_FOR = timedelta(minutes=15)


def get_current_session(*, now: datetime) -> Session:
    """Return the caller's session, with its user and organization.

    Raises:
        SessionRevokedError: it was ended meanwhile, or its user was disabled.
        NoSessionError: the caller uses an API key.
    """
    session = find_current_session(now=now)
    if session is None:
        raise NoSessionError if find_current_key() else SessionRevokedError
    return session


def require_fresh_session(*, now: datetime) -> Session:
    """Return the caller's session, if they proved who they are lately.

    Raises:
        SessionRevokedError: there is no active one.
        ReauthenticationRequiredError: the proof is older than ``FRESH_FOR``, or is a password
            though the user has a second factor.
    """
    session = get_current_session(now=now)
    proven_at = session.authenticated_at or session.created_at
    is_by_password = session.methods in ("", "password")
    if now - proven_at > FRESH_FOR or (is_by_password and list_factors(session.user)):
        raise ReauthenticationRequiredError
    return session


def find_current_session(*, now: datetime) -> Session | None:
    """Return the session that the caller is in, None when it has ended or there is none."""
    session_id = current().principal.session_id
    if session_id is None:
        return None
    active = Session.objects.active(now).select_related("user", "organization")
    return active.filter(id=session_id, user__is_active=True).first()


def find_voice(session_id: UUID) -> str:
    """Return the voice that a session's user chose, empty for none."""
    voice = Session.objects.filter(id=session_id).values_list("user__voice", flat=True).first()
    return voice or ""


def is_session_active(*, session_id: UUID | str, now: datetime) -> bool:
    """Tell whether a session is active."""
    return Session.objects.active(now).filter(id=session_id, user__is_active=True).exists()


def find_own_session(*, session_id: UUID) -> Session | None:
    """Return one of the caller's sessions, None without one."""
    rows = Session.objects.select_related("user").filter(user_id=current_user_id())
    return rows.filter(id=session_id).first()


def find_session(*, session_id: UUID, now: datetime) -> Session | None:
    """Return an active session of the organization, None without one."""
    active = Session.objects.active(now).filter(organization_id=current_organization_id())
    return active.filter(id=session_id, user__is_active=True).first()


def list_sessions(*, user_id: UUID, now: datetime) -> SessionQuerySet:
    """Return a user's active sessions."""
    return Session.objects.active(now).filter(user_id=user_id)


def to_session(row: Session) -> messages.Session:
    """Return a session as its user sees it."""
    is_current = row.id == current().principal.session_id
    return as_message(messages.Session, row, is_current=is_current)
