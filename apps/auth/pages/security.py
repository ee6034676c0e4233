"""The page where a user sees and changes what lets them in."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.auth import queries
from apps.auth.forms import PasskeyForm, posted_id
from apps.auth.messages.passkeys import PasskeyInput
from apps.auth.messages.passwords import PasswordChange
from apps.auth.operations import (
    passkeys,
    passwords,
    recovery_codes,
    second_factor,
    sessions,
)
from apps.auth.pages.cookies import set_session
from apps.auth.pages.reauthentication import CONFIRM_PATH
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.identity.arrival import Device
from omnify.identity.permissions import SIGNED_IN, ReauthenticationRequiredError
from omnify.pages.session import PageRequest, go_to
from omnify.pages.views import PageView

Found = dict[str, Any]


class SecurityView(PageView):
    """Sessions, factors, recovery codes and the password."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}

    @property
    def is_open_without_consent(self) -> bool:
        """What keeps others out is, as in the API; what else changes waits for the consent."""
        return self.request.POST.get("action") in _OPEN_WITHOUT_CONSENT

    def get(self, request: PageRequest) -> HttpResponse:
        """How it stands."""
        return _answer(request, {})

    def post(self, request: PageRequest) -> HttpResponse:
        """Do what the button says, and show how it stands then."""
        act = _ACTIONS.get(request.POST.get("action", ""))
        try:
            found = act(request) if act else {"problem": "There is no such action."}
        except ReauthenticationRequiredError:
            return _confirm_first(request)
        except UnauthenticatedError as error:
            found = {"problem": error.detail}
        except OmnifyError as error:
            found = {"problem": _words_of(error)}
        return _answer(request, found)


def _answer(request: PageRequest, found: Found) -> HttpResponse:
    tokens = found.pop("tokens", None)
    now = timezone.now()
    session = tokens and queries.find_own_session(session_id=tokens.session_id)
    user = (session or queries.get_current_session(now=now)).user
    context = {
        "sessions": queries.list_sessions(user_id=user.id, now=now)[:50],
        "methods": queries.list_factors(user),
        "passkeys": queries.list_passkeys(user),
        "codes_left": queries.count_recovery_codes(user),
        "viewer_email": user.email,
        **found,
    }
    name = "omnify_auth/security/_page.html" if request.htmx else "omnify_auth/security/page.html"
    response = render(request, name, context)
    if tokens:
        set_session(request, response, tokens)
    return response


def _confirm_first(request: PageRequest) -> HttpResponse:
    return go_to(request, f"{CONFIRM_PATH}?next=/app/auth/security")


def _words_of(error: OmnifyError) -> str:
    reasons = [problem["message"] for problem in error.details.get("errors", [])]
    return " ".join([error.detail, *reasons])


def _end_session(request: HttpRequest) -> Found:
    sessions.end_own_session(session_id=posted_id(request, "value"), now=timezone.now())
    return {"done": "The session was ended."}


def _end_others(request: HttpRequest) -> Found:
    count = sessions.end_own_sessions(keeps_current=True, now=timezone.now())
    return {"done": f"{count} other sessions were ended."}


def _set_up_totp(request: HttpRequest) -> Found:
    made = second_factor.set_up_totp(now=timezone.now())
    picture = base64.b64encode(made.qr_svg.encode()).decode()
    return {"setup": {"secret": made.secret, "picture": picture}}


def _confirm_totp(request: HttpRequest) -> Found:
    codes = second_factor.confirm_totp(code=request.POST.get("code", ""), now=timezone.now())
    return {"done": "The authenticator app is set up.", "recovery_codes": codes}


def _renew_codes(request: HttpRequest) -> Found:
    return {"recovery_codes": recovery_codes.renew_recovery_codes(now=timezone.now())}


def _disable(request: HttpRequest) -> Found:
    second_factor.disable_factors(now=timezone.now())
    return {"done": "Your second factors were removed."}


def _add_passkey(request: HttpRequest) -> Found:
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        return {"problem": "The browser made no passkey; try again."}
    _, codes = passkeys.complete_registration(
        PasskeyInput(**form.cleaned_data), host=request.get_host(), now=timezone.now()
    )
    return {"done": "The passkey was added.", "recovery_codes": codes}


def _remove_passkey(request: HttpRequest) -> Found:
    value = request.POST.get("value", "")[:18]
    number = int(value) if value.isascii() and value.isdigit() else 0
    passkeys.remove_passkey(passkey_id=number, now=timezone.now())
    return {"done": "The passkey was removed."}


def _change_password(request: HttpRequest) -> Found:
    change = PasswordChange(
        current_password=request.POST.get("present", "")[:128],
        new_password=request.POST.get("new", "")[:129],
    )
    device = Device.of_request(request.META)
    tokens = passwords.change_password(change, device=device, now=timezone.now())
    return {"done": "The password was changed.", "tokens": tokens}


_ACTIONS: dict[str, Callable[[HttpRequest], Found]] = {
    "end_session": _end_session,
    "end_others": _end_others,
    "totp_setup": _set_up_totp,
    "totp_confirm": _confirm_totp,
    "recovery_codes": _renew_codes,
    "disable": _disable,
    "passkey_add": _add_passkey,
    "passkey_remove": _remove_passkey,
    "password": _change_password,
}
_OPEN_WITHOUT_CONSENT = {"end_session", "end_others", "password"}
