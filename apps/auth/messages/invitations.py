"""Invitations to an organization."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from apps.auth.messages.challenges import Secret
from apps.auth.messages.members import RoleId
from apps.auth.messages.passwords import NewPassword
from apps.auth.messages.users import Name, NewUser
from omnify.api.fields import UNSET, Email, UnsetType, given_fields
from omnify.services.messages import SECRET, AwareDatetime, Message


class InvitationInput(Message):
    """Whom to invite, and with which role."""

    email: Email
    role: RoleId


class Invitation(InvitationInput):
    """An open invitation."""

    id: UUID
    created_at: AwareDatetime
    expires_at: AwareDatetime


class NewInvitation(Invitation):
    """A new invitation."""

    token: Annotated[
        str | None, Meta(description="Given only where no mail can be delivered."), SECRET
    ]


class InvitationAnswer(Message):
    """An invitation's secret; a user without an account gives name and password too."""

    token: Secret
    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    password: NewPassword | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse some of a newcomer's fields without the others."""
        if len(given_fields(self)) not in (1, 4):
            raise ValueError("Give first_name, last_name and password together.")

    @property
    def newcomer(self) -> NewUser | None:
        """Return who registers with the invitation, None for a user with an account."""
        fields = given_fields(self)
        del fields["token"]
        return NewUser(**fields) if fields else None


class AcceptedInvitation(Message):
    """Where the user belongs now; they sign in, or switch, to go there."""

    organization_id: UUID
    user_id: UUID
    role: str
