"""Permissions, by role or on one object."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.auth.models import Grant
from apps.auth.queries.members import list_members
from apps.auth.queries.roles import permissions_of_membership


def has_permission(
    *, user_id: UUID, permission: str, resource_type: str, resource_id: str, now: datetime
) -> bool:
    """Whether a member holds a permission, by role or by a grant on the object."""
    member = list_members().filter(user_id=user_id).first()
    if member is None:
        return False
    if permission in permissions_of_membership(member):
        return True
    grants = Grant.objects.filter(
        user_id=user_id, resource_type=resource_type, resource_id=resource_id
    )
    active = grants.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return any(permission in grant.permissions for grant in active)
