"""The keys that access tokens are verified with."""

from __future__ import annotations

from omnify.services.messages import Message


class JsonWebKey(Message):
    """A public key (RFC 7517)."""

    kty: str
    n: str
    e: str
    kid: str
    use: str
    alg: str


class KeySet(Message):
    """A set of public keys (RFC 7517)."""

    keys: tuple[JsonWebKey, ...]
