"""What operators do with deliveries, and what is forgotten with time."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from omnify.events.models import Delivery
from omnify.events.wakeup import wake

#: Handled events are kept longer than anything could send them again.
RETENTION = timedelta(days=14)


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


def forget_old(alias: str) -> int:
    """Delete what was handled longer ago than ``RETENTION``; returns how many."""
    rows = Delivery.objects.using(alias).filter(
        state=Delivery.State.DONE, done_at__lt=timezone.now() - RETENTION
    )
    return rows.delete()[0]
