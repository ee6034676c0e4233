"""A form that came after its session: the browser keeps it, sealed, until its user is back."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.auth.pages.cookies import former_viewer
from omnify.context import Principal
from omnify.encryption import UndecipherableError, decrypt_text, encrypt_text
from omnify.pages.session import RENEW_PATH

#: Below the path of the cookie, so that the browser sends it.
LATE_FORM_PATH: Final = f"{RENEW_PATH}/form"
KEPT_SECONDS: Final = 15 * 60
#: The longest that a browser surely keeps, with room for the cookie's name and attributes.
MOST_LETTERS: Final = 3800
_PURPOSE: Final = "late form"
_SECRET: Final = re.compile("password|code|token|challenge|passkey|credential")


class LateForm(msgspec.Struct, frozen=True):
    """What was sent, where to, by whom, and until when it is kept (seconds since 1970)."""

    target: str
    fields: dict[str, list[str]]
    user_id: UUID | None
    organization_id: UUID | None
    until: float

    @property
    def named(self) -> list[tuple[str, str]]:
        """Return what was typed, as a reader may know it."""
        return [
            (name.replace("_", " ").capitalize(), ", ".join(values))
            for name, values in self.fields.items()
        ]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return what is sent."""
        return [(name, value) for name, values in self.fields.items() for value in values]


def is_secret(name: str) -> bool:
    """Tell by a field's name whether it proves who somebody is, which is kept nowhere."""
    return _SECRET.search(name) is not None


def keep_late_form(request: HttpRequest, response: HttpResponse, target: str) -> bool:
    """Let the browser keep the form that it just sent, and tell whether it does.

    Nothing is kept of one without fields, with secrets or files, or without a known user; nor of
    one that is too long.
    """
    fields = dict(request.POST.lists())
    fields.pop("csrfmiddlewaretoken", None)
    sender = former_viewer(request)
    if sender is None or not fields or request.FILES or any(map(is_secret, fields)):
        return False
    until = timezone.now().timestamp() + KEPT_SECONDS
    kept = LateForm(target, fields, sender.user_id, sender.organization_id, until)
    sealed = encrypt_text(msgspec.json.encode(kept).decode(), purpose=_PURPOSE)
    if len(sealed) > MOST_LETTERS:
        return False
    response.set_cookie(
        _cookie(request),
        sealed,
        max_age=KEPT_SECONDS,
        path=LATE_FORM_PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return True


def find_late_form(request: HttpRequest, viewer: Principal) -> LateForm | None:
    """Return what the browser keeps, for the user and the organization that it was sent in."""
    with suppress(UndecipherableError, msgspec.DecodeError):
        text = decrypt_text(request.COOKIES.get(_cookie(request), ""), purpose=_PURPOSE)
        kept = msgspec.json.decode(text, type=LateForm)
        owner = (kept.user_id, kept.organization_id)
        is_theirs = owner == (viewer.user_id, viewer.organization_id)
        if is_theirs and kept.until > timezone.now().timestamp():
            return kept
    return None


def _cookie(request: HttpRequest) -> str:
    return "__Secure-omnify-form" if request.is_secure() else "omnify-form"
