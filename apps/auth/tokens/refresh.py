"""Refresh tokens: ``<session>.<counter>.<HMAC>``; the successor follows from the session alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

import msgspec

_PARTS = 3
_CONTEXT = b"omnify refresh token v1"


class RefreshToken(msgspec.Struct, frozen=True):
    """What a refresh token says: its session and its place in it."""

    session_id: UUID
    counter: int


def format_refresh_token(token: RefreshToken, *, secret: str) -> str:
    """Return the text of a token; 256 bits of it cannot be guessed without the secret."""
    return f"{token.session_id.hex}.{token.counter}.{_mac(token, secret)}"


def parse_refresh_token(text: str, *, secrets: Iterable[str]) -> RefreshToken | None:
    """Return what a token says, None when it was not made with one of the secrets."""
    parts = text.split(".")
    if len(parts) != _PARTS or not parts[1].isascii() or not parts[1].isdigit():
        return None
    try:
        token = RefreshToken(UUID(hex=parts[0]), int(parts[1]))
    except ValueError:
        return None
    given = parts[2].encode()
    expected = (_mac(token, secret).encode() for secret in secrets)
    return token if any(hmac.compare_digest(each, given) for each in expected) else None


def _mac(token: RefreshToken, secret: str) -> str:
    key = hmac.digest(secret.encode(), _CONTEXT, hashlib.sha256)
    digest = hmac.digest(key, f"{token.session_id.hex}.{token.counter}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
