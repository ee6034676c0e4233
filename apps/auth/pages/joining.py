"""The pages to register, and those that mailed links open."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import (
    AddressForm,
    ConfirmForm,
    NewPasswordForm,
    RegisterForm,
)
from apps.auth.operations import addresses, limits, passwords, registration
from apps.auth.operations.legal import Acceptance
from apps.auth.operations.sessions import Device
from apps.auth.pages.signing_in import next_of, start_over
from omnify.exceptions import OmnifyError
from omnify.identity.permissions import PUBLIC
from omnify.pages.session import SIGN_IN_PATH
from omnify.pages.views import PageView

_SIGN_IN = {"url": SIGN_IN_PATH, "label": "Sign in"}


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
            limits.spend_try(limits.REGISTER, limits.place_of(device.address), now=now)
            asked = _registration(form.cleaned_data)
            if queries.is_verification_mandatory():
                registration.request_registration(asked, device=device, now=now)
                return show_message(request, "Look into your mail", _MAIL_SENT)
            _, tokens = registration.register_organization(asked, device=device, now=now)
        except OmnifyError as error:
            add_problems(form, error, field="email")
            return self._show(request, form, status=error.status)
        return start_over(request, tokens)

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": next_of(request)}
        return render(request, "omnify_auth/register.html", context, status=status)


_MAIL_SENT = "Open the link in the mail that was sent to you, then sign in."


def _registration(given: dict[str, Any]) -> registration.Registration:
    fields = {name: value for name, value in given.items() if name != "accepts"}
    documents = queries.list_required_documents(now=timezone.now())
    accepted = tuple(
        Acceptance(document_type=item.document_type, version=item.version) for item in documents
    )
    return registration.Registration(**fields, accepted_documents=accepted)


def add_problems(form: forms.Form, error: OmnifyError, *, field: str | None = None) -> None:
    """Show a refusal beside the fields that it names, or beside one, or above all."""
    for problem in error.details.get("errors") or [{"field": field}]:
        name = problem["field"] if problem["field"] in form.fields else None
        form.add_error(name, problem.get("message", error.detail))


def show_message(request: HttpRequest, heading: str, text: str) -> HttpResponse:
    """A page that says something, and where to sign in."""
    context = {"heading": heading, "text": text, "links": [_SIGN_IN]}
    return render(request, "omnify_auth/form_page.html", context)


class FormPage(PageView):
    """A page with one form that anybody may send; the secret of a link comes in the address."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}
    form_class: ClassVar[type[forms.Form]]
    heading: ClassVar[str]
    button: ClassVar[str]
    done: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        form = self.form_class(initial={"token": request.GET.get("token", "")})
        return self._show(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it, and say so."""
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        try:
            self.run(request, form.cleaned_data)
        except OmnifyError as error:
            add_problems(form, error)
            return self._show(request, form, status=error.status)
        return show_message(request, self.heading, self.done)

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Do what the form is for."""
        raise NotImplementedError

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {
            "heading": self.heading,
            "form": form,
            "button": self.button,
            "links": [_SIGN_IN],
        }
        return render(request, "omnify_auth/form_page.html", context, status=status)


class ForgotView(FormPage):
    """Asking for a reset link."""

    form_class = AddressForm
    heading = "Forgot your password?"
    button = "Mail me a link"
    done = "If there is an account with this address, a link is on its way. It holds for an hour."

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Mail it, if there is such an account."""
        address = Device.of_request(request.META).address or ""
        addresses.request_link(
            addresses.RESET, email=given["email"], address=address, now=timezone.now()
        )


class ResetView(FormPage):
    """Choosing a new password."""

    form_class = NewPasswordForm
    heading = "New password"
    button = "Set the password"
    done = "The password is set, and all sessions and API keys were ended."

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Set it."""
        passwords.reset_password(
            secret=given["token"], new=given["new_password"], now=timezone.now()
        )


class VerifyEmailView(FormPage):
    """Proving an address; a button, since programs that scan mails follow links by themselves."""

    form_class = ConfirmForm
    heading = "Confirm your address"
    button = "This address is mine"
    done = "The address is confirmed."

    def run(self, request: HttpRequest, given: dict[str, Any]) -> None:
        """Prove it."""
        addresses.verify_email(secret=given["token"], now=timezone.now())
