"""The pages to invite somebody and to accept an invitation."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from apps.auth import queries
from apps.auth.forms import ConfirmForm, InvitationForm, NewcomerForm
from apps.auth.messages.invitations import InvitationAnswer, InvitationInput
from apps.auth.operations import invitations
from apps.auth.pages.members import TAB, find_members, list_role_choices
from apps.auth.pages.plain import PlainForm
from apps.auth.pages.sessions import enter_organization, start_over
from apps.auth.pages.settings import TEMPLATE
from omnify.conf import settings
from omnify.context import current
from omnify.email_addresses import is_same_mailbox
from omnify.exceptions import UnauthenticatedError
from omnify.identity.permissions import PUBLIC
from omnify.pages.forms import ActionPage, FormPage
from omnify.pages.parts import Banner, Copyable, Form, Link
from omnify.pages.session import RENEW_PATH, SIGN_IN_PATH, PageRequest

_JOINED = (
    "You belong to the organization now. Confirm your address by the link in the mail that was"
    " sent to you, then sign in."
)


class InviteView(FormPage):
    """An invitation, by mail or as a link to hand over."""

    access: ClassVar = {"GET": "user:invite", "POST": "user:invite"}
    template = TEMPLATE
    back = TAB
    button = "Invite"
    problem_field = "email"

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return the form with the organization's roles."""
        return InvitationForm(*sent, roles=list_role_choices(), **options)

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Invite; where no mail is set up, show the link this once."""
        return _invite(self, InvitationInput(**given))

    def find_context(self) -> dict[str, Any]:
        """Return the page of members with the form as it was sent."""
        sent = Form(fields=self.form, url=self.request.path, button=self.button)
        return find_members(self, invite=sent)


class ResendInvitationView(ActionPage):
    """An invitation anew, in place of a mail or link that was lost; the former link is void."""

    access: ClassVar = {"POST": "user:invite"}
    back = TAB

    def run(self, invitation_id: UUID) -> HttpResponse:
        """Invite the same address as the same."""
        former = queries.get_invitation(invitation_id=invitation_id, now=self.now)
        return _invite(self, InvitationInput(email=former.email, role=former.role))


def _invite(view: ActionPage, invitation_input: InvitationInput) -> HttpResponse:
    _, secret = invitations.create_invitation(invitation_input, now=view.now)
    said = f"{invitation_input.email} is invited."
    if settings.EMAIL_IS_DELIVERED:
        return view.go_back(said)
    url = f"{reverse('auth:invitation')}?{urlencode({'token': secret})}"
    address = view.request.build_absolute_uri(url)
    text = f"{said} No mail is set up here; hand this link over yourself:"
    notice = Banner(text=text, level="success", link=Link(address, "Invitation link"))
    link = Copyable(id="invitation-link", label="Link to copy", text=address)
    return view.show(TEMPLATE, {**find_members(view, link), "notices": [notice]})


class RevokeInvitationView(ActionPage):
    """The end of an invitation."""

    access: ClassVar = {"POST": "user:invite"}
    back = TAB

    def run(self, invitation_id: UUID) -> HttpResponse:
        """Revoke it."""
        invitations.revoke_invitation(invitation_id=invitation_id, now=self.now)
        return self.go_back("The invitation was revoked.")


class InvitationView(PlainForm):
    """Accepting an invitation: signed in with its address, or as a newcomer."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    template = "omnify_auth/invitations/page.html"
    button = "Join"

    def post(self, request: PageRequest, **ids: Any) -> HttpResponse:
        """Join; the session may have expired since the button was shown."""
        if not current().principal.is_authenticated and "password" not in request.POST:
            raise UnauthenticatedError
        return super().post(request, **ids)

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return a form that asks only those whom nobody knows who they are."""
        is_known = current().principal.is_authenticated
        return (ConfirmForm if is_known else NewcomerForm)(*sent, **options)

    def run(self, given: dict[str, Any]) -> HttpResponse:
        """Join, and go to the organization."""
        given.pop("accepts", None)
        answer = InvitationAnswer(**given)
        if answer.newcomer is None:
            joined = invitations.accept_invitation(answer, now=self.now)
            return enter_organization(self, joined.organization_id)
        tokens = invitations.join_as_newcomer(
            answer,
            acceptances=queries.list_acceptances(now=self.now),
            device=self.device,
            now=self.now,
        )
        if tokens is None:
            return self.show_message(_JOINED, heading="Welcome")
        return start_over(self.request, tokens)

    def find_initial(self) -> dict[str, Any]:
        """Return the secret."""
        return {"token": self.request.GET.get("token", "")}

    def find_links(self) -> list[Link]:
        """Return where to sign in."""
        return [Link(SIGN_IN_PATH, "Sign in")]

    def find_context(self) -> dict[str, Any]:
        """Return who is invited as what, and the ways to accept."""
        secret = self.request.POST.get("token") or self.request.GET.get("token", "")
        invitation = queries.get_open_invitation(secret=secret, now=self.now)
        user_id = current().principal.user_id
        viewer_email = queries.get_user(user_id).email if user_id else ""
        back = urlencode({"next": f"{self.request.path}?{urlencode({'token': secret})}"})
        role = queries.name_of_role(
            role=invitation.role, organization_id=invitation.organization_id
        )
        return {
            **super().find_context(),
            "heading": f"Join {invitation.organization.name}",
            "invitation": invitation,
            "role": role,
            "viewer_email": viewer_email,
            "is_for_viewer": is_same_mailbox(viewer_email, invitation.email),
            # Those with an active session need not type anything.
            "renew_url": f"{RENEW_PATH}?{back}",
            "sign_in_url": f"{SIGN_IN_PATH}?{back}",
        }
