"""One-time secrets: 256 random bits are given out, and a hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def make_secret() -> str:
    """Make a secret for a link or a key."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return the hash that is kept of a secret; at 256 random bits a fast one is safe."""
    return hashlib.sha256(secret.encode()).hexdigest()
