"""The pages of whoever is signed in: security, proving oneself again, documents."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe

from apps.auth import queries
from apps.auth.forms import PasskeyForm, ReauthenticationForm, posted_id
from apps.auth.legal import Document
from apps.auth.operations import (
    factors,
    legal,
    passkeys,
    passwords,
    second_factor,
    sessions,
)
from apps.auth.operations.sessions import Device
from apps.auth.pages.cookies import set_session
from apps.auth.pages.signing_in import go_on, next_of
from omnify.context import current_user_id
from omnify.exceptions import OmnifyError, UnauthenticatedError
from omnify.identity.permissions import PUBLIC, SIGNED_IN, ReauthenticationRequiredError
from omnify.pages.session import PageRequest, go_to
from omnify.pages.views import PageView

CONFIRM_PATH = "/app/auth/confirm"
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


class PasskeyOptionsView(PageView):
    """What the browser needs to make a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}

    def post(self, request: PageRequest) -> HttpResponse:
        """The options for ``navigator.credentials.create``, or where to prove oneself first."""
        try:
            challenge, options = passkeys.begin_registration(
                host=request.get_host(), now=timezone.now()
            )
        except ReauthenticationRequiredError:
            return _confirm_first(request)
        return JsonResponse({"challenge": challenge, "options": options})


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
        given = form.cleaned_data
        answer = second_factor.Answer(
            code=given["code"],
            password=given["password"],
            challenge=given["challenge"],
            host=request.get_host(),
        )
        try:
            tokens = second_factor.reauthenticate(
                answer,
                credential=given["passkey"],
                device=Device.of_request(request.META),
                now=timezone.now(),
            )
        except OmnifyError as error:
            form.add_error(None, error.detail)
            return self._show(request, form, status=error.status)
        return go_on(request, tokens)

    def _show(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        methods = queries.list_factors(queries.get_live_session(now=timezone.now()).user)
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
        return render(request, "omnify_auth/second_factor.html", context, status=status)


class ConfirmOptionsView(PageView):
    """What the browser needs to prove its user again with a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    def post(self, request: HttpRequest) -> HttpResponse:
        """The options for ``navigator.credentials.get``."""
        challenge, options = second_factor.begin_reauthentication(
            host=request.get_host(), now=timezone.now()
        )
        return JsonResponse({"challenge": challenge, "options": options})


class DocumentsView(PageView):
    """Documents that wait to be accepted."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    is_open_without_consent = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Which they are."""
        rows = queries.list_outstanding(user_id=current_user_id(), now=timezone.now())
        context = {"outstanding": rows, "next": next_of(request)}
        return render(request, "omnify_auth/documents.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Accept them all and go on."""
        now, device = timezone.now(), Device.of_request(request.META)
        session = queries.get_live_session(now=now)
        asked = [
            legal.Acceptance(document_type=item.document_type, version=item.version)
            for item in queries.list_outstanding(user_id=session.user_id, now=now)
        ]
        witness = legal.Witness(address=device.address, user_agent=device.user_agent)
        legal.accept_documents(asked, user_id=session.user_id, witness=witness, now=now)
        return go_on(request, sessions.issue_tokens(session, now=now))


class DocumentView(PageView):
    """A legal document."""

    access: ClassVar = {"GET": PUBLIC}

    def get(self, request: HttpRequest, document_type: str) -> HttpResponse:
        """The version in force."""
        document = queries.get_document(document_type=document_type, now=timezone.now())
        context = {"document": document, "body": _to_html(document)}
        return render(request, "omnify_auth/document.html", context)


def _to_html(document: Document) -> str:
    from markdown_it import MarkdownIt

    # Without raw HTML; the page has its own title.
    text = document.text.partition("\n")[2]
    html: str = MarkdownIt("js-default").render(text)
    return mark_safe(html)  # noqa: S308 - our own documents


def _answer(request: PageRequest, found: Found) -> HttpResponse:
    tokens = found.pop("tokens", None)
    now = timezone.now()
    session = tokens and queries.find_own_session(session_id=tokens.session_id)
    user = (session or queries.get_live_session(now=now)).user
    context = {
        "sessions": queries.list_sessions(user_id=user.id, now=now)[:50],
        "methods": queries.list_factors(user),
        "passkeys": queries.list_passkeys(user),
        "codes_left": queries.count_recovery_codes(user),
        "viewer_email": user.email,
        **found,
    }
    name = "omnify_auth/_security.html" if request.htmx else "omnify_auth/security.html"
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
    made = factors.set_up_totp(now=timezone.now())
    picture = base64.b64encode(made.qr_svg.encode()).decode()
    return {"setup": {"secret": made.secret, "picture": picture}}


def _confirm_totp(request: HttpRequest) -> Found:
    codes = factors.confirm_totp(code=request.POST.get("code", ""), now=timezone.now())
    return {"done": "The authenticator app is set up.", "recovery_codes": codes}


def _renew_codes(request: HttpRequest) -> Found:
    return {"recovery_codes": factors.renew_recovery_codes(now=timezone.now())}


def _disable(request: HttpRequest) -> Found:
    factors.disable_factors(now=timezone.now())
    return {"done": "Your second factors were removed."}


def _add_passkey(request: HttpRequest) -> Found:
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        return {"problem": "The browser made no passkey; try again."}
    _, codes = passkeys.complete_registration(
        **form.cleaned_data, host=request.get_host(), now=timezone.now()
    )
    return {"done": "The passkey was added.", "recovery_codes": codes}


def _remove_passkey(request: HttpRequest) -> Found:
    value = request.POST.get("value", "")[:18]
    number = int(value) if value.isascii() and value.isdigit() else 0
    passkeys.remove_passkey(passkey_id=number, now=timezone.now())
    return {"done": "The passkey was removed."}


def _change_password(request: HttpRequest) -> Found:
    tokens = passwords.change_password(
        present=request.POST.get("present", "")[:128],
        new=request.POST.get("new", "")[:129],
        device=Device.of_request(request.META),
        now=timezone.now(),
    )
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
