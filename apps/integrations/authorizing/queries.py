"""What was granted to the organization's connections."""

from __future__ import annotations

from uuid import UUID

from apps.integrations.authorizing.models import Credential
from apps.integrations.exceptions import ConnectionNotFoundError


def get_credential(connection_id: UUID) -> Credential:
    """Return what was granted to a connection, with it.

    Raises:
        ConnectionNotFoundError: there is no such connection, or it has no token.
    """
    rows = Credential.objects.select_related("connection")
    return rows.get_or_refuse(
        ConnectionNotFoundError(connection_id=connection_id), connection_id=connection_id
    )
