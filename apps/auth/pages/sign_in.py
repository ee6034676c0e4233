"""The pages to sign in."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import SecondFactorForm, SignInForm
from apps.auth.messages.sign_in import Login, SecondStep
from apps.auth.operations import sign_in
from apps.auth.pages.sessions import next_of, start_over
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.identity.arrival import Device
from omnify.identity.permissions import PUBLIC
from omnify.pages.errors import error_page
from omnify.pages.session import SIGN_IN_PATH, PageRequest
from omnify.pages.views import PageView


class SignInView(PageView):
    """Signing in with e-mail and password."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        return self._show(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign in and go on."""
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        try:
            device = Device.of_request(request.META)
            found = sign_in.sign_in(Login(**form.cleaned_data), device=device, now=timezone.now())
        except OmnifyError as error:
            form.add_error(None, error.detail)
            return self._show(request, form, status=error.status)
        if found.tokens is None:
            second = SecondFactorForm(initial={"challenge": found.challenge})
            return show_second_factor(request, second, methods=found.methods)
        return start_over(request, found.tokens)

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "next": next_of(request),
            "is_sign_up_open": queries.is_sign_up_open(),
        }
        return render(request, "omnify_auth/sign_in/page.html", context, status=status)


class SecondFactorView(PageView):
    """The second step of signing in."""

    access: ClassVar = {"POST": PUBLIC}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Finish signing in and go on."""
        form = SecondFactorForm(request.POST)
        methods = tuple(request.POST.get("methods", "").split())
        if not form.is_valid():
            return show_second_factor(request, form, methods=methods, status=400)
        given = {name: value for name, value in form.cleaned_data.items() if value}
        try:
            _, tokens = sign_in.finish_sign_in(
                SecondStep(**given),
                host=request.get_host(),
                device=Device.of_request(request.META),
                now=timezone.now(),
            )
        except OmnifyError as error:
            form.add_error(None, error.detail)
            return show_second_factor(request, form, methods=methods, status=error.status)
        return start_over(request, tokens)


class SignInPasskeyOptionsView(PageView):
    """What the browser needs to finish signing in with a passkey."""

    access: ClassVar = {"POST": PUBLIC}

    def post(self, request: PageRequest) -> HttpResponse:
        """The options for ``navigator.credentials.get``."""
        challenge = request.POST.get("challenge", "")
        try:
            options = sign_in.passkey_options(
                challenge=challenge, host=request.get_host(), now=timezone.now()
            )
        except UnauthenticatedError as error:
            # Its words, beside the form; the floor would send a page away to renew its session.
            return error_page(request, error)
        return JsonResponse({"challenge": challenge, "options": options})


def show_second_factor(
    request: HttpRequest, form: forms.Form, *, methods: tuple[str, ...], status: int = 200
) -> HttpResponse:
    """The form of the second step."""
    context = {
        "heading": "Second step",
        "form": form,
        "next": next_of(request),
        "methods": methods,
        "action": "/app/auth/sign-in/second-factor",
        "options_url": "/app/auth/sign-in/passkey-options",
        "back_url": SIGN_IN_PATH,
        "back_label": "Start again",
    }
    return render(request, "omnify_auth/second_factor/page.html", context, status=status)
