"""Sign calls between services: HMAC-SHA256 over the call, its callee and its time."""

from __future__ import annotations

import hmac
import secrets
import threading
import time

from omnify.conf import settings
from omnify.exceptions import UnauthenticatedError

#: How many seconds two clocks may differ.
CLOCK_TOLERANCE_SECONDS = 30
HEADER = "Omnify-Signature"
_PARTS = 4


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


def sign(*, audience: str, path: str, body: bytes) -> str:
    """Return the value of the signature header for a call, made with the first secret."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(12)
    head = (path, audience, timestamp, nonce)
    digest = _digest(settings.RPC_SECRETS[0], head, body)
    return f"v1 {timestamp} {nonce} {digest}"


def verify(header: str, *, audience: str, path: str, body: bytes) -> None:
    """Accept a call that any of the secrets signed, once, within the tolerance.

    Raises:
        InvalidSignatureError, StaleCallError, ReplayedCallError: the call is not accepted.
    """
    parts = header.split(" ")
    if len(parts) != _PARTS or parts[0] != "v1" or not parts[1].isdecimal():
        raise InvalidSignatureError
    _, timestamp, nonce, presented = parts
    head = (path, audience, timestamp, nonce)
    expected = [_digest(secret, head, body) for secret in settings.RPC_SECRETS]
    if not any(hmac.compare_digest(digest.encode(), presented.encode()) for digest in expected):
        raise InvalidSignatureError
    now = time.time()
    if abs(now - int(timestamp)) > CLOCK_TOLERANCE_SECONDS:
        raise StaleCallError(age_seconds=round(now - int(timestamp)))
    if not _nonces.is_new(nonce, now):
        raise ReplayedCallError


def _digest(secret: str, head: tuple[str, ...], body: bytes) -> str:
    message = "\n".join(("POST", *head, "")).encode() + body
    return hmac.digest(secret.encode(), message, "sha256").hex()
