"""What the platform's own people do to users."""

from __future__ import annotations

from datetime import datetime

from apps.auth.models import Membership, User
from apps.auth.operations.rights import first_version, void_rights
from apps.auth.operations.sessions import revoke_sessions
from omnify.api.audit import Target, record_audit
from omnify.db import atomic


def set_staff_role(*, email: str, role: str, now: datetime) -> bool:
    """Give a user a staff role (or none); tells whether there is such a user.

    Access tokens with the former one are refused within a second.
    """
    with atomic("auth"):
        user = User.objects.filter(email=email.strip().lower()).first()
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


def save_user(user: User, *, now: datetime) -> None:
    """Save what an operator changed: a disabled user's sessions end, and their keys rest."""
    with atomic("auth"):
        user.save()
        note_staff_change(user, now=now)
        if not user.is_active:
            revoke_sessions(now=now, reason="user disabled", user_id=user.id)
            target = Target(type="user", id=str(user.id))
            record_audit("auth", "auth.user.disabled", target=target)


def save_membership(member: Membership, *, now: datetime) -> None:
    """Save a membership that an operator made or changed; former rights are void."""
    with atomic("auth"):
        member.version = member.version or first_version(now)
        member.save()
        void_rights([member], now=now)
        target = Target(type="user", id=str(member.user_id))
        record_audit(
            "auth",
            "auth.member.role_changed",
            target=target,
            organization_id=member.organization_id,
            role=member.role,
        )


def delete_membership(member: Membership, *, now: datetime) -> None:
    """End a membership with its sessions."""
    with atomic("auth"):
        void_rights([member], now=now)
        place = {"user_id": member.user_id, "organization_id": member.organization_id}
        revoke_sessions(now=now, reason="member removed", **place)
        target = Target(type="user", id=str(member.user_id))
        record_audit(
            "auth", "auth.member.removed", target=target, organization_id=member.organization_id
        )
        member.delete()
