"""What one page leaves to be said on the next, in a signed cookie for a minute."""

from __future__ import annotations

from typing import Final

import msgspec
from django.core import signing
from django.http import HttpRequest, HttpResponse

from omnify.pages.parts import Banner

_COOKIE: Final = "omnify-notice"
_PATH: Final = "/app/"
_SECONDS: Final = 60


def leave_notice(response: HttpResponse, notice: Banner) -> None:
    """Let the next page say something."""
    text = signing.dumps(msgspec.to_builtins(notice), salt=_COOKIE)
    response.set_cookie(_COOKIE, text, max_age=_SECONDS, path=_PATH, httponly=True, samesite="Lax")


def read_notices(request: HttpRequest) -> list[Banner]:
    """Return what is left to be said; nothing that this deployment did not sign."""
    try:
        said = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_COOKIE, max_age=_SECONDS)
        return [msgspec.convert(said, Banner)]
    except (signing.BadSignature, msgspec.ValidationError):
        return []


def forget_notices(request: HttpRequest, response: HttpResponse) -> None:
    """Let nothing be said twice."""
    if _COOKIE in request.COOKIES:
        response.delete_cookie(_COOKIE, path=_PATH, samesite="Lax")
