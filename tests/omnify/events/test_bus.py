"""Events through a real broker: nothing lost, in order, and what cannot be read is parked."""

from typing import ClassVar
from uuid import uuid4

import msgspec
import pytest

from omnify.db import atomic
from omnify.events import Event, publish
from omnify.events import relay as relaying
from omnify.events import subscriptions as subs
from omnify.events.bus import state
from omnify.events.bus.configured import open_receiver, open_sender
from omnify.events.bus.ports import BusUnavailableError, OutgoingMessage
from omnify.events.dispatch import dispatch
from omnify.events.ingest import IngestThread, take_turn
from omnify.events.messages import Envelope
from omnify.events.models import Delivery, Outbox, Route
from omnify.events.relay import relay
from omnify.events.routes import BusMismatchError, refuse_another_bus, use_bus
from omnify.events.subscriptions import FLOOR, on
from omnify.events.worker import run_once
from omnify.health.checks import readiness_parts, run_parts
from omnify.services.registry import manifests
from tests.conftest import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


class Sent(Event):
    topic: ClassVar[str] = "auth.thing.sent"
    key_field: ClassVar[str] = "name"

    name: str
    number: int


@pytest.fixture
def handled():
    """What the floor's handler of ``Sent`` saw."""
    seen = []
    on(Sent, subscriber=FLOOR)(lambda event, _alias: seen.append((event.name, event.number)))
    yield seen
    del subs._handlers[FLOOR, Sent.topic]


@pytest.fixture
def bus(settings, bus_url):
    """The configured bus of this test."""
    settings.EVENT_BUS_URL = bus_url
    yield bus_url
    relaying.drop_sender()
    state.note_working("relay")
    state.note_working("ingest")


@pytest.fixture
def receiver(bus):
    """What takes from the queue of ml, made after whatever sends."""
    opened = []

    def make():
        opened.append(open_receiver(["ml"]))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def tell(*numbers, name="a"):
    with atomic("auth"):
        publish(*(Sent(name=name, number=number) for number in numbers))


def messages(count, start=0):
    return [OutgoingMessage("ml", str(n), "a.b.c", b"%d" % n) for n in range(start, start + count)]


def send(items):
    sender = open_sender()
    sender.send(items)
    sender.close()


def receive_all(receiver, count):
    bodies = []

    def has_all():
        got = receiver.receive(limit=200, wait_seconds=5)
        receiver.acknowledge(got)
        bodies.extend(int(item.body) for item in got)
        return len(bodies) >= count

    wait_until(has_all, f"{count} messages")
    return bodies


class TestBus:
    def test_keeps_what_was_sent_before_anybody_received(self, receiver):
        send(messages(1000))

        assert receive_all(receiver(), 1000) == list(range(1000))

    def test_gives_what_was_not_acknowledged_again_and_first(self, receiver):
        send(messages(5))
        first = receiver()
        assert len(first.receive(limit=5, wait_seconds=5)) == 5
        first.close()
        send(messages(5, start=5))

        assert receive_all(receiver(), 10) == list(range(10))

    def test_forgets_what_was_acknowledged(self, receiver):
        send(messages(3))
        first = receiver()
        receive_all(first, 3)
        first.close()

        assert receiver().receive(limit=5, wait_seconds=0.2) == []

    def test_says_that_it_cannot_be_reached(self, settings, bus):
        settings.EVENT_BUS_URL = f"{bus.partition('://')[0]}://127.0.0.1:1/"

        with pytest.raises(BusUnavailableError):
            open_sender()


