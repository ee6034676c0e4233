"""Renewing the browser's session, switching it to another organization, ending it."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from apps.auth import queries
from apps.auth.messages.sessions import Tokens
from apps.auth.operations import sessions
from apps.auth.operations.tokens import issue_tokens, refresh_session
from apps.auth.pages.cookies import (
    clear_session,
    forget_turn,
    former_viewer,
    is_second_turn,
    refresh_cookie,
    remember_turn,
    set_session,
)
from apps.auth.pages.late_forms import LATE_FORM_PATH, find_late_form, keep_late_form
from omnify.conf import settings
from omnify.context import current
from omnify.exceptions import UnauthenticatedError
from omnify.identity.permissions import PUBLIC, SIGNED_IN
from omnify.pages.forms import ActionPage
from omnify.pages.session import RENEW_PATH, RESEND, SIGN_IN_PATH, PageRequest, safe_next
from omnify.pages.views import PageView

#: Below the path of the refresh cookie, so that the browser sends it.
SIGN_OUT_LATE_PATH = f"{RENEW_PATH}/sign-out"


def next_of(request: HttpRequest) -> str:
    """Return where to go afterwards: a path of this host, or a page on a port of the fleet."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    host = urlsplit(f"//{request.get_host()}").hostname
    pages = [urlsplit(url) for url in settings.PUBLIC_URLS.values()]
    known = {parts.netloc for parts in pages if parts.hostname == host}
    # Browsers drop tabs and newlines and read a backslash as a slash: `/<tab>\evil` leaves.
    is_plain = target.isprintable() and "\\" not in target
    is_rooted = target.startswith(("/", "http://", "https://"))
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=known)
    return target if is_plain and is_rooted and is_ours else "/"


def with_next(request: HttpRequest, path: str) -> str:
    """Return a path that leads on to where this request would go."""
    return f"{path}?{urlencode({'next': next_of(request)})}"


class RenewView(PageView):
    """Renewing the browser's session from its refresh cookie."""

    access: ClassVar = {"GET": PUBLIC, "POST": PUBLIC}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Renew and go back; sign in without a session, or when the page refuses the new one."""
        target = next_of(request)
        sign_in = redirect_to(with_next(request, SIGN_IN_PATH))
        if is_second_turn(request, target):
            forget_turn(request, sign_in)
            return sign_in
        tokens = renew(request)
        if tokens is None:
            if refresh_cookie(request) in request.COOKIES:
                clear_session(request, sign_in)
            return sign_in
        response = continue_in_session(request, tokens)
        remember_turn(request, response, target)
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        """Renew in the background, before the access token expires, or to send a form again."""
        if RESEND in request.GET:
            return send_again(request)
        tokens = renew(request)
        response = HttpResponse(status=204 if tokens else 401)
        if tokens:
            set_session(request, response, tokens)
        return response


class SignOutView(PageView):
    """Signing out."""

    access: ClassVar = {"POST": PUBLIC}

    def post(self, request: HttpRequest) -> HttpResponse:
        """End the session and take its cookies."""
        session_id = current().principal.session_id
        if session_id is None:
            # The access token has expired; the refresh cookie goes to that path alone.
            return HttpResponse(status=307, headers={"Location": SIGN_OUT_LATE_PATH})
        return end_session(request, session_id)


class SignOutLateView(PageView):
    """Signing out with the refresh cookie, after the access token's time."""

    access: ClassVar = {"POST": PUBLIC}

    def post(self, request: HttpRequest) -> HttpResponse:
        """End the session that the refresh cookie belongs to, if it is active."""
        tokens = renew(request)
        return end_session(request, tokens.session_id if tokens else None)


def renew(request: HttpRequest) -> Tokens | None:
    """Return new tokens for the browser's session, None without an active one."""
    presented = request.COOKIES.get(refresh_cookie(request), "")
    try:
        return refresh_session(presented=presented, now=timezone.now())
    except UnauthenticatedError:
        return None


