"""The tables of the outbox, the inbox, and the shards that are being handled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models

#: Handled events are kept longer than anything could send them again.
KEPT_DELIVERIES: Final = timedelta(days=14)


class Outbox(models.Model):
    """An event that is published and not relayed yet; ``id`` is the order of commits."""

    event_id = models.UUIDField(unique=True)
    topic = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=200)
    shard = models.PositiveSmallIntegerField()
    payload = models.BinaryField()
    origin = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "outbox"
        indexes = (models.Index(fields=("shard", "id"), name="outbox_by_shard"),)

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class Delivery(models.Model):
    """An event for one subscriber: received once, handled once; ``id`` is the order of arrival."""

    class State(models.TextChoices):
        """Whether the delivery is to be handled, is done, or failed for good."""

        NEW = "new"
        DONE = "done"
        DEAD = "dead"

    event_id = models.UUIDField()
    subscriber = models.CharField(max_length=50, help_text="A service, or the floor.")
    topic = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=200)
    shard = models.PositiveSmallIntegerField()
    payload = models.BinaryField()
    origin = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="Not before, after a failure.")
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(fields=("event_id", "subscriber"), name="delivery_once"),
        )
        indexes = (
            models.Index(
                fields=("subscriber", "shard", "id"),
                name="delivery_to_do",
                condition=models.Q(state="new"),
            ),
            models.Index(fields=("done_at",), name="delivery_done_at"),
        )

    def __str__(self) -> str:
        return f"{self.topic} for {self.subscriber}: {self.state}"

    @classmethod
    def outlived(cls, now: datetime) -> models.QuerySet[Delivery]:
        """Return old deliveries that were handled or discarded; dead ones stay until decided on."""
        return cls.objects.filter(state=cls.State.DONE, done_at__lt=now - KEPT_DELIVERIES)


class Shard(models.Model):
    """A subscriber's share of its deliveries; ``is_running`` survives a process that is killed."""

    subscriber = models.CharField(max_length=50)
    shard = models.PositiveSmallIntegerField()
    is_running = models.BooleanField(default=False)
    #: No fact: it differs with the number of processes.
    is_bookkeeping = True

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subscriber", "shard"), name="shard_once"),)

    def __str__(self) -> str:
        return f"{self.subscriber} {self.shard}"


class Route(models.Model):
    """The one bus that a database's events go through; two would split and disorder them."""

    bus = models.CharField(max_length=500)
    #: No fact: it differs with the number of databases.
    is_bookkeeping = True

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="route_once"),)

    def __str__(self) -> str:
        return self.bus
