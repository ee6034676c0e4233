"""What operators do with dead deliveries."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from omnify.events.models import Delivery
from omnify.events.wakeup import wake


def replay(deliveries: QuerySet[Delivery]) -> int:
    """Let dead deliveries be handled again; returns how many."""
    dead = deliveries.filter(state=Delivery.State.DEAD)
    count = dead.update(state=Delivery.State.NEW, attempts=0, next_at=None, error="")
    wake(deliveries.db)
    return count


def discard(deliveries: QuerySet[Delivery]) -> int:
    """Give dead deliveries up for good; returns how many."""
    dead = deliveries.filter(state=Delivery.State.DEAD)
    return dead.update(state=Delivery.State.DONE, done_at=timezone.now(), error="discarded")
