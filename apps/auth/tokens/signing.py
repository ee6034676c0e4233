"""RSA keys for access tokens: making them, naming them, signing with them (RFC 7638, RFC 9068)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_BITS = 2048


class KeyPair(msgspec.Struct, frozen=True):
    """A private key as PEM, with the id and the public JWK that others see."""

    kid: str
    private_pem: str
    public_jwk: str


def make_key() -> KeyPair:
    """Make an RSA key, whose id can be given to a command: it does not look like an option."""
    while True:
        private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
        pem = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        key = read_key(pem.decode())
        if not key.kid.startswith("-"):
            return key


def read_key(pem: str) -> KeyPair:
    """Return a key from its PEM text.

    Raises:
        ValueError: it is not an RSA private key.
    """
    private = _load(pem)
    members = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    essential = {name: members[name] for name in ("e", "kty", "n")}
    kid = _thumbprint(essential)
    document = {**essential, "kid": kid, "use": "sig", "alg": "RS256"}
    return KeyPair(kid, pem, json.dumps(document, sort_keys=True))


@lru_cache(maxsize=16)
def _load(pem: str) -> rsa.RSAPrivateKey:
    # Reading a key checks its primes, which costs a hundred times what a signature does.
    private = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError("not an RSA private key")  # noqa: TRY004 - the value is wrong
    return private


class TokenTerms(msgspec.Struct, frozen=True):
    """The audience, issuer, type and lifetime of an access token."""

    issuer: str
    audience: str
    token_type: str
    lifetime: timedelta


def sign_access_token(
    claims: dict[str, Any], *, key: KeyPair, terms: TokenTerms, token_id: UUID, now: datetime
) -> str:
    """Return a signed token with the claims and the times that a verifier needs."""
    times = {"iat": now, "nbf": now, "exp": now + terms.lifetime}
    payload = {**claims, **times, "iss": terms.issuer, "aud": terms.audience, "jti": str(token_id)}
    headers = {"kid": key.kid, "typ": terms.token_type}
    return jwt.encode(payload, _load(key.private_pem), algorithm="RS256", headers=headers)


def _thumbprint(essential: dict[str, Any]) -> str:
    canonical = json.dumps(essential, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()
