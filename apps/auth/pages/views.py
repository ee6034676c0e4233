"""The pages of auth: signing in, registering, renewing, signing out."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import quote, urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth.forms import RegisterForm, SignInForm
from apps.auth.operations import organizations, sessions
from apps.auth.pages.cookies import clear_session, refresh_cookie, set_session
from omnify.api.permissions import PUBLIC
from omnify.conf import settings
from omnify.context import current
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.pages.session import SIGN_IN_PATH, safe_next
from omnify.pages.views import PageView


def next_of(request: HttpRequest) -> str:
    """Where to go afterwards: a path of this host, or a page of this fleet on another port."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    parts = urlsplit(asked)
    if parts.scheme not in ("http", "https"):
        return safe_next(asked)
    known = {urlsplit(url).netloc for url in settings.PUBLIC_URLS.values()}
    same_host = parts.hostname == urlsplit(f"//{request.get_host()}").hostname
    return asked if parts.netloc in known and same_host else "/"


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
            _, tokens = sessions.sign_in(
                **form.cleaned_data,
                device=sessions.Device.of_request(request.META),
                now=timezone.now(),
            )
        except UnauthenticatedError as error:
            form.add_error(None, error.detail)
            return self._show(request, form, status=401)
        return _go_on(request, tokens)

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": next_of(request)}
        return render(request, "omnify_auth/sign_in.html", context, status=status)


class RegisterView(PageView):
    """Registering an organization."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        return self._show(request, RegisterForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register and go on, signed in."""
        form = RegisterForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        asked = organizations.Registration(**form.cleaned_data)
        try:
            _, tokens = organizations.register_organization(
                asked, device=sessions.Device.of_request(request.META), now=timezone.now()
            )
        except OmnifyError as error:
            for problem in error.details.get("errors", [{"field": "email"}]):
                form.add_error(problem["field"], problem.get("message", error.detail))
            return self._show(request, form, status=error.status)
        return _go_on(request, tokens)

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": next_of(request)}
        return render(request, "omnify_auth/register.html", context, status=status)


class RenewView(PageView):
    """Renewing the browser's session from its refresh cookie."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Renew and go back; without a session to renew, sign in."""
        tokens = self._renew(request)
        target = next_of(request)
        if tokens is None:
            response = _redirect(f"{SIGN_IN_PATH}?next={quote(target, safe='')}")
            clear_session(request, response)
            return response
        return _go_on(request, tokens)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Renew in the background, before the access token expires."""
        tokens = self._renew(request)
        response = HttpResponse(status=204 if tokens else 401)
        if tokens:
            set_session(request, response, tokens)
        return response

    def _renew(self, request: HttpRequest) -> sessions.TokenPair | None:
        presented = request.COOKIES.get(refresh_cookie(request), "")
        try:
            return sessions.refresh_session(presented=presented, now=timezone.now())
        except UnauthenticatedError:
            return None


class SignOutView(PageView):
    """Signing out."""

    access: ClassVar = {"POST": PUBLIC}

    def post(self, request: HttpRequest) -> HttpResponse:
        """End the session and take its cookies."""
        session_id = current().principal.session_id
        if session_id:
            sessions.revoke_sessions(now=timezone.now(), reason="signed out", id=session_id)
        response = _redirect(SIGN_IN_PATH)
        clear_session(request, response)
        return response


def _go_on(request: HttpRequest, tokens: sessions.TokenPair) -> HttpResponse:
    response = _redirect(next_of(request))
    set_session(request, response, tokens)
    return response


def _redirect(target: str) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": target})
