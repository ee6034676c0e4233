"""Verify what comes and keep it once; a worker sees it at its next look."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import chain, islice
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.connections.models import Connection
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
from omnify.db.rows import Values, insert_new_rows

#: The most events of one delivery; HubSpot sends the most.
MOST_NOTICES: Final = 1000
_LONGEST_ID, _LONGEST_TOPIC = 128, 120
_CONNECTIONS, _ACCOUNTS = (each._meta.db_table for each in (Connection, PlatformAccount))  # noqa: SLF001 - Django's API
#: In SQL, since to build such a query takes Django longer than all the rest of a delivery.
_OWNERS: Final = f"""
    SELECT id, organization_id FROM {_CONNECTIONS}
    WHERE platform = %s AND external_id = %s AND disconnected_at IS NULL
    UNION
    SELECT owner.id, owner.organization_id FROM {_CONNECTIONS} AS owner
    JOIN {_ACCOUNTS} AS account ON account.connection_id = owner.id
    WHERE owner.platform = %s AND account.external_id = %s AND account.is_chosen
        AND owner.disconnected_at IS NULL
    ORDER BY id
"""  # noqa: S608 - our own names
_COLUMNS: Final = (
    *("id", "platform", "external_id", "topic", "kind", "account", "organization_id"),
    *("connection_id", "customers", "happened_at", "received_at", "is_new"),
)


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
    receipt = _Receipt(platform, connection_id, delivery.at)
    rows = chain.from_iterable(receipt.list_rows(notice) for notice in notices)
    return insert_new_rows(WebhookDelivery, _COLUMNS, rows)


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


class _Receipt(NamedTuple):
    """How deliveries are kept that come to one address at one moment."""

    platform: str
    connection_id: UUID | None
    at: datetime

    def list_rows(self, notice: Notice) -> list[Values]:
        """Return a row for each connection that a notice is of, or one for none."""
        owners = self._find_owners(notice)
        if not owners:
            return [self._make_row(notice, None, None, [])]
        return [
            self._make_row(notice, *owner, _hash_persons(owner[0], notice.persons))
            for owner in owners
        ]

    def _find_owners(self, notice: Notice) -> list[tuple[UUID, UUID]]:
        """Return the connections that a notice is of, after their organizations: of any."""
        if self.connection_id is not None:
            known = Connection.unscoped.filter(platform=self.platform, disconnected_at=None)
            return list(known.filter(id=self.connection_id).values_list("organization_id", "id"))
        names = (self.platform, notice.account) * 2
        rows = Connection.unscoped.raw(_OWNERS, names) if notice.account else ()
        return [(row.organization_id, row.id) for row in rows]

    def _make_row(
        self,
        notice: Notice,
        organization_id: UUID | None,
        connection_id: UUID | None,
        customers: list[str],
    ) -> Values:
        """Return a row in the order of ``_COLUMNS``."""
        return (
            uuid7(),
            self.platform,
            notice.id,
            notice.topic[:_LONGEST_TOPIC],
            notice.kind.value,
            notice.account,
            organization_id,
            connection_id,
            customers,
            notice.at,
            self.at,
            connection_id is not None,
        )


def _hash_persons(organization_id: UUID, persons: Collection[str]) -> list[str]:
    if not persons:
        return []
    with acting_as(Principal(organization_id=organization_id)):
        return [*map(get_hasher().hash_customer, persons)]