def send_again(request: HttpRequest) -> HttpResponse:
    """Send a form on to where it came too late, or the browser to sign in, which keeps the form.

    A form that comes back at once is not sent a third time: the page refuses the new session too.
    """
    target = safe_next(request.GET[RESEND])
    tokens = None if is_second_turn(request, target) else renew(request)
    if tokens is None:
        return ask_to_sign_in(request, target)
    response = HttpResponseRedirect(target, preserve_request=True)
    set_session(request, response, tokens)
    remember_turn(request, response, target)
    return response


def ask_to_sign_in(request: HttpRequest, target: str) -> HttpResponse:
    """Send the browser to sign in, and then to the form that it keeps, or else to its page."""
    kept = urlencode({"next": with_next(request, LATE_FORM_PATH)})
    response = redirect_to(f"{SIGN_IN_PATH}?{kept}")
    if keep_late_form(request, response, target):
        return response
    return redirect_to(with_next(request, SIGN_IN_PATH))


class LateFormView(PageView):
    """A form that came after its session, to be sent again."""

    access: ClassVar = {"GET": SIGNED_IN}

    def get(self, request: PageRequest) -> HttpResponse:
        """Show what was typed, and send it where it was to go; without it, lead to its page."""
        kept = find_late_form(request, current().principal)
        if kept is None:
            return redirect_to(next_of(request))
        return self.show(
            "omnify_auth/late_forms/page.html", {"kept": kept, "back": next_of(request)}
        )


def end_session(request: HttpRequest, session_id: UUID | None) -> HttpResponse:
    """End a session, take the browser's cookies and show where to sign in again."""
    if session_id is not None:
        sessions.revoke_sessions(now=timezone.now(), reason="signed out", id=session_id)
    response = redirect_to(SIGN_IN_PATH)
    clear_session(request, response)
    return response


def start_over(request: HttpRequest, tokens: Tokens) -> HttpResponse:
    """End the session that the browser was in before, and continue in the new one."""
    former = former_viewer(request)
    if former is not None:
        reason = "signed in anew"
        sessions.revoke_sessions(now=timezone.now(), reason=reason, id=former.session_id)
    return continue_in_session(request, tokens)


def continue_in_session(request: HttpRequest, tokens: Tokens) -> HttpResponse:
    """Set the session's cookies and send the browser on."""
    response = redirect_to(next_of(request))
    set_session(request, response, tokens)
    return response


def redirect_to(target: str) -> HttpResponse:
    """Return a redirect to a path, or to an address that was checked."""
    return HttpResponse(status=302, headers={"Location": iri_to_uri(target)})


class SwitchView(PageView):
    """The switch to another of the user's organizations."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    def post(self, request: PageRequest) -> HttpResponse:
        """Go there; an id that is none names no organization."""
        try:
            organization_id = UUID(request.POST.get("organization_id", ""))
        except ValueError:
            organization_id = UUID(int=0)
        return enter_organization(self, organization_id)


class EndSessionView(ActionPage):
    """The end of one of the user's other sessions."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True
    back = "auth:security"

    def run(self, session_id: UUID) -> HttpResponse:
        """End it."""
        sessions.end_own_session(session_id=session_id, now=self.now)
        return self.go_back("The session was ended.")


class EndOthersView(ActionPage):
    """The end of all the user's other sessions."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True
    back = "auth:security"

    def run(self) -> HttpResponse:
        """End them."""
        count = sessions.end_own_sessions(keeps_current=True, now=self.now)
        return self.go_back(f"{count} other session{pluralize(count)} ended.")


def enter_organization(view: PageView, organization_id: UUID) -> HttpResponse:
    """End the session and send the browser on with its successor in an organization."""
    session = sessions.switch_organization(
        session=queries.get_current_session(now=view.now),
        organization_id=organization_id,
        device=view.device,
        now=view.now,
    )
    return continue_in_session(view.request, issue_tokens(session, now=view.now))
