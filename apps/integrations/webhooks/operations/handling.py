"""See what platforms pushed, and carry it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import chain, groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

from apps.integrations.authorizing.tokens import Tokens
from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import remove_connection
from apps.integrations.contract import WebhookReceived
from apps.integrations.platforms.deliveries import Kind
from apps.integrations.webhooks.models import WebhookDelivery
from apps.integrations.webhooks.operations.erasing import erase_customers
from omnify.context import Principal, acting_as
from omnify.db import atomic
from omnify.events import publish
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

#: Longer than platforms repeat what they sent.
KEPT: Final = timedelta(days=30)
#: New deliveries that are seen in one transaction.
_SEEN_AT_ONCE: Final = 1000
_TOPIC: Final = attrgetter("platform", "topic")
_OWNERS: Final = attrgetter("organization_id", "connection_id")


class HandleDeliveries(JobInput):
    """Carry out what a platform pushed of a connection."""

    kind = "integrations.handle_deliveries"

    connection_id: UUID


def request_handling() -> None:
    """Request the jobs of what came since the last look, and tell the other services of it.

    However much came, it is one job of each connection, and one event of each of its topics.
    """
    new = WebhookDelivery.objects.filter(is_new=True)
    while new.exists():
        with atomic("integrations"):
            rows = list(new.select_for_update().order_by("id")[:_SEEN_AT_ONCE])
            WebhookDelivery.objects.filter(id__in=[row.id for row in rows]).update(is_new=False)
            rows.sort(key=_OWNERS)
            for (organization_id, connection_id), own in groupby(rows, key=_OWNERS):
                _tell(organization_id, connection_id, list(own))


def _tell(organization_id: UUID, connection_id: UUID, rows: Collection[WebhookDelivery]) -> None:
    """Request and publish what follows from new deliveries of one connection."""
    with acting_as(Principal(organization_id=organization_id)):
        if any(row.kind != Kind.OTHER for row in rows):
            request_job(HandleDeliveries(connection_id=connection_id), key=str(connection_id))
        publish(
            *(
                WebhookReceived(
                    organization_id=organization_id,
                    connection_id=connection_id,
                    platform=platform,
                    about=topic,
                    count=count,
                )
                for (platform, topic), count in Counter(map(_TOPIC, rows)).items()
            )
        )


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
