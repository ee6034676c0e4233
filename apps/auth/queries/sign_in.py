"""Where a sign-in leads."""

from __future__ import annotations

from uuid import UUID

from apps.auth.models import Membership, Session, User


def find_home(user: User | None) -> Membership | None:
    """Return where a user was last, else their first membership; runs alike for no user."""
    user_id = user.id if user else UUID(int=0)
    latest = Session.objects.filter(user_id=user_id).order_by("-id").first()
    members = list(Membership.objects.filter(user_id=user_id).select_related("organization"))
    last = [row for row in members if latest and row.organization_id == latest.organization_id]
    return next(iter([*last, *members]), None)
