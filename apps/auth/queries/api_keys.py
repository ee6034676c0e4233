"""The keys of programs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.auth.models import ApiKey, Membership
from apps.auth.queries.legal import list_outstanding
from apps.auth.queries.roles import permissions_of_membership
from omnify.context import current
from omnify.identity.contract import ApiKeyPrincipal


def list_api_keys(*, user_id: UUID, organization_id: UUID) -> QuerySet[ApiKey]:
    """Return a user's keys in an organization that were not revoked."""
    rows = ApiKey.objects.filter(user_id=user_id, organization_id=organization_id)
    return rows.filter(revoked_at=None)


def find_api_key(*, key_hash: str, now: datetime) -> tuple[ApiKey, ApiKeyPrincipal] | None:
    """Return an active key and its principal, whose rights its maker holds too."""
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


def find_current_key() -> ApiKey | None:
    """Return the key that the caller uses, None for a caller with a session or without anything."""
    key_id = current().principal.session_id
    if key_id is None:
        return None
    keys = ApiKey.objects.filter(revoked_at=None).select_related("user", "organization")
    return keys.filter(id=key_id, user__is_active=True).first()
