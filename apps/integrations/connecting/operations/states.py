"""The secrets that lead a person to a platform and back, each good once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from apps.integrations.authorizing.models import OAuthState
from omnify.db import atomic

LIFETIME: Final = timedelta(minutes=10)
_COOKIE: Final = "omnify-connect"


class BrowserCookie(NamedTuple):
    """What binds a way to a browser; each way has a cookie of its own, so that many go at once."""

    name: str
    value: str


def make_secret() -> str:
    """Return 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret; at 256 random bits a fast hash is safe."""
    return hashlib.sha256(secret.encode()).digest()


def bind_browser(state: str) -> BrowserCookie:
    """Return the cookie that a browser has to bring back together with a state."""
    return BrowserCookie(cookie_name(state), make_secret())


def find_state(
    platform: str, state: str, cookies: Mapping[str, str], now: datetime
) -> OAuthState | None:
    """Return the way back that a browser may go now, of whichever organization, or None."""
    brought = cookies.get(cookie_name(state), "")
    rows = OAuthState.unscoped.filter(
        digest=digest_of(state), browser_digest=digest_of(brought), platform=platform
    )
    backs = rows.exclude(purpose=OAuthState.Purpose.LINK)
    return backs.filter(consumed_at=None, expires_at__gt=now).first() if state else None


def find_link(secret: str, now: datetime) -> OAuthState | None:
    """Return what a link for a colleague is for, of whichever organization, or None."""
    rows = OAuthState.unscoped.filter(digest=digest_of(secret), purpose=OAuthState.Purpose.LINK)
    return rows.filter(consumed_at=None, expires_at__gt=now).first()


def consume(row: OAuthState, now: datetime) -> bool:
    """Use a secret up; tell whether it was there to be used: of two at once, one is told so."""
    with atomic("integrations"):
        rows = OAuthState.objects.filter(id=row.id, consumed_at=None, expires_at__gt=now)
        return bool(rows.update(consumed_at=now))


def keep_state(row: OAuthState, now: datetime) -> None:
    """Keep a new way, and forget the ways of all organizations whose time is over."""
    with atomic("integrations"):
        OAuthState.unscoped.filter(expires_at__lt=now).delete()
        row.save()


def cookie_name(state: str) -> str:
    """Return the name of the cookie that belongs to a state."""
    return f"{_COOKIE}-{digest_of(state).hex()[:8]}"
