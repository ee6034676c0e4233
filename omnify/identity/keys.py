"""The public keys that verify access tokens, fetched once for many requests."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import jwt
import requests
import structlog

from omnify.conf import settings
from omnify.exceptions import ServiceUnavailableError
from omnify.identity.contract import Identity
from omnify.services import client_of

log = structlog.get_logger(__name__)

#: At most one fetch per this many seconds is caused by tokens with an unknown key id.
REFETCH_INTERVAL_SECONDS = 10.0
#: After this many seconds the set is fetched again, so that a retired key stops being accepted.
MAX_AGE_SECONDS = 300.0
_FETCH_TIMEOUT_SECONDS = 3.0


class KeySetUnavailableError(ServiceUnavailableError):
    """No key set could be fetched yet, so that no token can be verified."""

    code = "key_set_unavailable"
    message = "Access tokens cannot be verified now: the key set is out of reach. Try again."


class KeySet:
    """A process's copy of the key set, fetched when needed and at most once per interval."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget the copy; the next question fetches it."""
        self._keys: dict[str, Any] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")

    def find(self, kid: str) -> Any | None:
        """Return the public key of an id, or None when no valid token can carry that id.

        Raises:
            KeySetUnavailableError: no key set could be fetched yet.
        """
        now = time.monotonic()
        if kid not in self._keys or now - self._fetched_at > MAX_AGE_SECONDS:
            self._refresh(now)
        if not self._keys:
            raise KeySetUnavailableError(service="identity")
        return self._keys.get(kid)

    def _refresh(self, now: float) -> None:
        with self._lock:
            if now - self._tried_at < self._interval():
                return
            self._tried_at = now
            try:
                documents = _fetch()
            except (ServiceUnavailableError, requests.RequestException, ValueError) as error:
                log.warning("key_set_fetch_failed", reason=str(error))
                return
            self._keys = {item["kid"]: jwt.PyJWK(item).key for item in documents}
            self._fetched_at = now

    def _interval(self) -> float:
        # Until there is a first set every request waits for it, so try more often.
        return REFETCH_INTERVAL_SECONDS if self._keys else 0.5


def _fetch() -> list[dict[str, Any]]:
    if settings.JWKS:
        return list(json.loads(settings.JWKS)["keys"])
    if settings.JWKS_URL:
        response = requests.get(settings.JWKS_URL, timeout=_FETCH_TIMEOUT_SECONDS)
        response.raise_for_status()
        return list(response.json()["keys"])
    return [json.loads(key.jwk) for key in client_of(Identity).verification_keys()]


key_set = KeySet()
