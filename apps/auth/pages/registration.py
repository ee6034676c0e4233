"""The page to register an organization."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import RegisterForm
from apps.auth.messages.legal import Acceptance
from apps.auth.messages.registration import Registration
from apps.auth.operations import registration
from apps.auth.pages.forms import add_problems, show_message
from apps.auth.pages.sessions import next_of, start_over
from omnify.exceptions import OmnifyError
from omnify.identity.arrival import Device
from omnify.identity.permissions import PUBLIC
from omnify.pages.views import PageView


class RegisterView(PageView):
    """Registering an organization."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        registration.refuse_closed_sign_up()
        return self._show(request, RegisterForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register and go on, signed in; or wait for the mail that proves the address."""
        form = RegisterForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        device, now = Device.of_request(request.META), timezone.now()
        try:
            wanted = _registration(form.cleaned_data)
            registered = registration.register(wanted, device=device, now=now)
        except OmnifyError as error:
            add_problems(form, error, field="email")
            return self._show(request, form, status=error.status)
        if registered is None:
            return show_message(request, "Check your mail", _MAIL_SENT)
        return start_over(request, registered[1])

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": next_of(request)}
        return render(request, "omnify_auth/registration/page.html", context, status=status)


_MAIL_SENT = "Open the link in the mail that was sent to you, then sign in."


def _registration(given: dict[str, Any]) -> Registration:
    fields = {name: value for name, value in given.items() if name != "accepts"}
    documents = queries.list_required_documents(now=timezone.now())
    accepted = tuple(
        Acceptance(document_type=item.document_type, version=item.version) for item in documents
    )
    return Registration(**fields, accepted_documents=accepted)
