"""Open invitations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.auth.exceptions import InvitationNotFoundError
from apps.auth.models import Invitation
from apps.auth.tokens.secrets import hash_secret
from omnify.context import current_organization_id


def list_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Return the organization's open invitations."""
    return Invitation.objects.open_at(now).filter(organization_id=current_organization_id())


def get_invitation(*, invitation_id: UUID, now: datetime) -> Invitation:
    """Return one of the organization's open invitations.

    Raises:
        InvitationNotFoundError: there is no such open invitation here.
    """
    invitation = list_invitations(now=now).filter(id=invitation_id).first()
    if invitation is None:
        raise InvitationNotFoundError
    return invitation


def get_open_invitation(*, secret: str, now: datetime) -> Invitation:
    """Return the invitation of a link, with its organization.

    Raises:
        InvitationNotFoundError: it is unknown, used, revoked or over.
    """
    rows = Invitation.objects.open_at(now).select_related("organization")
    invitation = rows.filter(token_hash=hash_secret(secret)).first()
    if invitation is None:
        raise InvitationNotFoundError
    return invitation
