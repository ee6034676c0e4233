"""Who enters Django's admin: staff who signed in on our own page, second factor included."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import is_valid_path
from django.utils import timezone

from apps.auth import queries
from apps.auth.adapters.tokens import SESSION_KEY
from apps.auth.models import User
from omnify.context import Principal
from omnify.exceptions import UnauthenticatedError
from omnify.identity.authentication import prove
from omnify.identity.permissions import StaffOnlyError
from omnify.pages.errors import error_page
from omnify.pages.session import PageRequest, access_cookie, provider_base, to_sign_in

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class AdminMiddleware:
    """Let the admin's session begin and end with ours; its own password form is closed.

    The session ends after two hours without use, so that no form is lost to the access token's
    five minutes; whether ours is active is looked up at each request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        """Show the admin to staff, and the sign-in page to others."""
        is_admin = request.path_info.startswith("/admin/") and is_valid_path(request.path_info)
        if not is_admin or _is_active(request):
            return self._get_response(request)
        request.session.flush()
        principal = _viewer(request)
        if principal is None or principal.session_id is None:
            return to_sign_in(request, may_renew=True)
        if not principal.is_staff:
            return error_page(request, StaffOnlyError())
        login(request, queries.get_user(principal.user_id), backend=_BACKEND)
        request.session[SESSION_KEY] = str(principal.session_id)
        return self._get_response(request)


def find_account_url(request: HttpRequest) -> str:
    """Return the page where the viewer's password and factors are changed."""
    return f"{provider_base()}/app/auth/security"


def find_icon_url(request: HttpRequest) -> str:
    """Return where the product's icon is, by the name it was collected under."""
    return static("omnify/icon.svg")


def _is_active(request: HttpRequest) -> bool:
    session_id = request.session.get(SESSION_KEY)
    if not session_id or not isinstance(request.user, User) or not request.user.is_staff:
        return False
    return queries.is_session_active(session_id=session_id, now=timezone.now())


def _viewer(request: HttpRequest) -> Principal | None:
    try:
        return prove(request.COOKIES.get(access_cookie(request), ""))
    except UnauthenticatedError:
        return None
