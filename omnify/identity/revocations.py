"""Ended sessions, changed rights, retired keys: received by event, kept in each database.

``authentication`` asks here, and refuses the requests of ended sessions; a page sends its visitor
to sign in.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.db.models.functions import Greatest
from django.utils import timezone

from omnify.context import Principal
from omnify.db import alias_of
from omnify.events import on
from omnify.events.subscriptions import FLOOR
from omnify.exceptions import UnauthenticatedError
from omnify.identity.contract import PrincipalChanged, SessionRevoked, SigningKeyRetired
from omnify.identity.models import RetiredKey, Revocation, RightsVersion
from omnify.services.registry import hosted_services, provider_of

log = structlog.get_logger(__name__)

#: For how long a process uses its copy, in seconds.
CACHE_SECONDS = 0.5
#: Longer than any access token lives, and than an API key's principal is remembered.
_KEPT = timedelta(minutes=15)


class SessionRevokedError(UnauthenticatedError):
    """The access token is valid, but its session was ended."""

    code = "session_ended"
    message = "The session was ended; sign in again."


class RightsChangedError(UnauthenticatedError):
    """The access token is valid, but the user's rights changed after it was made."""

    code = "rights_changed"
    message = "Your rights changed; get a new access token with the refresh token."


class Revocations:
    """A process's copy of the tables."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget the copy; the next question reads the tables."""
        self._ended: frozenset[UUID] = frozenset()
        self._versions: dict[tuple[UUID, UUID], int] = {}
        self._retired: frozenset[str] = frozenset()
        self._expires_at = float("-inf")

    def is_retired(self, kid: str) -> bool:
        """Tell whether a signing key was retired; it shows within half a second."""
        self._renew()
        return kid in self._retired

    def refuse_revoked(self, principal: Principal) -> None:
        """Refuse a principal whose session was ended, or whose rights changed since its token.

        Raises:
            SessionRevokedError, RightsChangedError: the one or the other.
        """
        if self.has_ended(principal.session_id):
            raise SessionRevokedError
        if self.are_rights_old(principal):
            raise RightsChangedError

    def has_ended(self, session_id: UUID | None) -> bool:
        """Tell whether a session was ended; it shows within half a second."""
        self._renew()
        return session_id in self._ended

    def are_rights_old(self, principal: Principal) -> bool:
        """Tell whether a principal's rights changed after it was made, within half a second."""
        self._renew()
        if principal.user_id is None or principal.organization_id is None:
            return False
        place = (principal.user_id, principal.organization_id)
        return principal.rights_version < self._versions.get(place, 0)

    def _renew(self) -> None:
        if time.monotonic() < self._expires_at:
            return
        with self._lock:
            if time.monotonic() < self._expires_at:
                return
            try:
                self._read()
            except DatabaseError as error:
                # The old copy stays: a database that is away must not let everybody in or out.
                log.warning("revocations_unreadable", reason=type(error).__name__)
            self._expires_at = time.monotonic() + CACHE_SECONDS

    def _read(self) -> None:
        alias, now = _own_alias(), timezone.now()
        ended = Revocation.objects.using(alias).filter(expires_at__gt=now)
        self._ended = frozenset(ended.values_list("session_id", flat=True))
        retired = RetiredKey.objects.using(alias).filter(expires_at__gt=now)
        self._retired = frozenset(retired.values_list("kid", flat=True))
        changed = RightsVersion.objects.using(alias).filter(expires_at__gt=now)
        self._versions = {
            (user_id, organization_id): version
            for user_id, organization_id, version in changed.values_list(
                "user_id", "organization_id", "version"
            )
        }


revocations = Revocations()


@on(SessionRevoked, subscriber=FLOOR)
def remember_revocation(event: SessionRevoked, alias: str) -> None:
    """Keep the session until its last access token has expired, and forget older ones."""
    now = timezone.now()
    rows = Revocation.objects.using(alias)
    rows.filter(expires_at__lte=now).delete()
    rows.get_or_create(session_id=event.session_id, defaults={"expires_at": now + _KEPT})


@on(SigningKeyRetired, subscriber=FLOOR)
def remember_retired_key(event: SigningKeyRetired, alias: str) -> None:
    """Keep the key's id until every process has fetched the key set anew."""
    now = timezone.now()
    rows = RetiredKey.objects.using(alias)
    rows.filter(expires_at__lte=now).delete()
    rows.get_or_create(kid=event.kid, defaults={"expires_at": now + _KEPT})


@on(PrincipalChanged, subscriber=FLOOR)
def remember_rights(event: PrincipalChanged, alias: str) -> None:
    """Keep the version until the last token of an older one has expired."""
    now = timezone.now()
    rows = RightsVersion.objects.using(alias)
    rows.filter(expires_at__lte=now).delete()
    row, is_new = rows.get_or_create(
        user_id=event.user_id,
        organization_id=event.organization_id,
        defaults={"version": event.rights_version, "expires_at": now + _KEPT},
    )
    if not is_new:
        highest = Greatest("version", event.rights_version)
        rows.filter(id=row.id).update(version=highest, expires_at=now + _KEPT)


def _own_alias() -> str:
    hosted = hosted_services()
    return alias_of(hosted[0] if hosted else provider_of("identity"))
