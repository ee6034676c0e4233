"""Roles and what they allow."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.auth.exceptions import RoleNotFoundError, SystemRoleError
from apps.auth.models import Membership, Role
from apps.auth.roles import SYSTEM_ROLES


def list_custom_roles() -> QuerySet[Role]:
    """The organization's own roles."""
    return Role.objects.all()


def get_custom_role(*, role_id: UUID | str) -> Role:
    """One of the organization's own roles.

    Raises:
        SystemRoleError: it is one that nobody changes.
        RoleNotFoundError: there is no such role here.
    """
    if role_id in SYSTEM_ROLES:
        raise SystemRoleError(role=role_id)
    role = Role.objects.filter(id=role_id).first() if _is_uuid(role_id) else None
    if role is None:
        raise RoleNotFoundError(role=role_id)
    return role


def name_of_role(*, role: str, organization_id: UUID) -> str:
    """What people call a role; whoever is invited is not in its organization yet."""
    if role in SYSTEM_ROLES:
        return role
    found = Role.unscoped.filter(organization_id=organization_id, id=role).first()
    return found.name if found else ""


def permissions_of_role(role: str) -> tuple[str, ...]:
    """What a role of the organization allows: a system role's name, or a custom role's id.

    Raises:
        RoleNotFoundError: there is no such role here.
    """
    if role in SYSTEM_ROLES:
        return SYSTEM_ROLES[role]
    return tuple(get_custom_role(role_id=role).permissions)


def permissions_of_membership(member: Membership) -> tuple[str, ...]:
    """What a member may do; nothing when their role is gone."""
    if member.role in SYSTEM_ROLES:
        return SYSTEM_ROLES[member.role]
    # At sign-in there is no organization in the context yet; the membership names it.
    role = Role.unscoped.filter(organization_id=member.organization_id, id=member.role).first()
    return tuple(role.permissions) if role else ()


def _is_uuid(text: UUID | str) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
