"""Forget persons, as privacy's law and the platforms' topics want it."""

from __future__ import annotations

from collections.abc import Collection

from apps.integrations.calling.models import RawAnswer
from apps.integrations.connections.models import Connection
from apps.integrations.contract import CustomersErased
from apps.integrations.orders.models import Order
from apps.integrations.touchpoints.models import Touchpoint
from omnify.events import publish


def erase_customers(connection: Connection, hashes: Collection[str]) -> None:
    """Let nothing of an organization lead to some persons any more.

    Orders and touches stay, as nobody's. What the connection's platform answered is deleted as a
    whole, since it may speak of them.

    Args:
        connection: whose platform asks for it.
        hashes: of all that names the persons.
    """
    known = [each for each in hashes if each]
    if known:
        Order.objects.filter(customer__in=known).update(customer="")
        Touchpoint.objects.filter(customer__in=known).update(customer="")
        publish(CustomersErased(organization_id=connection.organization_id, customers=tuple(known)))
    RawAnswer.objects.filter(connection=connection).delete()
