"""Sessions, what they prove, and the keys of programs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.auth.exceptions import NoSessionError
from apps.auth.models import (
    ApiKey,
    Membership,
    Organization,
    TokenFamily,
    TokenFamilyQuerySet,
    User,
)
from apps.auth.queries.documents import list_outstanding
from apps.auth.queries.organizations import permissions_of_membership
from omnify.context import (
    Principal,
    PrincipalKind,
    current,
    current_organization_id,
    current_user_id,
)
from omnify.identity.authentication import SessionRevokedError
from omnify.identity.contract import ApiKeyPrincipal


def get_live_session(*, now: datetime) -> TokenFamily:
    """The session of the principal, with its user and organization.

    Raises:
        SessionRevokedError: it was ended after the access token was made, or its user was.
        NoSessionError: an API key asks.
    """
    found = _find_live_session(now)
    if found is None:
        raise NoSessionError if _find_live_key() else SessionRevokedError
    return found


def find_home(user: User | None) -> Membership | None:
    """Where a user was last, else where they have been longest; nobody costs the same queries."""
    user_id = user.id if user else UUID(int=0)
    latest = TokenFamily.objects.filter(user_id=user_id).order_by("-id").first()
    members = list(Membership.objects.filter(user_id=user_id).select_related("organization"))
    last = [row for row in members if latest and row.organization_id == latest.organization_id]
    return next(iter([*last, *members]), None)


def get_viewer(*, now: datetime) -> tuple[User, Organization]:
    """The user who asks, by a session or an API key that goes on, and their organization.

    Raises:
        SessionRevokedError: it was ended meanwhile.
    """
    holder = _find_live_session(now) or _find_live_key()
    if holder is None:
        raise SessionRevokedError
    return holder.user, holder.organization


def _find_live_session(now: datetime) -> TokenFamily | None:
    alive = TokenFamily.objects.alive(now).select_related("user", "organization")
    return alive.filter(id=_session_id(), user__is_active=True).first()


def _find_live_key() -> ApiKey | None:
    keys = ApiKey.objects.filter(revoked_at=None).select_related("user", "organization")
    return keys.filter(id=_session_id(), user__is_active=True).first()


def _session_id() -> UUID:
    session_id = current().principal.session_id
    if session_id is None:
        raise SessionRevokedError
    return session_id


def is_session_alive(*, session_id: UUID | str, now: datetime) -> bool:
    """Whether a session goes on."""
    return TokenFamily.objects.alive(now).filter(id=session_id, user__is_active=True).exists()


def get_user(user_id: UUID | None) -> User:
    """A user by id.

    Raises:
        SessionRevokedError: there is none that may sign in.
    """
    user = None
    if user_id is not None:
        user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None:
        raise SessionRevokedError
    return user


def find_own_session(*, session_id: UUID) -> TokenFamily | None:
    """A session of the user who asks, None without one."""
    rows = TokenFamily.objects.select_related("user").filter(user_id=current_user_id())
    return rows.filter(id=session_id).first()


def find_session(*, session_id: UUID, now: datetime) -> TokenFamily | None:
    """A session of the organization that goes on, None without one."""
    alive = TokenFamily.objects.alive(now).filter(organization_id=current_organization_id())
    return alive.filter(id=session_id, user__is_active=True).first()


def list_sessions(*, user_id: UUID, now: datetime) -> TokenFamilyQuerySet:
    """A user's sessions that go on."""
    return TokenFamily.objects.alive(now).filter(user_id=user_id)


def build_principal(session: TokenFamily, *, now: datetime) -> Principal | None:
    """Who a session's access token proves, None when the user lost the membership."""
    membership = Membership.objects.filter(
        user_id=session.user_id, organization_id=session.organization_id
    ).first()
    if membership is None:
        return None
    return Principal(
        kind=PrincipalKind.USER,
        user_id=session.user_id,
        organization_id=session.organization_id,
        session_id=session.id,
        role=membership.role,
        permissions=permissions_of_membership(membership),
        is_staff=session.user.is_staff,
        rights_version=membership.version,
        must_accept_documents=bool(list_outstanding(user_id=session.user_id, now=now)),
    )


def list_api_keys(*, user_id: UUID, organization_id: UUID) -> QuerySet[ApiKey]:
    """A user's keys in an organization that were not revoked."""
    rows = ApiKey.objects.filter(user_id=user_id, organization_id=organization_id)
    return rows.filter(revoked_at=None)


def find_api_key(*, key_hash: str, now: datetime) -> tuple[ApiKey, ApiKeyPrincipal] | None:
    """A key that goes on and whom it acts for: its own rights, as far as its maker has them."""
    key = ApiKey.objects.select_related("user").filter(key_hash=key_hash, revoked_at=None).first()
    if key is None or not key.user.is_active or (key.expires_at and key.expires_at <= now):
        return None
    place = {"user_id": key.user_id, "organization_id": key.organization_id}
    membership = Membership.objects.filter(**place).first()
    if membership is None:
        return None
    own = set(permissions_of_membership(membership))
    return key, ApiKeyPrincipal(
        **place,
        session_id=key.id,
        role=membership.role,
        permissions=tuple(name for name in key.permissions if name in own),
        rights_version=membership.version,
        must_accept_documents=bool(list_outstanding(user_id=key.user_id, now=now)),
    )
