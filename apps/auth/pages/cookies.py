"""The browser session's two cookies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from apps.auth.operations.sessions import SESSION_LIFETIME, TokenPair
from omnify.pages.session import RENEW_PATH, access_cookie


def refresh_cookie(request: HttpRequest) -> str:
    """The name of the refresh token's cookie, which goes to the renewing page alone."""
    return "__Secure-omnify-refresh" if request.is_secure() else "omnify-refresh"


def set_session(request: HttpRequest, response: HttpResponse, tokens: TokenPair) -> None:
    """Give the browser a session's tokens, out of reach of scripts."""
    response.set_cookie(
        access_cookie(request),
        tokens.access_token,
        max_age=tokens.expires_in,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    response.set_cookie(
        refresh_cookie(request),
        tokens.refresh_token,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        path=RENEW_PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def clear_session(request: HttpRequest, response: HttpResponse) -> None:
    """Take the session's tokens from the browser."""
    response.delete_cookie(access_cookie(request), samesite="Lax")
    response.delete_cookie(refresh_cookie(request), path=RENEW_PATH, samesite="Strict")
