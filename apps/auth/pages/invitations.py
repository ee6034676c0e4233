"""The page to accept an invitation."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import quote, urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import ConfirmForm, NewcomerForm
from apps.auth.messages.users import NewUser
from apps.auth.operations import invitations
from apps.auth.pages.forms import add_problems, show_message
from apps.auth.pages.sessions import go_on_in
from omnify.conf import settings
from omnify.context import current
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.identity.permissions import PUBLIC
from omnify.pages.session import RENEW_PATH, SIGN_IN_PATH
from omnify.pages.views import PageView


class InvitationView(PageView):
    """Accepting an invitation: signed in with its address, or as a newcomer."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Who invites whom, and what there is to do."""
        secret = request.GET.get("token", "")
        return self._show(request, _form_of_viewer()(initial={"token": secret}), secret=secret)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Join, and go on there or sign in."""
        if not current().principal.is_authenticated and "password" not in request.POST:
            # Sent by somebody who was signed in when they saw the button.
            raise UnauthenticatedError
        secret = request.POST.get("token", "")
        form = _form_of_viewer()(request.POST)
        if not form.is_valid():
            return self._show(request, form, secret=secret, status=400)
        given = {name: value for name, value in form.cleaned_data.items() if name != "token"}
        try:
            joined = invitations.accept_invitation(
                secret=secret,
                newcomer=NewUser(**given) if given else None,
                is_mail_proof=settings.EMAIL_IS_DELIVERED,
                now=timezone.now(),
            )
        except OmnifyError as error:
            add_problems(form, error)
            return self._show(request, form, secret=secret, status=error.status)
        if given:
            return show_message(request, "Welcome", _JOINED)
        return go_on_in(request, joined.organization_id)

    def _show(
        self, request: HttpRequest, form: forms.Form, *, secret: str, status: int = 200
    ) -> HttpResponse:
        invitation = queries.get_open_invitation(secret=secret, now=timezone.now())
        user_id = current().principal.user_id
        back = quote(f"{request.path}?{urlencode({'token': secret})}", safe="")
        context = {
            "invitation": invitation,
            "role": queries.name_of_role(
                role=invitation.role, organization_id=invitation.organization_id
            ),
            "form": form,
            "viewer_email": queries.get_user(user_id).email if user_id else "",
            # Whoever has a session that goes on need not type anything.
            "renew_url": f"{RENEW_PATH}?next={back}",
            "sign_in_url": f"{SIGN_IN_PATH}?next={back}",
        }
        return render(request, "omnify_auth/invitations/page.html", context, status=status)


_JOINED = "You belong to the organization now. Sign in to go there."


def _form_of_viewer() -> type[forms.Form]:
    return ConfirmForm if current().principal.is_authenticated else NewcomerForm
