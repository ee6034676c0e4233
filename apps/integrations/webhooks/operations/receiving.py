"""Verify what comes, keep it once, and request the job that carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

import msgspec
from django.db.models import Q

from apps.integrations.connections.models import Connection
from apps.integrations.contract import WebhookReceived
from apps.integrations.customers.operations import get_hasher
from apps.integrations.exceptions import (
    PlatformNotFoundError,
    WebhookRefusedError,
    WebhookUnreadableError,
)
from apps.integrations.platforms.configuration import get_configuration
from apps.integrations.platforms.deliveries import (
    Delivery,
    DeliveryRefusedError,
    Kind,
    Notice,
    Receiver,
    UnreadableDeliveryError,
)
from apps.integrations.platforms.registry import RECEIVERS
from apps.integrations.platforms.specs import Configuration
from apps.integrations.webhooks.messages import Challenge
from apps.integrations.webhooks.models import WebhookDelivery
from apps.integrations.webhooks.operations.subscribing import read_subscription
from omnify.api.files import Text
from omnify.context import Principal, acting_as
from omnify.db import atomic
from omnify.events import publish
from omnify.jobs import JobInput
from omnify.jobs.operations import request_job

#: The most events of one delivery; HubSpot sends the most.
MOST_NOTICES: Final = 1000
_LONGEST_ID, _LONGEST_TOPIC = 128, 120


class HandleDeliveries(JobInput):
    """Carry out what a platform pushed of a connection."""

    kind = "integrations.handle_deliveries"

    connection_id: UUID


def receive(platform: str, delivery: Delivery, connection_id: UUID | None = None) -> int:
    """Keep what a delivery tells, and return how much of it is new.

    Args:
        platform: of the catalog.
        delivery: as it came; nothing of it is parsed before it is verified.
        connection_id: the connection that the address names; without one the body says whose it is.

    Raises:
        PlatformNotFoundError: the platform pushes nothing here.
        WebhookRefusedError: no known signature proves it.
        WebhookUnreadableError: it is the platform's, and not as documented.
    """
    receiver, configuration = _find_receiver(platform)
    own = read_subscription(connection_id).secret if connection_id else ""
    # Of an address that has a secret of its own, no other's proves anything.
    secrets = (own,) if own else _secrets_of(receiver, configuration)
    try:
        receiver.verify(delivery, secrets)
    except DeliveryRefusedError as refusal:
        raise WebhookRefusedError(platform=platform) from refusal
    try:
        notices = [_bounded(notice) for notice in islice(receiver.read(delivery), MOST_NOTICES)]
    except UnreadableDeliveryError as problem:
        raise WebhookUnreadableError(platform=platform, words=str(problem)) from problem
    with atomic("integrations"):
        return sum(_keep(platform, notice, connection_id, delivery.at) for notice in notices)


def answer_challenge(platform: str, challenge: Challenge) -> Text:
    """Return what proves to a platform that an address is ours.

    Raises:
        PlatformNotFoundError: the platform pushes nothing here.
        WebhookRefusedError: it is no challenge of the platform.
    """
    receiver, configuration = _find_receiver(platform)
    secrets, query = _secrets_of(receiver, configuration), msgspec.to_builtins(challenge)
    answer = receiver.answer_challenge(query, configuration.webhook_verify_token, secrets)
    if answer is None:
        raise WebhookRefusedError(platform=platform)
    return Text(text=answer, media_type=receiver.challenge_media_type)


def _find_receiver(platform: str) -> tuple[Receiver, Configuration]:
    receiver = RECEIVERS.get(platform)
    if receiver is None:
        raise PlatformNotFoundError(platform=platform)
    return receiver, get_configuration(platform)


def _secrets_of(receiver: Receiver, configuration: Configuration) -> tuple[str, ...]:
    """Return what verifies: what is set, else the vendor's own keys, else the app's secret."""
    if configuration.webhook_secrets:
        return configuration.webhook_secrets
    return receiver.default_secrets or tuple(filter(None, [configuration.client_secret]))


def _bounded(notice: Notice) -> Notice:
    """Return a notice that columns hold; an id that is cut would not be the event's."""
    if not 0 < len(notice.id) <= _LONGEST_ID or len(notice.account) > _LONGEST_ID:
        raise UnreadableDeliveryError("The event has an impossible id.")
    return notice


def _keep(platform: str, notice: Notice, connection_id: UUID | None, now: datetime) -> int:
    """Keep a notice for each connection that it is of, or for none; return how many are new."""
    row = WebhookDelivery(
        platform=platform,
        external_id=notice.id,
        topic=notice.topic[:_LONGEST_TOPIC],
        kind=notice.kind,
        account=notice.account,
        happened_at=notice.at,
        received_at=now,
    )
    connections = list(_find_connections(platform, notice, connection_id))
    if not connections:
        return _insert(row)
    return sum(_keep_claimed(row, connection, notice) for connection in connections)


def _find_connections(
    platform: str, notice: Notice, connection_id: UUID | None
) -> Iterator[Connection]:
    """Yield the connections that a notice is of, of whatever organization."""
    known = Connection.unscoped.filter(platform=platform, disconnected_at=None)
    if connection_id is not None:
        known = known.filter(id=connection_id)
    elif notice.account:
        is_chosen = Q(
            platform_accounts__external_id=notice.account, platform_accounts__is_chosen=True
        )
        known = known.filter(Q(external_id=notice.account) | is_chosen).distinct()
    else:
        return
    yield from known.order_by("id")


def _keep_claimed(row: WebhookDelivery, connection: Connection, notice: Notice) -> int:
    row.id = WebhookDelivery().id
    row.connection, row.organization_id = connection, connection.organization_id
    with acting_as(Principal(organization_id=connection.organization_id)):
        hash_customer = get_hasher().hash_customer if notice.persons else str
        row.customers = [hash_customer(person) for person in notice.persons]
        if not _insert(row):
            return 0
        if notice.kind != Kind.OTHER:
            request_job(HandleDeliveries(connection_id=connection.id), key=str(connection.id))
        publish(
            WebhookReceived(
                organization_id=connection.organization_id,
                connection_id=connection.id,
                platform=row.platform,
                about=row.topic,
            )
        )
    return 1


def _insert(row: WebhookDelivery) -> int:
    """Insert a row unless it is a repetition; return how many were inserted."""
    WebhookDelivery.objects.bulk_create([row], ignore_conflicts=True)
    return int(WebhookDelivery.objects.filter(id=row.id).exists())
