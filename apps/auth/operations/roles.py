"""Custom roles, and permissions on single objects."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from apps.auth.exceptions import GrantNotFoundError, RoleInUseError, RoleNameTakenError
from apps.auth.models import Grant, Invitation, Membership, Role
from apps.auth.operations.members import lock_organization
from apps.auth.operations.rights import void_rights_of_role
from apps.auth.queries import get_custom_role, get_member
from apps.auth.rbac import refuse_more_than_own
from omnify.context import current, current_organization_id, current_user_id
from omnify.db import atomic
from omnify.identity.audit import Target, record_audit
from omnify.services.messages import AwareDatetime, Message


class RoleInput(Message):
    """What a custom role is to be."""

    name: str
    permissions: tuple[str, ...]
    description: str = ""


class GrantInput(Message):
    """Whom to give which permissions on what, until when."""

    user_id: UUID
    resource_type: str
    resource_id: str
    permissions: tuple[str, ...]
    expires_at: AwareDatetime | None = None


def create_role(asked: RoleInput) -> Role:
    """Make a custom role.

    Raises:
        MoreThanOwnError: it holds what the asker lacks.
        RoleNameTakenError: the organization has one of that name.
    """
    refuse_more_than_own(asked.permissions, current().principal.permissions)
    try:
        with atomic("auth"):
            role = Role.objects.create(
                name=asked.name,
                description=asked.description,
                permissions=sorted(set(asked.permissions)),
            )
            _record("auth.role.created", role)
    except IntegrityError as error:
        raise RoleNameTakenError(name=asked.name) from error
    return role


def change_role(*, role_id: UUID, asked: RoleInput, now: datetime) -> Role:
    """Replace a custom role; whoever has it holds the new rights within a second.

    Raises:
        RoleNotFoundError, MoreThanOwnError, RoleNameTakenError: as ``create_role``.
    """
    own = current().principal.permissions
    try:
        with atomic("auth"):
            lock_organization()
            role = get_custom_role(role_id=role_id)
            refuse_more_than_own((*role.permissions, *asked.permissions), own)
            role.name, role.description = asked.name, asked.description
            role.permissions = sorted(set(asked.permissions))
            role.save()
            void_rights_of_role(
                organization_id=current_organization_id(), role=str(role.id), now=now
            )
            _record("auth.role.changed", role)
    except IntegrityError as error:
        raise RoleNameTakenError(name=asked.name) from error
    return role


def delete_role(*, role_id: UUID, now: datetime) -> None:
    """Delete a custom role that nobody has.

    Raises:
        RoleNotFoundError, MoreThanOwnError: as ``create_role``.
        RoleInUseError: a member or an open invitation has it.
    """
    with atomic("auth"):
        organization = lock_organization()
        role = get_custom_role(role_id=role_id)
        refuse_more_than_own(role.permissions, current().principal.permissions)
        invited = Invitation.objects.open_at(now).filter(organization=organization)
        members = Membership.objects.filter(organization=organization, role=str(role.id)).count()
        invitations = invited.filter(role=str(role.id)).count()
        if members or invitations:
            raise RoleInUseError(members=members, invitations=invitations)
        _record("auth.role.deleted", role)
        role.delete()


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


def _record(action: str, role: Role) -> None:
    target = Target(type="role", id=str(role.id))
    record_audit("auth", action, target=target, permissions=" ".join(role.permissions))
