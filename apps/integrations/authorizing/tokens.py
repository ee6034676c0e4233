"""Keep tokens alive: whoever holds the lease in the row asks, once, outside any transaction.

The answer is kept before it is used, and only where the row is still the one that was read, so
that a platform which takes each refresh token once never sees one twice from a living process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from apps.integrations.authorizing import queries
from apps.integrations.authorizing.models import Credential
from apps.integrations.contract import ConnectionExpired
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.refusals import (
    GrantEndedError,
    MalformedError,
    RequestRefusedError,
    UnreachableError,
)
from apps.integrations.platforms.specs import Grant
from omnify.db import atomic
from omnify.encryption import decrypt_text, encrypt_text
from omnify.events import publish
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

#: A token is renewed so long before its end at the latest, and at least once in a day.
MARGIN: Final = timedelta(minutes=15)
LONGEST_AGE: Final = timedelta(days=1)
#: Longer than a request may take (15 s), so that two holders never ask at once.
LEASE: Final = timedelta(seconds=30)
#: After so long of nothing but failures the owner is asked.
PATIENCE: Final = timedelta(days=4)
_LOOKS_SECONDS: Final = 0.1
_MOST_LOOKS: Final = 450


class TellOwner(JobInput):
    """Tell who connected a platform that it wants their consent again."""

    kind = "integrations.tell_owner"

    connection_id: UUID


def is_due(row: Credential, now: datetime) -> bool:
    """Tell whether a token is to be renewed before it is used."""
    if row.expires_at is None or not row.refresh_encrypted:
        return False
    life = row.expires_at - row.refreshed_at
    return row.expires_at - now < min(MARGIN, life / 2) or now - row.refreshed_at >= LONGEST_AGE


class Tokens:
    """The tokens of one connection.

    Args:
        clock: gives the present moment.
        wait: sleeps for seconds while another process renews.
    """

    def __init__(
        self,
        connection_id: UUID,
        *,
        clock: Callable[[], datetime] = timezone.now,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection_id, self._clock, self._wait = connection_id, clock, wait
        self._holder = uuid4()

    def current(self) -> tuple[str, int]:
        """Return the token and its version, renewed first when that is due.

        Raises:
            GrantEndedError: its owner has to consent again.
            UnreachableError: the platform gives no new one, and the old one is over.
        """
        row = self._read()
        if not is_due(row, self._clock()):
            return _token_of(row)
        try:
            return self._renew(row.version)
        except UnreachableError:
            if row.expires_at is not None and row.expires_at > self._clock():
                return _token_of(row)
            raise

    def renew(self, version: int) -> tuple[str, int]:
        """Return a newer token than one that was refused; asked for once per version.

        Raises:
            GrantEndedError: its owner has to consent again.
            UnreachableError: the platform gives no new one now.
        """
        row = self._read()
        if row.version == version and not row.refresh_encrypted:
            raise self._end(row, "The platform refused the key.")
        return self._renew(version)

    def end(self, words: str) -> None:
        """Keep that the grant is over, as the platform told by itself; tell its owner once."""
        with suppress(GrantEndedError):
            self._end(self._read(), words)

    def _renew(self, version: int) -> tuple[str, int]:
        """Renew a version, or wait for who does."""
        for _ in range(_MOST_LOOKS):
            if self._take_lease(version):
                return self._ask(self._read())
            row = self._read()
            if row.version != version:
                return _token_of(row)
            self._wait(_LOOKS_SECONDS)
        raise UnreachableError("Another process renews this token and does not come to an end.")

    def _take_lease(self, version: int) -> bool:
        now = self._clock()
        is_free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self._swap(version, is_free, lease_owner=self._holder, lease_until=now + LEASE)

    def _ask(self, row: Credential) -> tuple[str, int]:
        """Ask the platform as the holder of the lease."""
        oauth = open_oauth(row.connection.platform)
        former = decrypt_text(row.refresh_encrypted, purpose=row.secret_purpose)
        try:
            grant = oauth.refresh(former, row.connection.facts, self._clock())
        except GrantEndedError as error:
            latest = self._read()
            if latest.version != row.version:
                return _token_of(latest)
            raise self._end(row, error.words) from None
        except (UnreachableError, MalformedError, RequestRefusedError) as error:
            raise self._note_failure(row, error.words) from None
        # Whoever took the lease over meanwhile has kept an answer of their own.
        self._swap(
            row.version, Q(lease_owner=self._holder), **columns_of(row, grant, self._clock())
        )
        return _token_of(self._read())

    def _note_failure(self, row: Credential, words: str) -> Exception:
        """Give the lease back; return what to raise, which after four days is final."""
        now = self._clock()
        since = row.failing_since or now
        if now - since >= PATIENCE:
            return self._end(row, f"The platform gave no new token for four days: {words}")
        free = {"lease_owner": None, "lease_until": None, "failing_since": since}
        self._swap(row.version, Q(lease_owner=self._holder), **free)
        return UnreachableError(words)

    def _end(self, row: Credential, words: str) -> GrantEndedError:
        """Keep that the grant is over, tell of it once, and return what to raise."""
        values = {"ended_at": self._clock(), "ended_words": words[:300], "lease_until": None}
        with atomic("integrations"):
            if self._swap(row.version, Q(), **values):
                publish(
                    ConnectionExpired(
                        organization_id=row.organization_id,
                        connection_id=row.connection_id,
                        platform=row.connection.platform,
                        owner_id=row.connection.owner_id,
                    )
                )
                request_job(TellOwner(connection_id=row.connection_id))
        return GrantEndedError(words)

    def _swap(self, known: int, condition: Q, **values: Any) -> bool:
        """Change the row where it is still the version that was read."""
        rows = Credential.objects.filter(condition, connection_id=self._connection_id)
        with atomic("integrations"):
            return bool(rows.filter(version=known, ended_at__isnull=True).update(**values))

    def _read(self) -> Credential:
        row = queries.get_credential(self._connection_id)
        if row.ended_at is not None:
            raise GrantEndedError(row.ended_words)
        return row


def _token_of(row: Credential) -> tuple[str, int]:
    return decrypt_text(row.access_encrypted, purpose=row.secret_purpose), row.version


def columns_of(row: Credential, grant: Grant, now: datetime) -> dict[str, Any]:
    """Return what a row keeps of a grant; without a new refresh token the former one stays."""
    refresh = grant.refresh_token
    return {
        "access_encrypted": encrypt_text(grant.access_token, purpose=row.secret_purpose),
        "refresh_encrypted": encrypt_text(refresh, purpose=row.secret_purpose)
        if refresh
        else row.refresh_encrypted,
        "expires_at": grant.expires_at,
        "refresh_expires_at": grant.refresh_expires_at or row.refresh_expires_at,
        "version": row.version + 1,
        "refreshed_at": now,
        "lease_owner": None,
        "lease_until": None,
        "failing_since": None,
    }
