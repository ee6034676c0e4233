"""Invitations to an organization."""

from __future__ import annotations

from uuid import UUID

from apps.auth import queries
from apps.auth.messages import invitations as messages
from apps.auth.operations import invitations
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.conf import settings
from omnify.identity.permissions import PUBLIC
from omnify.services.messages import as_message


class InvitationListView(ServiceView):
    @route("user:view", summary="List open invitations")
    def get(self) -> Page[messages.Invitation]:
        return self.page(queries.list_invitations(now=self.now), messages.Invitation)

    @route(
        "user:invite",
        summary="Invite somebody",
        description="The secret goes by mail; it is in the answer only where no mail is set up. An "
        "address is invited at most five times an hour, over all organizations.",
        status=201,
    )
    def post(self, invitation_input: messages.InvitationInput) -> messages.NewInvitation:
        row, secret = invitations.create_invitation(invitation_input, now=self.now)
        token = None if settings.EMAIL_IS_DELIVERED else secret
        return as_message(messages.NewInvitation, row, token=token)


class InvitationView(ServiceView):
    @route("user:invite", summary="Revoke an invitation")
    def delete(self, invitation_id: UUID) -> None:
        invitations.revoke_invitation(invitation_id=invitation_id, now=self.now)


class AcceptInvitationView(ServiceView):
    @route(
        PUBLIC,
        summary="Accept an invitation",
        description="With the access token of the invited address, or as a newcomer without one.",
    )
    def post(self, answer: messages.InvitationAnswer) -> messages.AcceptedInvitation:
        membership = invitations.accept_invitation(answer, now=self.now)
        return as_message(messages.AcceptedInvitation, membership)
