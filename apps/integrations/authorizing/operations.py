"""Keeping what was granted to a connection, and letting go of it."""

from __future__ import annotations

from datetime import datetime

from apps.integrations.authorizing.models import Credential
from apps.integrations.authorizing.queries import get_credential
from apps.integrations.authorizing.tokens import Tokens, columns_of
from apps.integrations.connections.models import Connection
from apps.integrations.exceptions import NothingToRenewError
from apps.integrations.platforms.port import Grant
from apps.integrations.platforms.telling import telling_callers
from omnify.db import atomic
from omnify.encryption import decrypt_text


def keep_grant(connection: Connection, grant: Grant, now: datetime) -> None:
    """Keep what a person granted, in place of all that was granted before."""
    with atomic("integrations"):
        former = Credential.objects.select_for_update().filter(connection=connection).first()
        blank = Credential(connection=connection, version=former.version if former else 0)
        values = {**columns_of(blank, grant, now), "ended_at": None, "ended_words": ""}
        Credential.objects.update_or_create(connection=connection, defaults=values)


def renew_grant(connection: Connection) -> None:
    """Renew a connection's token now.

    Raises:
        ConnectionNotFoundError: it has no token.
        NothingToRenewError: its token has no end.
        ConnectionExpiredError, PlatformBusyError, PlatformUnreachableError: there is none.
    """
    credential = get_credential(connection.id)
    if not credential.refresh_encrypted:
        raise NothingToRenewError
    with telling_callers(connection.platform):
        Tokens(connection.id).renew(credential.version)


def read_grant(connection: Connection) -> Grant | None:
    """Return the tokens of a connection as they are, None where it has none."""
    row = Credential.objects.filter(connection=connection).first()
    if row is None:
        return None
    refresh = row.refresh_encrypted
    return Grant(
        access_token=decrypt_text(row.access_encrypted, purpose=row.secret_purpose),
        refresh_token=decrypt_text(refresh, purpose=row.secret_purpose) if refresh else "",
        facts=connection.facts,
    )


def forget_grant(connection: Connection) -> None:
    """Delete the tokens of a connection."""
    with atomic("integrations"):
        Credential.objects.filter(connection=connection).delete()
