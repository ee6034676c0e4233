"""One-time secrets: 256 random bits for whoever gets them, a hash for us."""

from __future__ import annotations

import hashlib
import secrets


def make_secret() -> str:
    """A secret for a link or a key."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is kept of a secret; at 256 random bits a fast hash cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()
