"""Sessions that were ended: told by event, kept in each database, remembered in each process."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.utils import timezone

from omnify.api.identity import SessionRevoked
from omnify.api.models import Revocation
from omnify.db import alias_of
from omnify.events import on
from omnify.events.subscriptions import FLOOR
from omnify.services.registry import hosted_services, provider_of

log = structlog.get_logger(__name__)

#: For how long a process uses its copy, in seconds.
CACHE_SECONDS = 0.5
#: Longer than any access token lives.
_KEPT = timedelta(minutes=15)


class RevokedSessions:
    """A process's copy of the table."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: frozenset[UUID] = frozenset()
        self._expires_at = float("-inf")

    def contains(self, session_id: UUID | None) -> bool:
        """Whether a session was ended, at most half a second ago or earlier."""
        if time.monotonic() >= self._expires_at:
            self._refresh()
        return session_id in self._ids

    def _refresh(self) -> None:
        with self._lock:
            if time.monotonic() < self._expires_at:
                return
            try:
                alive = Revocation.objects.using(_own_alias()).filter(expires_at__gt=timezone.now())
                self._ids = frozenset(alive.values_list("session_id", flat=True))
            except DatabaseError as error:
                # The copy is used on: a database that is away must not let everybody in or out.
                log.warning("revocations_unreadable", reason=type(error).__name__)
            self._expires_at = time.monotonic() + CACHE_SECONDS


revoked_sessions = RevokedSessions()


@on(SessionRevoked, subscriber=FLOOR)
def remember_revocation(event: SessionRevoked, alias: str) -> None:
    """Keep the session until its last access token has expired, and forget older ones."""
    now = timezone.now()
    rows = Revocation.objects.using(alias)
    rows.filter(expires_at__lte=now).delete()
    rows.get_or_create(session_id=event.session_id, defaults={"expires_at": now + _KEPT})


def _own_alias() -> str:
    hosted = hosted_services()
    return alias_of(hosted[0] if hosted else provider_of("identity"))
