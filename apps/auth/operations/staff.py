"""What the platform's own people do to users, organizations and their members."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from apps.auth.models import Membership, Organization, User
from apps.auth.operations.addresses import void_links
from apps.auth.operations.members import (
    end_membership,
    first_version,
    give_role,
    lock_organization,
    void_rights,
)
from apps.auth.operations.organizations import change_organization
from apps.auth.operations.quotas import refuse_beyond_users, set_plan
from apps.auth.operations.sessions import revoke_sessions
from apps.auth.queries import get_member, permissions_of_role
from omnify.context import Context, Principal, PrincipalKind, acting_as
from omnify.db import atomic
from omnify.identity.audit import Target, record_audit


def set_staff_role(*, email: str, role: str, now: datetime) -> bool:
    """Give a user a staff role (or none); tells whether there is such a user.

    Access tokens with the former one are refused within a second.
    """
    with atomic("auth"):
        user = User.objects.find_by_email(email)
        if user is None:
            return False
        user.staff_role = role
        user.save(update_fields=["staff_role"])
        note_staff_change(user, now=now)
    return True


def note_staff_change(user: User, *, now: datetime) -> None:
    """Make tokens of a user's former staff role void. Call inside ``atomic``."""
    void_rights(Membership.objects.filter(user=user), now=now)
    target = Target(type="user", id=str(user.id))
    record_audit("auth", "auth.staff.changed", target=target, role=user.staff_role)


def save_user(user: User, *, by: UUID, now: datetime) -> None:
    """Save what an operator changed: a disabled user's sessions and links end, their keys rest."""
    with _operator(by), atomic("auth"):
        user.save()
        note_staff_change(user, now=now)
        if not user.is_active:
            revoke_sessions(now=now, reason="user disabled", user_id=user.id)
            void_links(user, now=now)
            target = Target(type="user", id=str(user.id))
            record_audit("auth", "auth.user.disabled", target=target)


def save_organization(organization: Organization, *, changed: Iterable[str], by: UUID) -> None:
    """Save the fields that an operator changed, the plan among them."""
    changes = {name: getattr(organization, name) for name in changed}
    plan = changes.pop("plan", None)
    with _operator(by, organization.id), atomic("auth"):
        if plan is not None:
            set_plan(plan=plan)
        if changes:
            change_organization(**changes)


def add_member(member: Membership, *, by: UUID, now: datetime) -> None:
    """Save a membership that an operator added.

    Raises:
        RoleNotFoundError: the organization has no such role.
        QuotaExceededError: members and open invitations reach the plan's limit.
    """
    with _operator(by, member.organization_id), atomic("auth"):
        organization = lock_organization()
        permissions_of_role(member.role)
        refuse_beyond_users(organization, now=now)
        member.version = first_version(now)
        member.save()
        target = Target(type="user", id=str(member.user_id))
        record_audit("auth", "auth.member.added", target=target, role=member.role)


def change_member(member: Membership, *, by: UUID, now: datetime) -> None:
    """Give a member the role that an operator chose.

    Raises:
        RoleNotFoundError: the organization has no such role.
        LastOwnerError: nobody would own the organization any more.
    """
    with _operator(by, member.organization_id), atomic("auth"):
        lock_organization()
        permissions_of_role(member.role)
        give_role(get_member(user_id=member.user_id), role=member.role, now=now)


def end_memberships(members: Iterable[Membership], *, by: UUID, now: datetime) -> None:
    """End memberships as their organizations do, all or none.

    Raises:
        LastOwnerError: nobody would own an organization any more.
    """
    with atomic("auth"):
        for member in members:
            with _operator(by, member.organization_id):
                lock_organization()
                end_membership(get_member(user_id=member.user_id), now=now)


def _operator(
    user_id: UUID, organization_id: UUID | None = None
) -> AbstractContextManager[Context]:
    """Act as an operator, on an organization: the ledger names both."""
    return acting_as(
        Principal(
            kind=PrincipalKind.USER,
            user_id=user_id,
            organization_id=organization_id,
            is_staff=True,
        )
    )
