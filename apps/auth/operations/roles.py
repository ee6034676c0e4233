"""Custom roles."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from apps.auth.exceptions import RoleInUseError, RoleNameTakenError
from apps.auth.models import Invitation, Membership, Role
from apps.auth.operations.members import lock_organization, void_rights_of_role
from apps.auth.queries import get_custom_role
from apps.auth.roles import refuse_more_than_own
from omnify.context import current, current_organization_id
from omnify.db import atomic
from omnify.identity.audit import Target, record_audit
from omnify.services.messages import Message


class RoleInput(Message):
    """What a custom role is to be."""

    name: str
    permissions: tuple[str, ...]
    description: str = ""


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


def _record(action: str, role: Role) -> None:
    target = Target(type="role", id=str(role.id))
    record_audit("auth", action, target=target, permissions=" ".join(role.permissions))
