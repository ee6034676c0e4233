"""The keys that sign access tokens."""

from __future__ import annotations

import json
import re
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured

from apps.auth.models import SigningKey
from apps.auth.tokens.signing import KeyPair, read_key
from omnify.conf import settings

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)


def list_public_keys() -> list[dict[str, str]]:
    """Return the JWKs of accepted signing keys."""
    configured = configured_keys()
    if configured:
        return [json.loads(key.public_jwk) for key in configured]
    rows = SigningKey.objects.filter(retired_at=None).values_list("public_jwk", flat=True)
    return [json.loads(row) for row in rows]


def configured_keys() -> list[KeyPair]:
    """Return the keys of ``AUTH_SIGNING_KEYS``, newest first; they win over the database's.

    Raises:
        ImproperlyConfigured: it is set and holds no key, which must not mean "use others".
    """
    pems = _PEM.findall(settings.AUTH_SIGNING_KEYS)
    if settings.AUTH_SIGNING_KEYS.strip() and not pems:
        raise ImproperlyConfigured("AUTH_SIGNING_KEYS holds no PEM: set RSA private keys or unset.")
    return [read_key(pem) for pem in pems]


def list_signing_keys(*, now: datetime) -> list[str]:
    """Describe all keys, newest first: id, when it was created, and its state."""
    configured = configured_keys()
    if configured:
        return [f"{key.kid}  of AUTH_SIGNING_KEYS, which wins" for key in configured]
    return [f"{row.kid}  {row.created_at:%Y-%m-%d %H:%M}  {_state_of(row, now)}" for row in _rows()]


def _rows() -> list[SigningKey]:
    return list(SigningKey.objects.order_by("-created_at"))


def _state_of(row: SigningKey, now: datetime) -> str:
    if row.retired_at is not None:
        return f"retired {row.retired_at:%Y-%m-%d %H:%M}"
    if row.signs_from is not None and row.signs_from > now:
        return f"published, signs from {row.signs_from:%H:%M:%S}"
    newer = SigningKey.objects.filter(retired_at=None, created_at__gt=row.created_at)
    is_former = newer.filter(signs_from__lte=now).exists()
    return "accepted, signs no more" if is_former else "signs"
