"""Permissions on single objects."""

from __future__ import annotations

from uuid import UUID

from apps.auth.exceptions import GrantNotFoundError
from apps.auth.models import Grant
from apps.auth.queries import get_member
from apps.auth.roles import refuse_more_than_own
from omnify.context import current, current_user_id
from omnify.db import atomic
from omnify.identity.audit import Target, record_audit
from omnify.services.messages import AwareDatetime, Message


class GrantInput(Message):
    """Whom to give which permissions on what, until when."""

    user_id: UUID
    resource_type: str
    resource_id: str
    permissions: tuple[str, ...]
    expires_at: AwareDatetime | None = None


def grant_permissions(asked: GrantInput) -> Grant:
    """Give a member permissions on one object; a second grant on it replaces the first.

    Raises:
        MemberNotFoundError: the user does not belong to the organization.
        MoreThanOwnError: the asker lacks what is to be granted, or what the former one gives.
    """
    own = current().principal.permissions
    refuse_more_than_own(asked.permissions, own)
    with atomic("auth"):
        member = get_member(user_id=asked.user_id)
        former = Grant.objects.select_for_update().filter(
            user_id=asked.user_id, resource_type=asked.resource_type, resource_id=asked.resource_id
        )
        refuse_more_than_own((name for row in former for name in row.permissions), own)
        grant, _ = Grant.objects.update_or_create(
            organization_id=member.organization_id,
            user_id=asked.user_id,
            resource_type=asked.resource_type,
            resource_id=asked.resource_id,
            defaults={
                "permissions": sorted(set(asked.permissions)),
                "expires_at": asked.expires_at,
                "granted_by_id": current_user_id(),
            },
        )
        record_audit(
            "auth",
            "auth.grant.given",
            target=Target(type=asked.resource_type, id=asked.resource_id),
            member_id=asked.user_id,
            permissions=" ".join(grant.permissions),
        )
    return grant


def revoke_grant(*, user_id: UUID, resource_type: str, resource_id: str) -> None:
    """Take a grant back.

    Raises:
        GrantNotFoundError: there is none.
        MoreThanOwnError: it gives what the asker lacks.
    """
    with atomic("auth"):
        found = Grant.objects.select_for_update().filter(
            user_id=user_id, resource_type=resource_type, resource_id=resource_id
        )
        grant = found.first()
        if grant is None:
            raise GrantNotFoundError
        refuse_more_than_own(grant.permissions, current().principal.permissions)
        grant.delete()
        record_audit(
            "auth",
            "auth.grant.revoked",
            target=Target(type=resource_type, id=resource_id),
            member_id=user_id,
        )