class TestRelayThroughTheBus:
    def test_handles_each_event_once_and_in_order(self, bus, handled, receiver):
        tell(*range(300))
        while relay("default"):
            pass
        incoming = open_receiver(list(manifests()))
        while take_turn(incoming):
            pass
        incoming.close()
        dispatch("default", FLOOR)

        assert handled == [("a", n) for n in range(300)]
        assert not Outbox.objects.exists()

    def test_recognises_what_it_sends_again(self, bus, handled, receiver):
        tell(1, 2)
        rows = list(Outbox.objects.order_by("id"))
        relaying.deliver("default", rows)
        relay("default")
        incoming = receiver()
        take_turn(incoming)
        dispatch("default", FLOOR)

        assert handled == [("a", 1), ("a", 2)]

    def test_keeps_events_while_the_bus_is_away_and_says_so(self, settings, bus, handled):
        settings.EVENT_BUS_URL = f"{bus.partition('://')[0]}://127.0.0.1:1/"
        tell(1)
        run_once()

        assert Outbox.objects.count() == 1
        status, parts = run_parts({"event_bus": readiness_parts()["event_bus"]})
        assert status == "degraded"
        assert "relay" in parts["event_bus"]["reason"]

        settings.EVENT_BUS_URL = bus
        run_once()
        assert not Outbox.objects.exists()
        assert run_parts({"event_bus": readiness_parts()["event_bus"]})[0] == "ok"

    # A stream of Redis comes into being with its first entry.
    @pytest.mark.parametrize("bus_url", ["OMNIFY_TEST_AMQP_URL"], indirect=True)
    def test_declares_a_queue_again_that_was_taken_away(self, bus, handled, receiver):
        tell(1)
        relay("default")
        from kombu import Connection

        server, _, query = bus.partition("?")
        with Connection(server) as connection:
            connection.channel().queue_delete(f"{query.removeprefix('prefix=')}.ml")
        tell(2)

        with pytest.raises(BusUnavailableError, match="no queue"):
            relay("default")
        assert relay("default") == 1
        assert len(receiver().receive(limit=5, wait_seconds=5)) == 1


class TestIngest:
    def test_parks_what_it_cannot_decode_and_goes_on(self, receiver, handled):
        good = Envelope(
            id=uuid4(),
            topic=Sent.topic,
            version=1,
            key="a",
            payload=msgspec.json.encode(Sent(name="a", number=1)),
            origin=b"{}",
        )
        bodies = [b"\xff nonsense", b"", msgspec.msgpack.encode(good)]
        send([OutgoingMessage("ml", "x", "t", body) for body in bodies])
        incoming = receiver()
        while take_turn(incoming):
            pass

        dead = Delivery.objects.filter(state="dead")
        assert {bytes(row.payload) for row in dead} == {b"\xff nonsense", b""}
        assert all(row.topic == "undecodable" and row.subscriber == "ml" for row in dead)
        assert Delivery.objects.filter(state="new", topic=Sent.topic).count() == 1

    def test_parks_a_key_that_no_column_could_hold(self, receiver):
        envelope = {"id": "0" * 32, "topic": "a.b", "version": 1, "key": "a\x00b"}
        body = msgspec.msgpack.encode(envelope | {"payload": b"", "origin": b""})
        send([OutgoingMessage("ml", "x", "t", body)])
        take_turn(receiver())

        assert Delivery.objects.get().state == "dead"

    def test_runs_in_a_thread_that_stores_for_the_hosted_services(self, bus, handled):
        thread = IngestThread()
        thread.start()
        tell(1, 2)
        relay("default")
        wait_until(lambda: Delivery.objects.filter(subscriber=FLOOR).count() == 2, "two events")
        thread.stop()
        thread.join()
        dispatch("default", FLOOR)

        assert handled == [("a", 1), ("a", 2)]

    def test_leaves_a_service_to_the_process_that_has_it(self, bus):
        first, second = IngestThread(), IngestThread()
        first.start()
        second.start()
        send([OutgoingMessage("ml", "x", "t", b"one")])
        wait_until(Delivery.objects.exists, "the first message")
        first.stop()
        first.join()
        send([OutgoingMessage("ml", "y", "t", b"two")])
        wait_until(lambda: Delivery.objects.count() == 2, "the second message")
        second.stop()
        second.join()

        assert Delivery.objects.count() == 2


class TestRefuseAnotherBus:
    def test_keeps_the_first_bus_and_refuses_another(self, settings):
        settings.EVENT_BUS_URL = ""
        refuse_another_bus()
        settings.EVENT_BUS_URL = "amqp://user:secret@mq.example:5672/shop"

        with pytest.raises(BusMismatchError, match="no broker") as caught:
            refuse_another_bus()
        assert "amqp://mq.example:5672/shop (omnify)" in str(caught.value)
        assert "secret" not in str(caught.value)

    def test_follows_an_operator_who_changes_the_bus(self, settings):
        settings.EVENT_BUS_URL = ""
        refuse_another_bus()
        settings.EVENT_BUS_URL = "redis://cache.example/3?prefix=eu"

        assert use_bus("default") == "redis://cache.example/3 (eu)"
        refuse_another_bus()
        assert Route.objects.count() == 1
