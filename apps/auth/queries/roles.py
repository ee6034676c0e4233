"""Roles and what they allow, and permissions on single objects."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.auth.exceptions import RoleNotFoundError, SystemRoleError
from apps.auth.messages import roles as messages
from apps.auth.models import Grant, Membership, Role
from apps.auth.queries.members import get_member, list_members
from apps.auth.roles import SYSTEM_ROLES
from omnify.context import current, current_user_id
from omnify.identity.permissions import refuse_unless_allowed
from omnify.services.messages import as_message


def list_custom_roles() -> QuerySet[Role]:
    """Return the organization's own roles."""
    return Role.objects.all()


def get_custom_role(*, role_id: UUID | str) -> Role:
    """Return one of the organization's own roles.

    Raises:
        SystemRoleError: it is one that nobody changes.
        RoleNotFoundError: there is no such role here.
    """
    if role_id in SYSTEM_ROLES:
        raise SystemRoleError(role=role_id)
    refusal = RoleNotFoundError(role=role_id)
    if not _is_uuid(role_id):
        raise refusal
    return Role.objects.get_or_refuse(refusal, id=role_id)


def name_of_role(*, role: str, organization_id: UUID) -> str:
    """Return a role's name; an invited user is not in its organization yet."""
    if role in SYSTEM_ROLES:
        return role
    custom = Role.unscoped.filter(organization_id=organization_id, id=role).first()
    return custom.name if custom else ""


def permissions_of_role(role: str) -> tuple[str, ...]:
    """Return the permissions of a role: a system role's name, or a custom role's id.

    Raises:
        RoleNotFoundError: there is no such role here.
    """
    if role in SYSTEM_ROLES:
        return SYSTEM_ROLES[role]
    return tuple(get_custom_role(role_id=role).permissions)


def permissions_of_membership(member: Membership) -> tuple[str, ...]:
    """Return a member's permissions; none when their role was deleted."""
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


def list_roles() -> tuple[messages.Role, ...]:
    """Return the system roles, then the organization's own."""
    return (*map(_to_system_role, SYSTEM_ROLES), *map(to_role, list_custom_roles()))


def get_role(*, role_id: str) -> messages.Role:
    """Return a system role, or one of the organization's own.

    Raises:
        RoleNotFoundError: there is no such role here.
    """
    if role_id in SYSTEM_ROLES:
        return _to_system_role(role_id)
    return to_role(get_custom_role(role_id=role_id))


def to_role(row: Role) -> messages.Role:
    """Return a custom role as answers show it."""
    return as_message(messages.Role, row, id=str(row.id), is_system=False)


def _to_system_role(name: str) -> messages.Role:
    allowed = SYSTEM_ROLES[name]
    return messages.Role(id=name, name=name, description="", is_system=True, permissions=allowed)


def has_permission(
    *, user_id: UUID, permission: str, resource_type: str, resource_id: str, now: datetime
) -> bool:
    """Tell whether a member holds a permission, by role or by a grant on the object."""
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


def check_permission(check: messages.PermissionCheck, *, now: datetime) -> bool:
    """Tell whether a user holds a permission: the caller, or another member if the caller may see.

    Raises:
        MissingPermissionError: the caller may not see members.
        MemberNotFoundError: there is no such member here.
    """
    user_id = check.user_id or current_user_id()
    if user_id != current_user_id():
        refuse_unless_allowed(current().principal, "user:view")
        get_member(user_id=user_id)
    return has_permission(
        user_id=user_id,
        permission=check.permission,
        resource_type=check.resource_type or "",
        resource_id=check.resource_id or "",
        now=now,
    )
