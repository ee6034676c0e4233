"""Changing and ending memberships, and making tokens of former rights void."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.auth.contract import MemberRemoved, RoleChanged
from apps.auth.exceptions import LastOwnerError
from apps.auth.messages.sessions import RevocationInput
from apps.auth.models import Grant, Membership, Organization
from apps.auth.operations.api_keys import revoke_api_keys
from apps.auth.operations.sessions import end_own_sessions, revoke_sessions
from apps.auth.queries import get_member, permissions_of_membership, permissions_of_role
from apps.auth.roles import OWNER, refuse_more_than_own
from omnify.context import current, current_organization_id, current_user_id
from omnify.db import atomic
from omnify.events import publish
from omnify.identity.audit import Target, record_audit
from omnify.identity.contract import PrincipalChanged
from omnify.identity.permissions import refuse_unless_allowed


def change_member_role(*, user_id: UUID, role: str, now: datetime) -> Membership:
    """Give a member another role; their tokens with the former one are refused within a second.

    Raises:
        MemberNotFoundError, RoleNotFoundError: there is no such member or role here.
        MoreThanOwnError: the new role, or the member's present one, holds what the caller lacks.
        LastOwnerError: nobody would own the organization any more.
    """
    with atomic("auth"):
        lock_organization()
        member = get_member(user_id=user_id)
        refuse_more_than_own(permissions_of_membership(member), current().principal.permissions)
        refuse_more_than_own(permissions_of_role(role), current().principal.permissions)
        give_role(member, role=role, now=now)
    return member


def give_role(member: Membership, *, role: str, now: datetime) -> None:
    """Give a member a role, without a check of the caller's rights; lock the organization before.

    Raises:
        LastOwnerError: nobody would own the organization any more.
    """
    former = member.role
    if former == role:
        return
    _refuse_without_owner(member)
    Membership.objects.filter(id=member.id).update(role=role)
    member.role = role
    void_rights([member], now=now)
    place = {"user_id": member.user_id, "organization_id": member.organization_id}
    publish(RoleChanged(role=role, former_role=former, **place))
    _record("auth.member.role_changed", member, role=role, former_role=former)


def remove_member(*, user_id: UUID, now: datetime) -> None:
    """End a membership with its sessions, keys and grants, everywhere within a second.

    Raises:
        MemberNotFoundError: there is no such member here.
        MoreThanOwnError: the member holds what the caller lacks.
        LastOwnerError: nobody would own the organization any more.
    """
    with atomic("auth"):
        lock_organization()
        member = get_member(user_id=user_id)
        refuse_more_than_own(permissions_of_membership(member), current().principal.permissions)
        end_membership(member, now=now)


def end_membership(member: Membership, *, now: datetime) -> None:
    """End a membership, without a check of the caller's rights; lock the organization before.

    Raises:
        LastOwnerError: nobody would own the organization any more.
    """
    _refuse_without_owner(member)
    member.version = next_version(member, now)
    announce_rights([member])
    which = {"user_id": member.user_id, "organization_id": member.organization_id}
    revoke_sessions(now=now, reason="member removed", **which)
    revoke_api_keys(now=now, **which)
    Grant.objects.filter(user_id=member.user_id).delete()
    member.delete()
    publish(MemberRemoved(**which))
    _record("auth.member.removed", member, role=member.role)


def end_sessions(revocation: RevocationInput, *, now: datetime) -> int:
    """End the caller's own sessions or a member's; returns how many were active.

    Raises:
        ReauthenticationRequiredError: the own session's proof of identity is too old.
        MissingPermissionError, MemberNotFoundError, MoreThanOwnError: as ``end_member_sessions``.
    """
    user_id = revocation.user_id or current_user_id()
    if user_id != current_user_id():
        return end_member_sessions(user_id=user_id, now=now)
    return end_own_sessions(keeps_current=revocation.keep_current, now=now)


def end_member_sessions(*, user_id: UUID, now: datetime) -> int:
    """End a member's sessions in this organization; returns how many were active.

    Raises:
        MissingPermissionError: the caller may not edit members.
        MemberNotFoundError: there is no such member here.
        MoreThanOwnError: the member holds what the caller lacks.
    """
    refuse_unless_allowed(current().principal, "user:edit")
    with atomic("auth"):
        member = get_member(user_id=user_id)
        refuse_more_than_own(permissions_of_membership(member), current().principal.permissions)
        return revoke_sessions(
            now=now,
            reason="ended by an admin",
            user_id=user_id,
            organization_id=member.organization_id,
        )


def lock_organization() -> Organization:
    """Lock and return the organization of the context, so that its members change in turn."""
    return Organization.objects.select_for_update().get(id=current_organization_id())


def _refuse_without_owner(member: Membership) -> None:
    if member.role != OWNER:
        return
    owners = Membership.objects.filter(organization_id=member.organization_id, role=OWNER)
    if not owners.exclude(id=member.id).exists():
        raise LastOwnerError


def _record(action: str, member: Membership, **details: str) -> None:
    record_audit("auth", action, target=Target(type="user", id=str(member.user_id)), **details)


def void_rights(memberships: Iterable[Membership], *, now: datetime) -> None:
    """Let tokens made before now be refused everywhere within a second; they can be refreshed."""
    rows = list(memberships)
    with atomic("auth"):
        for row in rows:
            row.version = next_version(row, now)
            Membership.objects.filter(id=row.id).update(version=row.version)
        announce_rights(rows)


def announce_rights(rows: list[Membership]) -> None:
    """Publish the current versions of memberships, also of some that are about to be deleted."""
    if rows:
        publish(
            *(
                PrincipalChanged(
                    user_id=row.user_id,
                    organization_id=row.organization_id,
                    rights_version=row.version,
                )
                for row in rows
            )
        )


def next_version(row: Membership, now: datetime) -> int:
    """Return a version above the current one, and above those of an earlier membership."""
    return max(row.version + 1, first_version(now))


def first_version(now: datetime) -> int:
    """Return the microseconds since 1970: a membership that is made again continues the count."""
    return int(now.timestamp() * 1_000_000)


def void_rights_of_role(*, organization_id: UUID, role: str, now: datetime) -> None:
    """Let tokens of all members with a role be refused; they can be refreshed."""
    holders = Membership.objects.filter(organization_id=organization_id, role=role)
    void_rights(holders, now=now)
