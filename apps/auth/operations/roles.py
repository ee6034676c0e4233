"""Custom roles, and permissions on single objects."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec.structs import asdict

from apps.auth.exceptions import GrantNotFoundError, RoleInUseError, RoleNameTakenError
from apps.auth.messages.roles import GrantInput, GrantPlace, RoleInput
from apps.auth.models import Grant, Invitation, Membership, Role
from apps.auth.operations.members import lock_organization, void_rights_of_role
from apps.auth.queries import get_custom_role, get_member
from apps.auth.roles import refuse_more_than_own
from omnify.context import current, current_user_id
from omnify.db import atomic, refuse_taken
from omnify.identity.audit import Target, record_audit


def create_role(role_input: RoleInput) -> Role:
    """Make a custom role.

    Raises:
        MoreThanOwnError: it holds what the caller lacks.
        RoleNameTakenError: the organization has one of that name.
    """
    refuse_more_than_own(role_input.permissions, current().principal.permissions)
    taken = RoleNameTakenError(name=role_input.name)
    with refuse_taken("role_name_once", taken), atomic("auth"):
        role = Role.objects.create(
            name=role_input.name,
            description=role_input.description,
            permissions=sorted(set(role_input.permissions)),
        )
        _record("auth.role.created", role)
    return role


def change_role(*, role_id: UUID | str, role_input: RoleInput, now: datetime) -> Role:
    """Replace a custom role; its members hold the new rights within a second.

    Raises:
        RoleNotFoundError, MoreThanOwnError, RoleNameTakenError: as ``create_role``.
    """
    own = current().principal.permissions
    taken = RoleNameTakenError(name=role_input.name)
    with refuse_taken("role_name_once", taken), atomic("auth"):
        organization = lock_organization()
        role = get_custom_role(role_id=role_id)
        refuse_more_than_own((*role.permissions, *role_input.permissions), own)
        role.name, role.description = role_input.name, role_input.description
        role.permissions = sorted(set(role_input.permissions))
        role.save()
        void_rights_of_role(organization_id=organization.id, role=str(role.id), now=now)
        _record("auth.role.changed", role)
    return role


def delete_role(*, role_id: UUID | str, now: datetime) -> None:
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


def _record(action: str, role: Role) -> None:
    target = Target(type="role", id=str(role.id))
    record_audit("auth", action, target=target, permissions=" ".join(role.permissions))


def grant_permissions(grant_input: GrantInput) -> Grant:
    """Give a member permissions on one object; a second grant on it replaces the first.

    Raises:
        MemberNotFoundError: the user does not belong to the organization.
        MoreThanOwnError: the caller lacks what is to be granted, or what the former one gives.
    """
    own = current().principal.permissions
    refuse_more_than_own(grant_input.permissions, own)
    with atomic("auth"):
        member = get_member(user_id=grant_input.user_id)
        former = Grant.objects.select_for_update().filter(
            user_id=grant_input.user_id,
            resource_type=grant_input.resource_type,
            resource_id=grant_input.resource_id,
        )
        refuse_more_than_own((name for row in former for name in row.permissions), own)
        grant, _ = Grant.objects.update_or_create(
            organization_id=member.organization_id,
            user_id=grant_input.user_id,
            resource_type=grant_input.resource_type,
            resource_id=grant_input.resource_id,
            defaults={
                "permissions": sorted(set(grant_input.permissions)),
                "expires_at": grant_input.expires_at,
                "granted_by_id": current_user_id(),
            },
        )
        record_audit(
            "auth",
            "auth.grant.given",
            target=Target(type=grant_input.resource_type, id=grant_input.resource_id),
            member_id=grant_input.user_id,
            permissions=" ".join(grant.permissions),
        )
    return grant


def revoke_grant(place: GrantPlace) -> None:
    """Revoke a grant.

    Raises:
        GrantNotFoundError: there is none.
        MoreThanOwnError: it gives what the caller lacks.
    """
    with atomic("auth"):
        rows = Grant.objects.select_for_update()
        grant = rows.get_or_refuse(GrantNotFoundError(), **asdict(place))
        refuse_more_than_own(grant.permissions, current().principal.permissions)
        grant.delete()
        record_audit(
            "auth",
            "auth.grant.revoked",
            target=Target(type=place.resource_type, id=place.resource_id),
            member_id=place.user_id,
        )
