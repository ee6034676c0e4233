"""Secrets at rest: encrypted with the first key of the ring, read with any of them."""

from __future__ import annotations

from cryptography.fernet import Fernet, MultiFernet

from omnify.conf import settings


def key_ring() -> MultiFernet:
    """The ring of ``OMNIFY_ENCRYPTION_KEYS``."""
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt_text(text: str) -> str:
    """A text that only the ring can read."""
    return key_ring().encrypt(text.encode()).decode()


def decrypt_text(text: str) -> str:
    """The text behind ``encrypt_text``.

    Raises:
        cryptography.fernet.InvalidToken: no key of the ring made it.
    """
    return key_ring().decrypt(text.encode()).decode()
