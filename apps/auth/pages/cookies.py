"""The browser session's cookies."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse

from apps.auth.messages.sessions import Tokens
from apps.auth.operations.sessions import REMEMBERED_LIFETIME
from apps.auth.queries import find_voice
from omnify.context import Principal
from omnify.exceptions import UnauthenticatedError
from omnify.identity.tokens import verify_access_token
from omnify.pages.session import RENEW_PATH, VOICE_COOKIE, access_cookie

#: A page that comes back within this time refuses the token that it was just given.
TURN_SECONDS = 10
#: The longest that a session lasts; the server ends it before where it was opened for less.
_LONGEST = int(REMEMBERED_LIFETIME.total_seconds())


def refresh_cookie(request: HttpRequest) -> str:
    """Return the name of the refresh token's cookie, which goes to the renewing page alone."""
    return "__Secure-omnify-refresh" if request.is_secure() else "omnify-refresh"


def turn_cookie(request: HttpRequest) -> str:
    """Return the name of the cookie that remembers for which page the session was just renewed."""
    return "__Secure-omnify-turn" if request.is_secure() else "omnify-turn"


def is_second_turn(request: HttpRequest, target: str) -> bool:
    """Return whether the session was renewed for this very page a moment ago, and it came back."""
    return request.COOKIES.get(turn_cookie(request)) == _digest(target)


def remember_turn(request: HttpRequest, response: HttpResponse, target: str) -> None:
    """Remember for a moment that the session was renewed for a page."""
    response.set_cookie(
        turn_cookie(request),
        _digest(target),
        max_age=TURN_SECONDS,
        path=RENEW_PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget_turn(request: HttpRequest, response: HttpResponse) -> None:
    """Let the next turn be a first one."""
    response.delete_cookie(turn_cookie(request), path=RENEW_PATH, samesite="Lax")


def _digest(target: str) -> str:
    return hashlib.sha256(target.encode()).hexdigest()


def set_session(request: HttpRequest, response: HttpResponse, tokens: Tokens) -> None:
    """Give the browser a session's tokens, out of reach of scripts, and its user's voice."""
    response.set_cookie(
        access_cookie(request),
        tokens.access_token,
        # Beyond the token's own time: it tells whose session a new sign-in follows.
        max_age=_LONGEST,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    response.set_cookie(
        refresh_cookie(request),
        tokens.refresh_token,
        max_age=_LONGEST,
        path=RENEW_PATH,
        secure=request.is_secure(),
        httponly=True,
        # Not "Strict": a link of another site has to renew on its way here, which only rotates it.
        samesite="Lax",
    )
    set_voice(request, response, find_voice(tokens.session_id))


def set_voice(request: HttpRequest, response: HttpResponse, voice: str) -> None:
    """Let every page of this host write numbers and days as the user chose."""
    if voice:
        response.set_cookie(
            VOICE_COOKIE,
            voice,
            max_age=_LONGEST,
            path="/app/",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    elif VOICE_COOKIE in request.COOKIES:
        response.delete_cookie(VOICE_COOKIE, path="/app/", samesite="Lax")


def former_viewer(request: HttpRequest) -> Principal | None:
    """Return who the browser was signed in as, also when the access token has expired."""
    try:
        token = request.COOKIES.get(access_cookie(request), "")
        return verify_access_token(token, takes_expired=True)
    except UnauthenticatedError:
        return None


def clear_session(request: HttpRequest, response: HttpResponse) -> None:
    """Take the session's tokens and its user's voice from the browser."""
    set_voice(request, response, "")
    response.delete_cookie(access_cookie(request), samesite="Lax")
    response.delete_cookie(refresh_cookie(request), path=RENEW_PATH, samesite="Lax")
