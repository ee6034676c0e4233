"""The key that signs access tokens: found, or made on the first start."""

from __future__ import annotations

import threading
import time

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from apps.auth.models import SigningKey
from apps.auth.queries import configured_keys, list_public_keys
from apps.auth.tokens.signing import KeyPair, make_key, read_key
from omnify.conf import settings
from omnify.db import alias_of, atomic
from omnify.db.locks import exclusive_lock

log = structlog.get_logger(__name__)
#: After how long a process looks whether a newer key is there, in seconds.
CACHE_SECONDS = 5.0


class _Cache:
    key: KeyPair | None = None
    expires_at = 0.0


_cache = _Cache()
_lock = threading.Lock()


def get_signing_key() -> KeyPair:
    """The newest key that this process can sign with; makes one where there is none."""
    if _cache.key is not None and time.monotonic() < _cache.expires_at:
        return _cache.key
    with _lock:
        key = _newest_usable() or _make_once()
        _cache.key, _cache.expires_at = key, time.monotonic() + CACHE_SECONDS
    return key


def publish_keys() -> list[dict[str, str]]:
    """The JWKs that a valid access token may be signed with; on a first start there is one."""
    documents = list_public_keys()
    if not documents:
        get_signing_key()
        documents = list_public_keys()
    return documents


def forget_signing_key() -> None:
    """Look into the database at the next use."""
    _cache.key = None


def _newest_usable() -> KeyPair | None:
    configured = configured_keys()
    if configured:
        return configured[0]
    for row in SigningKey.objects.filter(retired_at=None).order_by("-created_at"):
        try:
            return read_key(_ring().decrypt(bytes(row.private_encrypted)).decode())
        except InvalidToken:
            log.error(  # noqa: TRY400 - the traceback says nothing more
                "signing_key_unreadable",
                kid=row.kid,
                remedy="add the key it was encrypted with to OMNIFY_ENCRYPTION_KEYS",
            )
    return None


def _make_once() -> KeyPair:
    # Of several processes that start together one makes the key and the others find it.
    with exclusive_lock(alias_of("auth"), "signing-key"):
        found = _newest_usable()
        if found is not None:
            return found
        key = make_key()
        with atomic("auth"):
            SigningKey.objects.create(
                kid=key.kid,
                public_jwk=key.public_jwk,
                private_encrypted=_ring().encrypt(key.private_pem.encode()),
            )
        return key


def _ring() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
