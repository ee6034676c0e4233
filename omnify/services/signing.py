"""Sign calls between services: HMAC-SHA256 over the call, its callee and its time.

Version 2 signs the head and the SHA-256 of the body, which the header holds, so that a call is
checked before its body is read. For one version of the software a caller also sends the signature
of version 1, over head and body, and a callee accepts it where there is no other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Iterable
from typing import NamedTuple

from omnify.conf import settings
from omnify.exceptions import UnauthenticatedError

#: How many seconds two clocks may differ.
CLOCK_TOLERANCE_SECONDS = 30
HEADER, FORMER_HEADER = "Omnify-Signature-2", "Omnify-Signature"
#: The same as WSGI names them, without ``HTTP_``.
WSGI_HEADER, FORMER_WSGI_HEADER = "OMNIFY_SIGNATURE_2", "OMNIFY_SIGNATURE"
_PARTS, _FORMER_PARTS = 5, 4


class RefusedCallError(UnauthenticatedError):
    """A call between services does not prove that this fleet made it, now, and once."""

    code = "call_refused"
    message = "The call between services was refused."


class InvalidSignatureError(RefusedCallError):
    """A call between services is not signed with a secret of this fleet."""

    code = "invalid_signature"
    message = "The call's signature is missing or wrong; both sides need one OMNIFY_RPC_SECRETS."


class StaleCallError(RefusedCallError):
    """A signed call arrives too late or from the future."""

    code = "stale_call"
    message = "The call was signed {age_seconds} s ago; at most 30 s are allowed. Check the clocks."


class ReplayedCallError(RefusedCallError):
    """A signed call arrives a second time at the same process."""

    code = "replayed_call"
    message = "This call was already received; a retry has to be signed anew."


class NonceMemory:
    """The nonces seen in the last minute, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}
        self._sweep_at = 0.0

    def is_new(self, nonce: str, now: float) -> bool:
        """Remember a nonce and tell whether it was unknown until now."""
        with self._lock:
            if now >= self._sweep_at:
                self._seen = {n: until for n, until in self._seen.items() if until > now}
                self._sweep_at = now + CLOCK_TOLERANCE_SECONDS
            if self._seen.get(nonce, 0.0) > now:
                return False
            self._seen[nonce] = now + 2 * CLOCK_TOLERANCE_SECONDS
            return True


_nonces = NonceMemory()


class SignedHead(NamedTuple):
    """The head of a call, as far as it could be checked without the body.

    ``body_digest`` is what the body has to hash to; empty under version 1, whose ``digest`` covers
    the body.
    """

    parts: tuple[str, ...]
    nonce: str
    body_digest: str
    digest: str


def sign(*, audience: str, path: str, body: bytes) -> dict[str, str]:
    """Return the headers of a call that sign it with the first secret, in both versions."""
    secret = settings.RPC_SECRETS[0]
    timestamp, nonce = str(int(time.time())), secrets.token_hex(12)
    parts, body_digest = (path, audience, timestamp, nonce), _body_digest(body)
    digest = _digest(secret, parts, body_digest)
    return {
        HEADER: f"v2 {timestamp} {nonce} {body_digest} {digest}",
        FORMER_HEADER: f"v1 {timestamp} {nonce} {_former_digest(secret, parts, body)}",
    }


def verify_head(signature: str, former: str, *, audience: str, path: str) -> SignedHead:
    """Check a call before its body is read, by its two headers.

    Raises:
        InvalidSignatureError, StaleCallError: the call is not accepted.
    """
    if signature:
        timestamp, nonce, body_digest, digest = _split(signature, "v2", _PARTS)
    else:
        timestamp, nonce, digest = _split(former, "v1", _FORMER_PARTS)
        body_digest = ""
    parts = (path, audience, timestamp, nonce)
    if signature:
        expected = (_digest(secret, parts, body_digest) for secret in settings.RPC_SECRETS)
        _refuse_unless_any(expected, digest)
    age = time.time() - int(timestamp)
    if abs(age) > CLOCK_TOLERANCE_SECONDS:
        raise StaleCallError(age_seconds=round(age))
    return SignedHead(parts, nonce, body_digest, digest)


def verify_body(head: SignedHead, body: bytes) -> None:
    """Accept a call by its body, once.

    Raises:
        InvalidSignatureError, ReplayedCallError: the call is not accepted.
    """
    if head.body_digest:
        _refuse_unless_any((_body_digest(body),), head.body_digest)
    else:
        expected = (_former_digest(s, head.parts, body) for s in settings.RPC_SECRETS)
        _refuse_unless_any(expected, head.digest)
    if not _nonces.is_new(head.nonce, time.time()):
        raise ReplayedCallError


def _split(signature: str, version: str, count: int) -> list[str]:
    parts = signature.split(" ")
    if len(parts) != count or parts[0] != version:
        raise InvalidSignatureError
    if not (parts[1].isascii() and parts[1].isdigit()):
        raise InvalidSignatureError
    return parts[1:]


def _refuse_unless_any(expected: Iterable[str], presented: str) -> None:
    if not any(hmac.compare_digest(one.encode(), presented.encode()) for one in expected):
        raise InvalidSignatureError


def _body_digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _digest(secret: str, parts: tuple[str, ...], body_digest: str) -> str:
    message = "\n".join(("v2", "POST", *parts, body_digest)).encode()
    return hmac.digest(secret.encode(), message, "sha256").hex()


def _former_digest(secret: str, parts: tuple[str, ...], body: bytes) -> str:
    message = "\n".join(("POST", *parts, "")).encode() + body
    return hmac.digest(secret.encode(), message, "sha256").hex()
