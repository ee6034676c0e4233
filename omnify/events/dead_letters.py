"""Replay or discard dead deliveries, for operators."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from omnify.events.models import Delivery
from omnify.events.wakeup import wake


def replay(deliveries: QuerySet[Delivery]) -> int:
    """Let dead deliveries be handled again; returns their number."""
    dead = deliveries.filter(state=Delivery.State.DEAD)
    count = dead.update(state=Delivery.State.NEW, attempts=0, next_at=None, error="")
    wake(deliveries.db)
    return count


def discard(deliveries: QuerySet[Delivery]) -> int:
    """Discard dead deliveries for good; returns their number."""
    dead = deliveries.filter(state=Delivery.State.DEAD)
    return dead.update(state=Delivery.State.DONE, done_at=timezone.now(), error="discarded")
