"""Members of organizations."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.auth.exceptions import MemberNotFoundError
from apps.auth.models import Membership
from omnify.context import current_organization_id


def list_members() -> QuerySet[Membership]:
    """The organization's members with their users."""
    rows = Membership.objects.filter(organization_id=current_organization_id())
    return rows.select_related("user").order_by("-id")


def get_member(*, user_id: UUID) -> Membership:
    """A member of the organization.

    Raises:
        MemberNotFoundError: the user does not belong to it.
    """
    member = list_members().filter(user_id=user_id).first()
    if member is None:
        raise MemberNotFoundError(user_id=user_id)
    return member


def list_memberships(*, user_id: UUID) -> QuerySet[Membership]:
    """Where a user belongs."""
    return Membership.objects.filter(user_id=user_id).select_related("organization")
