"""Ask platforms to push, look each day whether they do still, and ask again."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.urls import reverse

from apps.integrations.authorizing.models import Credential
from apps.integrations.calling.operations.opening import open_api
from apps.integrations.connections.models import Connection
from apps.integrations.platforms.refusals import PlatformError
from apps.integrations.platforms.registry import SUBSCRIBERS
from apps.integrations.platforms.subscriptions import Subscriber, Subscription
from apps.integrations.webhooks.models import WebhookSubscription
from omnify.context import Context, use
from omnify.db import atomic
from omnify.encryption import decrypt_text, encrypt_text
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job
from omnify.services.discovery import find_public_url

log = structlog.get_logger(__name__)
#: Platforms push to no other addresses.
_SCHEME: Final = "https://"


class SubscribeWebhooks(JobInput):
    """Let a connection's platform push what happens, or see that it does."""

    kind = "integrations.subscribe_webhooks"

    connection_id: UUID


class CheckSubscriptions(JobInput):
    """See that all platforms push that were asked to."""

    kind = "integrations.check_subscriptions"


def request_subscription(connection: Connection) -> None:
    """Request, in the caller's transaction, what lets a platform push; nothing where it just does.

    A deployment that has no public address is pushed nothing.
    """
    is_reachable = find_public_url("integrations").startswith(_SCHEME)
    if is_reachable and connection.platform in SUBSCRIBERS:
        request_job(SubscribeWebhooks(connection_id=connection.id), key=str(connection.id))


def check_subscriptions() -> int:
    """Request a look at what platforms were asked to push, of all organizations.

    Returns of how many connections.
    """
    rows = Credential.unscoped.filter(
        ended_at=None,
        connection__platform__in=list(SUBSCRIBERS),
        connection__disconnected_at=None,
    )
    for row in rows.select_related("connection").order_by("id"):
        with use(Context(organization_id=row.organization_id)), atomic("integrations"):
            request_subscription(row.connection)
    return len(rows)


def subscribe(connection_id: UUID, now: datetime) -> bool:
    """Let a connection's platform push what happens; tell whether it does.

    Where it does not, such as for a key that may not, the connection is read by its rhythm alone.
    """
    row = Credential.objects.filter(connection_id=connection_id, ended_at=None).first()
    subscriber = SUBSCRIBERS.get(row.connection.platform) if row else None
    if row is None or subscriber is None or (subscriber.is_of_keys and row.refresh_encrypted):
        return False
    connection = row.connection
    try:
        made = subscriber.renew(
            # Of what it answers, a secret may be a part.
            open_api(connection, keeps_answers=False),
            _find_address(subscriber, connection),
            read_subscription(connection_id),
        )
    except PlatformError as error:
        log.warning("webhooks_not_subscribed", platform=connection.platform, code=error.code)
        return False
    _keep(connection, made, now)
    return True


def end_subscription(connection: Connection) -> None:
    """Ask a platform to push no more, and forget what it pushed by, whatever it answers."""
    former, subscriber = read_subscription(connection.id), SUBSCRIBERS.get(connection.platform)
    if subscriber is None or not former.ids:
        return
    try:
        subscriber.end(open_api(connection, keeps_answers=False), former)
    except PlatformError as error:
        log.warning("webhooks_not_ended", platform=connection.platform, code=error.code)
    with atomic("integrations"):
        WebhookSubscription.objects.filter(connection=connection).delete()


def read_subscription(connection_id: UUID) -> Subscription:
    """Return what a connection, of whichever organization, is pushed by; empty if by nothing."""
    row = WebhookSubscription.unscoped.filter(connection_id=connection_id).first()
    if row is None:
        return Subscription()
    text = row.secret_encrypted
    secret = decrypt_text(text, purpose=row.secret_purpose) if text else ""
    return Subscription(ids=tuple(row.external_ids), secret=secret)


def _find_address(subscriber: Subscriber, connection: Connection) -> str:
    own = [connection.id] if subscriber.has_own_address else []
    name = "connection-webhook" if own else "webhook"
    path = reverse(f"integrations:{name}", args=[connection.platform, *own])
    return find_public_url("integrations") + path


def _keep(connection: Connection, made: Subscription, now: datetime) -> None:
    with atomic("integrations"):
        row = WebhookSubscription(connection=connection)
        purpose = row.secret_purpose
        WebhookSubscription.objects.update_or_create(
            connection=connection,
            defaults={
                "external_ids": list(made.ids),
                "secret_encrypted": encrypt_text(made.secret, purpose=purpose)
                if made.secret
                else "",
                "checked_at": now,
            },
        )
