"""Where Django's sessions are kept: the admin's, and those of allauth's app clients."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends import db

#: As many characters as the table's key has: 160 bits.
_LENGTH = 40


class SessionStore(db.SessionStore):
    """Keeps a digest of each key: a reader of the table cannot sign in with it."""

    def exists(self, session_key: str) -> bool:
        """Tell whether there is a session of this key."""
        return super().exists(_digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row to keep."""
        row = super().create_model_instance(data)
        row.session_key = _digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End a session, by default this one."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(_digest(key))

    def _get_session_from_db(self) -> Any:
        # The base class looks for the key that the store has, and forgets it when it finds none.
        key = self._session_key
        if key is None:
            return None
        self._session_key = _digest(key)
        row = super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
        self._session_key = key if row else None
        return row


def _digest(key: str) -> str:
    # A key has over 160 random bits: a fast hash cannot be turned back.
    return hashlib.sha256(key.encode()).hexdigest()[:_LENGTH]
