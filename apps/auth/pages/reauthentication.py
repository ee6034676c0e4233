"""The page to prove oneself again."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import ReauthenticationForm
from apps.auth.messages.reauthentication import Reauthentication
from apps.auth.operations import reauthentication
from apps.auth.pages.sessions import go_on, next_of
from omnify.exceptions import OmnifyError
from omnify.identity.arrival import Device
from omnify.identity.permissions import SIGNED_IN
from omnify.pages.views import PageView

CONFIRM_PATH = "/app/auth/confirm"


class ConfirmView(PageView):
    """Proving oneself again."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    is_open_without_consent = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form: for a factor where there is one, else for the password."""
        return self._show(request, ReauthenticationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Renew the session and go back."""
        form = ReauthenticationForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        given = {name: value for name, value in form.cleaned_data.items() if value}
        try:
            tokens = reauthentication.reauthenticate(
                Reauthentication(**given),
                host=request.get_host(),
                device=Device.of_request(request.META),
                now=timezone.now(),
            )
        except OmnifyError as error:
            form.add_error(None, error.detail)
            return self._show(request, form, status=error.status)
        return go_on(request, tokens)

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        methods = queries.list_factors(queries.get_current_session(now=timezone.now()).user)
        del form.fields["password" if methods else "code"]
        context = {
            "heading": "Is it you?",
            "form": form,
            "next": next_of(request),
            "methods": methods,
            "action": CONFIRM_PATH,
            "options_url": f"{CONFIRM_PATH}/passkey-options",
            "back_url": "/",
            "back_label": "Back",
        }
        return render(request, "omnify_auth/second_factor/page.html", context, status=status)


class ConfirmOptionsView(PageView):
    """What the browser needs to prove its user again with a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    def post(self, request: HttpRequest) -> HttpResponse:
        """The options for ``navigator.credentials.get``."""
        challenge, options = reauthentication.begin_reauthentication(
            host=request.get_host(), now=timezone.now()
        )
        return JsonResponse({"challenge": challenge, "options": options})
