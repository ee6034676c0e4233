"""The API keys of programs: asked of the service that keeps them, remembered for a moment."""

from __future__ import annotations

import hashlib
import threading
import time

from omnify.context import Principal, PrincipalKind
from omnify.identity.contract import ApiKeyPrincipal, Identity
from omnify.services import client_of

#: How an API key begins.
PREFIX = "omk_"
#: A key's end and a change of its maker's rights come by event; this bounds everything else.
CACHE_SECONDS = 30.0
_MOST_REMEMBERED = 10_000


class ApiKeys:
    """A process's copy of the principals of keys that were used lately."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget all keys; the next use of each fetches it."""
        self._known: dict[str, tuple[float, Principal]] = {}

    def find(self, key: str) -> Principal | None:
        """Return the principal that a key acts for, None when the key is not valid.

        Raises:
            ServiceUnavailableError: the keeper of the keys does not answer.
        """
        digest = hash_key(key)
        expires_at, principal = self._known.get(digest, (0.0, None))
        if principal is None or time.monotonic() >= expires_at:
            principal = self._ask(digest)
        return principal

    def forget(self, key: str) -> None:
        """Forget a key, so that its next use asks for it."""
        self._known.pop(hash_key(key), None)

    def _ask(self, digest: str) -> Principal | None:
        answer = client_of(Identity).find_api_key(digest)
        with self._lock:
            if answer is None:
                # Unknown ones are not kept: a stranger could fill the memory with guesses.
                self._known.pop(digest, None)
                return None
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            principal = _to_principal(answer)
            self._known[digest] = (time.monotonic() + CACHE_SECONDS, principal)
        return principal


def hash_key(key: str) -> str:
    """Return what is kept and sent of a key; its 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def _to_principal(answer: ApiKeyPrincipal) -> Principal:
    return Principal(
        kind=PrincipalKind.USER,
        user_id=answer.user_id,
        organization_id=answer.organization_id,
        session_id=answer.session_id,
        role=answer.role,
        permissions=answer.permissions,
        rights_version=answer.rights_version,
        must_accept_documents=answer.must_accept_documents,
        api_key_id=answer.session_id,
    )


api_keys = ApiKeys()
