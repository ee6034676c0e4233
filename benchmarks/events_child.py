"""Drain backlogs on one database and bus, with our code and with the same calls by hand."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

import django
import msgspec

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from omnify.db import atomic
from omnify.events import Event, on, publish
from omnify.events.bus.configured import open_receiver, open_sender
from omnify.events.bus.ports import OutgoingMessage
from omnify.events.dispatch import dispatch
from omnify.events.ingest import take_turn
from omnify.events.relay import relay
from omnify.events.worker import EventThread
from omnify.services.registry import manifests

KEYS = 50
BATCH, HANDLED = 200, 50


class Measured(Event):
    """An event whose handler writes one row."""

    topic: ClassVar[str] = "auth.bench.measured"
    key_field: ClassVar[str] = "name"

    name: str
    number: int


INSERT = "insert into effects (name, number) values (%s, %s)"
manifests()["ml"] = msgspec.structs.replace(manifests()["ml"], listens_to=(Measured.topic,))
handled = threading.Event()


@on(Measured, subscriber="ml")
def handle(event: Measured) -> None:
    """Write a row."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [event.name, event.number])
    transaction.on_commit(handled.set)


def fill(count: int) -> None:
    """Publish a backlog of events."""
    for start in range(0, count, 500):
        with atomic("auth"):
            publish(*(Measured(name=f"k{n % KEYS}", number=n) for n in range(start, start + 500)))


def drain_ours(count: int) -> None:
    """Drain with our code, in one thread."""
    receiver = open_receiver(["ml"]) if settings.EVENT_BUS_URL else None
    while relay("default"):
        pass
    stored = 0
    while receiver is not None and stored < count:
        stored += take_turn(receiver)
    if receiver is not None:
        receiver.close()
    while dispatch("default", "ml"):
        pass


class Bare:
    """Drain with the same statements by hand, through Django's cursors, and the same handler."""

    def run(self, sql: str, values: Any = ()) -> Any:
        """Execute a statement."""
        cursor = connection.cursor()
        cursor.execute(sql, values)
        return cursor

    def drain(self, count: int) -> None:
        """Relay, ingest and dispatch by hand."""
        sender = open_sender() if settings.EVENT_BUS_URL else None
        for shard in range(8):
            while self._relay(shard, sender):
                pass
        if sender is not None:
            sender.close()
            self._ingest(count)
        for shard in range(8):
            while self._dispatch(shard):
                pass

    def _relay(self, shard: int, sender: Any) -> int:
        rows = self.run(
            "select id, event_id, topic, version, key, shard, payload, origin"
            " from omnify_events_outbox where shard = %s order by id limit 200",
            [shard],
        ).fetchall()
        if not rows:
            return 0
        if sender is None:
            self._store(rows)
        else:
            sender.send(
                [
                    OutgoingMessage("ml", str(row[1]), row[2], msgspec.msgpack.encode(row[1:]))
                    for row in rows
                ]
            )
        ids = ", ".join(str(row[0]) for row in rows)
        self.run(f"delete from omnify_events_outbox where id in ({ids})")  # noqa: S608
        return len(rows)

    def _store(self, rows: list[Any]) -> None:
        places = ", ".join(["(%s, 'ml', %s, %s, %s, %s, %s, %s, 'new', 0, '', %s)"] * len(rows))
        now = time.strftime("%Y-%m-%d %H:%M:%S+00")
        values = [value for row in rows for value in (*row[1:8], now)]
        self.run(
            "insert into omnify_events_delivery (event_id, subscriber, topic, version, key, shard,"  # noqa: S608
            f" payload, origin, state, attempts, error, created_at) values {places}"
            " on conflict do nothing",
            values,
        )

    def _ingest(self, count: int) -> None:
        receiver = open_receiver(["ml"])
        stored = 0
        while stored < count:
            received = receiver.receive(limit=BATCH, wait_seconds=0.5)
            self._store([(0, *msgspec.msgpack.decode(item.body)) for item in received])
            receiver.acknowledge(received)
            stored += len(received)
        receiver.close()

    def _dispatch(self, shard: int) -> int:
        rows = self.run(
            "select id, payload, origin from omnify_events_delivery where subscriber = 'ml'"
            " and shard = %s and state = 'new' order by id limit 50",
            [shard],
        ).fetchall()
        if not rows:
            return 0
        with transaction.atomic():
            for _id, payload, _origin in rows:
                handle(msgspec.json.decode(bytes(payload), type=Measured))
            ids = ", ".join(str(row[0]) for row in rows)
            self.run(
                "update omnify_events_delivery set state = 'done', done_at = %s, error = ''"  # noqa: S608
                f" where state = 'new' and id in ({ids})",
                [time.strftime("%Y-%m-%d %H:%M:%S+00")],
            )
        return len(rows)


def timed(function: Callable[[int], None], count: int) -> float:
    """Return the events per second."""
    fill(count)
    started = time.perf_counter()
    function(count)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from effects")
        found = cursor.fetchone()[0]
        cursor.execute("delete from effects")
        cursor.execute("delete from omnify_events_delivery")
    if found != count:
        raise RuntimeError(f"{found} of {count} events were handled")
    return count / seconds


def latencies(count: int) -> list[float]:
    """Return the seconds from commit to the handler's commit, one event at a time."""
    EventThread().start()
    found = []
    for number in range(count + 20):
        handled.clear()
        with atomic("auth"):
            publish(Measured(name="a", number=-1 - number))
        started = time.perf_counter()
        handled.wait(10)
        if number >= 20:
            found.append(time.perf_counter() - started)
        time.sleep(max(0.0, 1 / 30 - (time.perf_counter() - started)))
    return found


def main() -> None:
    """Run the task that the arguments name and print its figures as JSON."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("create table effects (name varchar(20), number integer)")
    if sys.argv[1] == "latency":
        print(json.dumps({"seconds": latencies(int(sys.argv[2]))}))
        return
    count, rounds = int(sys.argv[2]), int(sys.argv[3])
    bare = Bare()
    kinds = {"ours": drain_ours, "bare": bare.drain}
    found: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for name, function in kinds.items():
            found[name].append(timed(function, count))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
