"""Disconnecting: what was granted is given back, what it brought is erased or kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import structlog
from django.db.models import Max, Min, QuerySet

from apps.integrations.authorizing.models import Credential
from apps.integrations.authorizing.operations import forget_grant, read_grant
from apps.integrations.connecting.messages import Disconnected, Disconnection
from apps.integrations.connections import queries
from apps.integrations.connections.models import Connection
from apps.integrations.connections.operations import close_connection, remove_connection
from apps.integrations.contract import (
    EntitiesChanged,
    OrdersChanged,
    RatesChanged,
    TouchpointsChanged,
)
from apps.integrations.exceptions import PlatformNotConfiguredError
from apps.integrations.imports.models import CsvImport
from apps.integrations.metrics.models import Entity
from apps.integrations.orders.models import Order
from apps.integrations.platforms.clients import open_oauth
from apps.integrations.platforms.refusals import PlatformError
from apps.integrations.platforms.registry import find_adapter, list_specs
from apps.integrations.platforms.specs import OAuthSpec
from apps.integrations.rates.models import ExchangeRate
from apps.integrations.touchpoints.models import Touchpoint
from apps.integrations.webhooks.operations import end_subscription
from omnify.db import atomic
from omnify.events import Event, publish
from omnify.identity.audit import Target, record_audit

log = structlog.get_logger(__name__)


def disconnect_platform(platform: str, wanted: Disconnection, now: datetime) -> Disconnected:
    """End the platform's connection that is meant; raises as ``pick_connection`` does."""
    connection_id = queries.pick_connection(platform, wanted.connection_id).id
    is_revoked = disconnect(connection_id, data=wanted.data, now=now)
    return Disconnected(connection_id=connection_id, is_revoked=is_revoked)


def disconnect(connection_id: UUID, *, data: Literal["erase", "keep"], now: datetime) -> bool:
    """End a connection; tell whether the platform took the consent back.

    The platform is asked before anything is changed here, outside any transaction; what it
    answers hinders nothing.

    Raises:
        ConnectionNotFoundError: the organization has no connection with this id.
    """
    connection = queries.get_connection(connection_id)
    end_subscription(connection)
    is_revoked = _revoke(connection)
    with atomic("integrations"):
        forget_grant(connection)
        if data == "keep":
            close_connection(connection_id, now)
        else:
            gone = list(_list_gone(connection))
            remove_connection(connection_id)
            for event in gone:
                publish(event)
        record_audit(
            "integrations",
            "integrations.connection.disconnected",
            target=Target(type="integration", id=str(connection_id)),
            platform=connection.platform,
            data=data,
        )
    return is_revoked


def _list_gone(connection: Connection) -> Iterator[Event]:
    """Yield what is to be told of, besides metrics, once a connection's rows are gone."""
    names = {"organization_id": connection.organization_id}
    for model, event in ((Order, OrdersChanged), (Touchpoint, TouchpointsChanged)):
        first, last = _find_days(model.counted().filter(connection=connection))
        if first and last:
            yield event(**names, connection_id=connection.id, first_date=first, last_date=last)
    if Entity.objects.filter(connection=connection).exists():
        yield EntitiesChanged(**names, connection_id=connection.id)
    files = CsvImport.objects.filter(connection=connection, state=CsvImport.State.ACTIVE)
    first, last = _find_days(ExchangeRate.objects.filter(csv_import__in=files))
    if first and last:
        yield RatesChanged(**names, first_date=first, last_date=last)


def _find_days(rows: QuerySet[Any]) -> tuple[date | None, date | None]:
    days = rows.order_by().aggregate(first=Min("date"), last=Max("date"))
    return days["first"], days["last"]


def _revoke(connection: Connection) -> bool:
    grant, adapter = read_grant(connection), find_adapter(connection.platform)
    oauth = adapter.spec.oauth if adapter else None
    if grant is None or oauth is None or _is_shared(connection, oauth):
        return False
    try:
        return open_oauth(connection.platform).revoke(grant)
    except (PlatformError, PlatformNotConfiguredError) as error:
        log.warning("consent_not_revoked", platform=connection.platform, code=error.code)
        return False


def _is_shared(connection: Connection, oauth: OAuthSpec) -> bool:
    """Tell whether another connection, of whichever organization, lives of the same consent.

    Platforms that give tokens at one address know one consent of a person for all of them.
    """
    alike = [
        spec.id for spec in list_specs() if spec.oauth and spec.oauth.token_url == oauth.token_url
    ]
    others = Credential.unscoped.filter(
        ended_at=None,
        connection__platform__in=alike,
        connection__external_id=connection.external_id,
    )
    return others.exclude(connection_id=connection.id).exists()
