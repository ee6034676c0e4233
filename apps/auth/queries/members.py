"""Members of organizations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from apps.auth import models
from apps.auth.exceptions import MemberNotFoundError
from apps.auth.messages.members import Member, Membership
from apps.auth.roles import OWNER
from omnify.context import current_organization_id
from omnify.services.messages import as_message

_NAMES: Final = ("first_name", "last_name", "email")


def list_members() -> QuerySet[models.Membership]:
    """Return the organization's members with their users."""
    rows = models.Membership.objects.filter(organization_id=current_organization_id())
    return rows.select_related("user").order_by("-id")


def list_owners() -> QuerySet[models.Membership]:
    """Return the organization's owners with their users, the first one first."""
    return list_members().filter(role=OWNER, user__is_active=True).order_by("id")


def search_members(asked: str) -> QuerySet[models.Membership]:
    """Return the members whose names or addresses have all the words of a question."""
    found = list_members()
    for word in asked.split():
        is_meant = (Q(**{f"user__{name}__icontains": word}) for name in _NAMES)
        found = found.filter(reduce(or_, is_meant))
    return found


def find_last_seen(user_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when members last used the organization, to some minutes."""
    sessions = models.Session.objects.filter(
        organization_id=current_organization_id(), user_id__in=user_ids
    )
    seen = sessions.order_by().values("user_id").annotate(last=Max("rotated_at"))
    return dict(seen.values_list("user_id", "last"))


def get_member(*, user_id: UUID) -> models.Membership:
    """Return a member of the organization.

    Raises:
        MemberNotFoundError: the user does not belong to it.
    """
    member = list_members().filter(user_id=user_id).first()
    if member is None:
        raise MemberNotFoundError(user_id=user_id)
    return member


def list_memberships(*, user_id: UUID) -> QuerySet[models.Membership]:
    """Return a user's memberships."""
    return models.Membership.objects.filter(user_id=user_id).select_related("organization")


def to_membership(row: models.Membership) -> Membership:
    """Return an organization that a user belongs to, as answers show it."""
    return as_message(Membership, row, name=row.organization.name)


def to_member(row: models.Membership) -> Member:
    """Return a member as answers show them."""
    user = row.user
    names = {"first_name": user.first_name, "last_name": user.last_name}
    return as_message(Member, row, email=user.email, **names)
