"""Hashing customers, so that they can be told apart and not be found out."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from apps.integrations.customers.models import CustomerKey
from omnify.context import current_organization_id
from omnify.db import atomic
from omnify.encryption import decrypt, encrypt
from omnify.names import fold

#: Letters of a customer's hash: 128 bits.
HASH_LENGTH: Final = 32
_KEY_BYTES: Final = 32


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
    new = CustomerKey(organization_id=current_organization_id())
    key = encrypt(secrets.token_bytes(_KEY_BYTES), purpose=new.purpose)
    with atomic("integrations"):
        row, _ = CustomerKey.objects.get_or_create(
            organization_id=new.organization_id, defaults={"encrypted": key}
        )
    return CustomerHasher(decrypt(bytes(row.encrypted), purpose=row.purpose))
