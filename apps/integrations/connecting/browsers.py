"""What a way to a platform leaves in a browser, and what the browser brings back.

Over https the cookie is bound to this host (``__Host-``), so that no other one can plant it.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from omnify.context import current
from omnify.exceptions import UnauthenticatedError
from omnify.identity.tokens import verify_access_token
from omnify.pages.session import access_cookie
from omnify.services.discovery import find_public_url

_SECONDS: Final = 600


def set_cookie(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """Let a browser bring a secret back from the platform."""
    response.set_cookie(
        _prefix(request) + name,
        value,
        max_age=_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        # Not "Strict": the browser comes back by a link of the platform's.
        samesite="Lax",
    )


def forget_cookie(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Take the secret from a browser that has come back."""
    response.delete_cookie(_prefix(request) + name, samesite="Lax")


def read_cookies(request: HttpRequest) -> dict[str, str]:
    """Return what a browser brings, by the names that were set."""
    prefix = _prefix(request)
    return {
        name.removeprefix(prefix): value
        for name, value in request.COOKIES.items()
        if name.startswith(prefix)
    }


def find_viewer(request: HttpRequest) -> UUID | None:
    """Return who is signed in in a browser, or was until their access token ended."""
    if (user_id := current().principal.user_id) is not None:
        return user_id
    try:
        token = request.COOKIES.get(access_cookie(request), "")
        return verify_access_token(token, takes_expired=True).user_id
    except UnauthenticatedError:
        return None


def callback_url(request: HttpRequest, platform: str) -> str:
    """Return where a platform sends people back to: the address that it knows of this deployment.

    Without a configured one it is the request's, whose host is among the allowed ones.
    """
    path = reverse("integrations:oauth-callback", args=[platform])
    base = find_public_url("integrations")
    return base + path if base else request.build_absolute_uri(path)


def _prefix(request: HttpRequest) -> str:
    return "__Host-" if request.is_secure() else ""
