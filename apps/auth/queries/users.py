"""Users."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.auth.messages.users import Me
from apps.auth.models import Membership, Organization, User
from apps.auth.queries.addresses import is_email_verified
from apps.auth.queries.api_keys import find_current_key
from apps.auth.queries.legal import list_outstanding
from apps.auth.queries.members import list_memberships, to_membership
from apps.auth.queries.sessions import find_current_session
from omnify.context import current
from omnify.identity.revocations import SessionRevokedError
from omnify.services.messages import as_message


def get_user(user_id: UUID | None) -> User:
    """Return a user by id.

    Raises:
        SessionRevokedError: there is none that may sign in.
    """
    user = None
    if user_id is not None:
        user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None:
        raise SessionRevokedError
    return user


def find_users(user_ids: Iterable[UUID]) -> QuerySet[User]:
    """Return users by their ids, disabled ones too."""
    return User.objects.filter(id__in=user_ids)


def get_viewer(*, now: datetime) -> tuple[User, Organization]:
    """Return the caller, by an active session or API key, and their organization.

    Raises:
        SessionRevokedError: it was ended meanwhile.
    """
    holder = find_current_session(now=now) or find_current_key()
    if holder is None:
        raise SessionRevokedError
    return holder.user, holder.organization


def find_viewer() -> tuple[User, Organization] | None:
    """Return the user and the organization of the context, None where there is no such member."""
    context = current()
    user_id, organization_id = context.principal.user_id, context.organization_id
    if user_id is None or organization_id is None:
        return None
    member = Membership.objects.filter(user_id=user_id, organization_id=organization_id)
    membership = member.select_related("user", "organization").first()
    return (membership.user, membership.organization) if membership else None


def describe_caller(*, now: datetime) -> Me:
    """Return the caller, and what they may do.

    Raises:
        SessionRevokedError: their session or API key was ended meanwhile.
    """
    user, organization = get_viewer(now=now)
    memberships = list(list_memberships(user_id=user.id))
    here = next((row for row in memberships if row.organization_id == organization.id), None)
    outstanding = list_outstanding(user_id=user.id, now=now)
    return as_message(
        Me,
        current().principal,
        user=user,
        organization=organization,
        email_verified=is_email_verified(user),
        reader_role=here.reader_role if here else "cmo",
        organizations=[to_membership(row) for row in memberships],
        documents_outstanding=[document.document_type for document in outstanding],
    )
