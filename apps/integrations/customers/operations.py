"""Hashing customers, so that they can be told apart and not be found out."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

import structlog

from apps.integrations.customers.models import CustomerKey
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.encryption import UndecipherableError, decrypt, encrypt
from omnify.names import fold

#: Letters of a customer's hash: 128 bits.
HASH_LENGTH: Final = 32
_KEY_BYTES: Final = 32
log = structlog.get_logger(__name__)


class CustomerHasher:
    """Hashes what files call an organization's customers: alike in all files and sources."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def hash_customer(self, name: str) -> str:
        """Return the hash of a name, whatever its case; empty for an empty name."""
        return self.hash_text(folded) if (folded := fold(name)) else ""

    def hash_text(self, text: str) -> str:
        """Return the hash of a text that may hold customers' names."""
        digest = hmac.digest(self._key, text.encode(errors="surrogatepass"), "sha256")
        return digest.hex()[:HASH_LENGTH]


def get_hasher() -> CustomerHasher:
    """Return the hasher of the organization; its key is made at the first use.

    Raises:
        UndecipherableError: the key ring lost the key that encrypted the organization's.
    """
    purpose = _purpose_of(current_organization_id())
    with atomic("integrations"):
        row, _ = CustomerKey.objects.get_or_create(
            organization_id=current_organization_id(),
            defaults={"encrypted": encrypt(secrets.token_bytes(_KEY_BYTES), purpose=purpose)},
        )
    return CustomerHasher(decrypt(bytes(row.encrypted), purpose=purpose))


def encrypt_keys_anew() -> int:
    """Encrypt the keys of all organizations with the newest key of the ring; return how many."""
    count = 0
    for row in CustomerKey.unscoped.iterator():
        purpose = _purpose_of(row.organization_id)
        try:
            key = decrypt(bytes(row.encrypted), purpose=purpose)
        except UndecipherableError as error:
            log.error("customer_key_unreadable", remedy=error.detail)  # noqa: TRY400 - it says all
            continue
        with atomic("integrations"):
            rows = CustomerKey.unscoped.filter(id=row.id)
            count += rows.update(encrypted=encrypt(key, purpose=purpose))
    return count


def _purpose_of(organization_id: object) -> str:
    return f"integrations.customer_key {organization_id}"
