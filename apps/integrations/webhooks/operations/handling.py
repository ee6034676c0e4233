"""Carry out what platforms pushed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

from apps.integrations.authorizing.tokens import Tokens
from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import remove_connection
from apps.integrations.platforms.deliveries import Kind
from apps.integrations.webhooks.models import WebhookDelivery
from apps.integrations.webhooks.operations.erasing import erase_customers
from omnify.db import atomic
from omnify.jobs import JobInput

#: Longer than platforms repeat what they sent.
KEPT: Final = timedelta(days=30)


class TidyDeliveries(JobInput):
    """Delete old deliveries."""

    kind = "integrations.tidy_deliveries"


def handle_deliveries(connection_id: UUID, now: datetime) -> int:
    """Carry out what waits for a connection, all in one transaction; return how much it was."""
    with atomic("integrations"):
        connection = Connection.objects.select_for_update().filter(id=connection_id).first()
        if connection is None:
            return 0
        waiting = WebhookDelivery.objects.filter(connection=connection, handled_at=None)
        rows = list(waiting.order_by("id"))
        WebhookDelivery.objects.filter(id__in=[row.id for row in rows]).update(handled_at=now)
        _carry_out(connection, rows, now)
    return len(rows)


def _carry_out(connection: Connection, rows: Iterable[WebhookDelivery], now: datetime) -> None:
    by_kind: dict[str, list[WebhookDelivery]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    if erasing := by_kind.get(Kind.ERASE_PERSON):
        erase_customers(connection, set(chain.from_iterable(row.customers for row in erasing)))
    if Kind.ERASE_ACCOUNT in by_kind:
        remove_connection(connection.id)
    elif Kind.ENDED in by_kind:
        Tokens(connection.id).end("The platform told that Omnify was removed there.")
    elif Kind.CHANGED in by_kind and connection.paused_at is None:
        connection.next_sync_at = now
        connection.save(update_fields=["next_sync_at"])


def forget_deliveries(now: datetime) -> int:
    """Delete old deliveries of all organizations; return how many."""
    deleted, _ = WebhookDelivery.objects.filter(received_at__lt=now - KEPT).delete()
    return deleted
