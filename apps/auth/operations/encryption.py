"""Secrets at rest: encrypted with the first key of the ring, read with any of them."""

from __future__ import annotations

from cryptography.fernet import Fernet, MultiFernet

from omnify.conf import settings


def key_ring() -> MultiFernet:
    """Return the keys of ``OMNIFY_ENCRYPTION_KEYS`` as one."""
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt_text(text: str) -> str:
    """Return a text that only the key ring can read."""
    return key_ring().encrypt(text.encode()).decode()


def decrypt_text(text: str) -> str:
    """Return the text that ``encrypt_text`` encrypted.

    Raises:
        cryptography.fernet.InvalidToken: no key of the ring encrypted it.
    """
    return key_ring().decrypt(text.encode()).decode()
