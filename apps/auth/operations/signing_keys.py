"""The keys that sign access tokens; the first is made on the first start."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from apps.auth.exceptions import KeysConfiguredError, SigningKeyInUseError, SigningKeyNotFoundError
from apps.auth.models import SigningKey
from apps.auth.models.signing_keys import SIGNING_PURPOSE
from apps.auth.queries import configured_keys, list_public_keys
from apps.auth.tokens.signing import KeyPair, make_key, read_key
from omnify.db import alias_of, atomic
from omnify.db.locks import exclusive_lock
from omnify.encryption import UndecipherableError, decrypt, encrypt
from omnify.events import publish
from omnify.identity.audit import Target, record_audit
from omnify.identity.contract import SigningKeyRetired
from omnify.identity.revocations import revocations

log = structlog.get_logger(__name__)
#: What private keys are encrypted for.
#: After how long a process looks whether a newer key is there, in seconds.
CACHE_SECONDS = 5.0
#: A key is published so long before it signs: longer than ``REFETCH_INTERVAL_SECONDS``, within
#: which a verifier that just met an unknown key does not fetch again.
PUBLISHED_BEFORE = timedelta(seconds=20)
#: An access token's life, the clocks' difference and this process's copy of the key.
_TOKENS_LIVE = timedelta(minutes=5, seconds=30)


class _Cache:
    key: KeyPair | None = None
    expires_at = 0.0


_cache = _Cache()
_lock = threading.Lock()


def get_signing_key() -> KeyPair:
    """Return the newest key that this process can sign with; makes one where there is none."""
    is_fresh = time.monotonic() < _cache.expires_at
    if _cache.key is not None and is_fresh and not revocations.is_retired(_cache.key.kid):
        return _cache.key
    with _lock:
        key = _newest_usable() or _make_once()
        _cache.key, _cache.expires_at = key, time.monotonic() + CACHE_SECONDS
    return key


def publish_keys() -> list[dict[str, str]]:
    """Return the JWKs of accepted signing keys; makes a key where there is none."""
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
    published = SigningKey.objects.filter(retired_at=None).order_by("-created_at")
    signing = published.filter(Q(signs_from=None) | Q(signs_from__lte=timezone.now()))
    # Only where nothing else is left does a key sign before its time.
    for row in (*signing, *published):
        try:
            return read_key(decrypt(bytes(row.private_encrypted), purpose=SIGNING_PURPOSE).decode())
        except UndecipherableError:
            log.error(  # noqa: TRY400 - the traceback says nothing more
                "signing_key_unreadable",
                kid=row.kid,
                remedy="add the key it was encrypted with to OMNIFY_ENCRYPTION_KEYS",
            )
    return None


def _make_once() -> KeyPair:
    # Of several processes that start together one makes the key and the others find it.
    with exclusive_lock(alias_of("auth"), "signing-key"):
        key = _newest_usable()
        if key is not None:
            return key
        return _store(make_key(), signs_from=timezone.now())


def rotate_keys(*, now: datetime) -> tuple[KeyPair, datetime]:
    """Publish a new key and let it sign from when every verifier can have it; returns both.

    Raises:
        KeysConfiguredError: ``AUTH_SIGNING_KEYS`` is set, and wins.
    """
    _refuse_configured()
    signs_from = now + PUBLISHED_BEFORE
    return _store(make_key(), signs_from=signs_from), signs_from


def retire_key(*, kid: str, is_urgent: bool, now: datetime) -> None:
    """Refuse a key's tokens everywhere within a second.

    Raises:
        KeysConfiguredError: ``AUTH_SIGNING_KEYS`` is set, and wins.
        SigningKeyNotFoundError: there is no such key that is accepted.
        SigningKeyInUseError: it signs, or tokens that it signed are alive (``is_urgent`` retires
            it all the same, and their users refresh).
    """
    _refuse_configured()
    accepted = SigningKey.objects.filter(retired_at=None)
    row = accepted.filter(kid=kid).first()
    if row is None:
        raise SigningKeyNotFoundError(kid=kid)
    heirs = accepted.filter(created_at__gt=row.created_at)
    free_from = min((heir.signs_from or heir.created_at for heir in heirs), default=None)
    if free_from is None or free_from > now:
        raise SigningKeyInUseError(kid=kid, seconds=int(_TOKENS_LIVE.total_seconds()))
    if not is_urgent and free_from + _TOKENS_LIVE > now:
        seconds = int((free_from + _TOKENS_LIVE - now).total_seconds()) + 1
        raise SigningKeyInUseError(kid=kid, seconds=seconds)
    with atomic("auth"):
        accepted.filter(kid=kid).update(retired_at=now)
        publish(SigningKeyRetired(kid=kid))
        record_audit("auth", "auth.key.retired", target=Target(type="signing_key", id=kid))


def _refuse_configured() -> None:
    if configured_keys():
        raise KeysConfiguredError


def _store(key: KeyPair, *, signs_from: datetime) -> KeyPair:
    with atomic("auth"):
        SigningKey.objects.create(
            kid=key.kid,
            public_jwk=key.public_jwk,
            private_encrypted=encrypt(key.private_pem.encode(), purpose=SIGNING_PURPOSE),
            signs_from=signs_from,
        )
        record_audit("auth", "auth.key.published", target=Target(type="signing_key", id=key.kid))
    return key
