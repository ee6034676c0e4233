"""What integrations tells other services of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from omnify.events import Event


class MetricsChanged(Event, rename={"connection_id": "source_id"}):
    """A connection brought other numbers for some days of an organization, or was removed."""

    topic = "integrations.metrics.changed"
    key_field = "organization_id"

    organization_id: UUID
    connection_id: UUID
    first_date: date
    last_date: date


class OrdersChanged(Event, rename={"connection_id": "source_id"}):
    """A connection has other orders of some days, or was removed."""

    topic = "integrations.orders.changed"
    key_field = "organization_id"

    organization_id: UUID
    connection_id: UUID
    first_date: date
    last_date: date


class TouchpointsChanged(Event, rename={"connection_id": "source_id"}):
    """A connection has other touchpoints of some days, or was removed."""

    topic = "integrations.touchpoints.changed"
    key_field = "organization_id"

    organization_id: UUID
    connection_id: UUID
    first_date: date
    last_date: date


class EntitiesChanged(Event, rename={"connection_id": "source_id"}):
    """A connection has campaigns, ad groups or ads that are new, called otherwise, or gone."""

    topic = "integrations.entities.changed"
    key_field = "organization_id"

    organization_id: UUID
    connection_id: UUID


class RatesChanged(Event):
    """An organization has other exchange rates of some days, and of up to seven after them."""

    topic = "integrations.rates.changed"
    key_field = "organization_id"

    organization_id: UUID
    first_date: date
    last_date: date


class ConnectionActivated(Event):
    """A person connected a platform, anew or again."""

    topic = "integrations.connection.activated"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    platform: str
    name: str
    owner_id: UUID | None


class ConnectionExpired(Event):
    """A platform gives a connection nothing more until its owner consents again."""

    topic = "integrations.connection.expired"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    platform: str
    owner_id: UUID | None


class SyncCompleted(Event):
    """A run has read all that it was to read of a connection's platform."""

    topic = "integrations.sync.completed"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    run_id: UUID


class SyncFailed(Event):
    """A run ended before it had all; ``code`` says why in a word."""

    topic = "integrations.sync.failed"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    run_id: UUID
    code: str


class WebhookReceived(Event):
    """A platform told something of a connection.

    Attributes:
        about: the topic, in the platform's words.
        count: how many deliveries of the topic came at about the same time.
    """

    topic = "integrations.webhook.received"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    platform: str
    about: str
    count: int = 1


class CustomersErased(Event):
    """Nothing of an organization may lead to some customers any more.

    Attributes:
        customers: the hashes that stood for them.
    """

    topic = "integrations.customers.erased"
    key_field = "organization_id"

    organization_id: UUID
    customers: tuple[str, ...]


class ActionExecuted(Event):
    """An action on a platform has ended, well or not; ``status`` says how.

    Attributes:
        action: ``set_budget``, ``pause``, ``resume`` or ``trigger``.
        status: ``done``, ``failed``, ``unknown`` or ``not_supported``.
        reverts: the action that it took back; None for others.
    """

    topic = "integrations.action.executed"
    key_field = "connection_id"

    organization_id: UUID
    connection_id: UUID
    action_id: UUID
    action: str
    level: str
    target_id: str
    status: str
    reverts: UUID | None
