"""Secrets at rest: encrypted for one purpose with the newest key of the ring, read with any key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured

from omnify.conf import settings
from omnify.exceptions import InternalServiceError

_SALT: Final = b"omnify encryption"
_KEY_BYTES: Final = 32


class UndecipherableError(InternalServiceError):
    """No key of the ring encrypted a stored value for this purpose."""

    code = "undecipherable"
    message = (
        "A stored value ({purpose}) cannot be decrypted;"
        " add the key that it was encrypted with to OMNIFY_ENCRYPTION_KEYS."
    )


def encrypt(content: bytes, *, purpose: str) -> bytes:
    """Return content that only ``decrypt`` with the same purpose can read.

    The result is a third longer (base64), and tells when it was encrypted.

    Raises:
        ImproperlyConfigured: ``OMNIFY_ENCRYPTION_KEYS`` is missing or has a malformed key.
    """
    return _ring(settings.ENCRYPTION_KEYS, purpose).encrypt(content)


def decrypt(content: bytes, *, purpose: str) -> bytes:
    """Return what ``encrypt`` took.

    Values from before purposes were told apart are read for any.

    Raises:
        UndecipherableError: no key of the ring encrypted it for this purpose.
        ImproperlyConfigured: ``OMNIFY_ENCRYPTION_KEYS`` is missing or has a malformed key.
    """
    try:
        return _ring(settings.ENCRYPTION_KEYS, purpose).decrypt(content)
    except InvalidToken as error:
        raise UndecipherableError(purpose=purpose) from error


def encrypt_text(text: str, *, purpose: str) -> str:
    """Return a text that only ``decrypt_text`` with the same purpose can read."""
    return encrypt(text.encode(), purpose=purpose).decode()


def decrypt_text(text: str, *, purpose: str) -> str:
    """Return what ``encrypt_text`` took.

    Raises:
        UndecipherableError: no key of the ring encrypted it for this purpose.
    """
    return decrypt(text.encode(), purpose=purpose).decode()


def renew(content: bytes, *, purpose: str) -> bytes:
    """Return an encrypted value under the newest key; the same one where it is under it already.

    Raises:
        UndecipherableError: no key of the ring encrypted it for this purpose.
    """
    newest, *_ = _own(settings.ENCRYPTION_KEYS, purpose)
    try:
        newest.decrypt(content)
    except InvalidToken:
        return encrypt(decrypt(content, purpose=purpose), purpose=purpose)
    return content


def renew_text(text: str, *, purpose: str) -> str:
    """Return an encrypted text under the newest key, as ``renew`` does."""
    return renew(text.encode(), purpose=purpose).decode()


def fingerprints(content: bytes, *, purpose: str) -> tuple[str, ...]:
    """Return what recognises content and does not let it be guessed, by each key, newest first.

    Keep the first; the content is the same where what was kept is among them. Where no ring is
    configured, no secrets are held, and the one fingerprint is a plain SHA-256 (64 hex digits).

    Raises:
        ImproperlyConfigured: ``OMNIFY_ENCRYPTION_KEYS`` has a malformed key.
    """
    if not settings.ENCRYPTION_KEYS:
        return (hashlib.sha256(content).hexdigest(),)
    keys = _derived(settings.ENCRYPTION_KEYS, f"{purpose} fingerprint")
    return tuple(hmac.digest(key, content, "sha256").hex() for key in keys)


@lru_cache(maxsize=64)
def _ring(keys: tuple[str, ...], purpose: str) -> MultiFernet:
    """Return the keys of a purpose, then those that encrypted before there were purposes."""
    return MultiFernet([*_own(keys, purpose), *map(Fernet, keys)])


def _own(keys: tuple[str, ...], purpose: str) -> list[Fernet]:
    own = [Fernet(base64.urlsafe_b64encode(key)) for key in _derived(keys, purpose)]
    if not own:
        raise ImproperlyConfigured("OMNIFY_ENCRYPTION_KEYS is missing: set at least one key.")
    return own


@lru_cache(maxsize=64)
def _derived(keys: tuple[str, ...], purpose: str) -> tuple[bytes, ...]:
    """Return the keys of a purpose, in the order of the ring's."""
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        message = (
            "OMNIFY_ENCRYPTION_KEYS: each key is "
            f"{_KEY_BYTES} bytes in base64 for URLs (44 letters)."
        )
        raise ImproperlyConfigured(message) from error
    return tuple(
        HKDF(SHA256(), length=_KEY_BYTES, salt=_SALT, info=purpose.encode()).derive(
            base64.urlsafe_b64decode(key)
        )
        for key in keys
    )
