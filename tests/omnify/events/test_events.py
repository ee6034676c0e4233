"""An event is handled once by each subscriber, in the order of its key, whatever fails."""

import threading
from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import msgspec
import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from apps.integrations.contract import Integrations
from omnify.context import Context, current, new_trace, use
from omnify.db import atomic
from omnify.events import Event, publish
from omnify.events import subscriptions as subs
from omnify.events.dead_letters import discard, replay
from omnify.events.dispatch import MAX_ATTEMPTS, dispatch
from omnify.events.messages import EventTooLargeError
from omnify.events.models import Delivery, Outbox, Shard
from omnify.events.publishing import PublishedOutsideTransactionError
from omnify.events.relay import relay
from omnify.events.subscriptions import FLOOR, AlreadyHandledError, on
from omnify.events.wakeup import ListenThread, bell
from omnify.flags.models import Flag
from omnify.services import client_of
from tests.needs import needs

pytestmark = pytest.mark.django_db(transaction=True)


class Counted(Event):
    topic: ClassVar[str] = "auth.thing.counted"
    key_field: ClassVar[str] = "name"

    name: str
    number: int
    note: str = ""


@pytest.fixture
def handled():
    """What the handler of ``Counted`` saw; set ``fail`` to a function to make it raise."""
    seen = []
    seen_box = type("Seen", (list,), {"fail": None})(seen)

    def count(event, alias):
        if seen_box.fail is not None:
            seen_box.fail(event)
        Flag.objects.using(alias).create(name=f"{event.name}-{event.number}")
        seen_box.append((event.name, event.number))

    on(Counted, subscriber=FLOOR)(count)
    yield seen_box
    del subs._handlers[FLOOR, Counted.topic]


def tell(*events):
    with atomic("auth"):
        publish(*events)


def run(times=1):
    for _ in range(times):
        relay("default")
        dispatch("default", FLOOR)


def make_due():
    Delivery.objects.update(next_at=None)


class TestPublish:
    def test_needs_the_transaction_of_its_fact(self, handled):
        with pytest.raises(PublishedOutsideTransactionError):
            publish(Counted(name="a", number=1))

    def test_goes_with_a_transaction_that_fails(self, handled):
        def fail():
            with atomic("auth"):
                publish(Counted(name="a", number=1))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        run()
        assert handled == []
        assert Outbox.objects.count() == 0

    def test_refuses_a_payload_over_the_limit(self, handled):
        with pytest.raises(EventTooLargeError, match="at most 262144"):
            tell(Counted(name="a", number=1, note="x" * 300_000))

        assert Outbox.objects.count() == 0


class TestRelayAndDispatch:
    def test_bring_each_event_once(self, handled):
        tell(*(Counted(name="a", number=n) for n in range(3)))

        run(3)

        assert handled == [("a", 0), ("a", 1), ("a", 2)]
        assert Outbox.objects.count() == 0
        assert Flag.objects.count() == 3

    def test_keep_the_order_of_each_key(self, handled):
        for number in range(120):
            tell(Counted(name=f"key-{number % 7}", number=number))

        run()

        assert len(handled) == 120
        for key in range(7):
            numbers = [number for name, number in handled if name == f"key-{key}"]
            assert numbers == sorted(numbers)

    def test_recognise_what_was_sent_before(self, handled):
        tell(Counted(name="a", number=1))
        [row] = Outbox.objects.all()
        run()
        row.id = None
        row.save(force_insert=True)

        run()

        assert handled == [("a", 1)]
        assert Delivery.objects.count() == 1

    def test_run_a_handler_in_the_publisher_s_context(self, handled):
        seen = []
        handled.fail = lambda _event: seen.append(current())
        organization, trace = uuid4(), new_trace()

        with use(Context(organization_id=organization, request_id="r-1", trace=trace)):
            tell(Counted(name="a", number=1))
        run()

        assert seen[0].organization_id == organization
        assert seen[0].request_id == "r-1"
        assert seen[0].trace.trace_id == trace.trace_id

    def test_take_turns_when_many_do_it_at_once(self, handled):
        for number in range(60):
            tell(Counted(name=f"key-{number % 5}", number=number))
        start = threading.Barrier(4)

        def work():
            start.wait()
            try:
                run(3)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        run()

        assert len(handled) == 60
        for key in range(5):
            numbers = [number for name, number in handled if name == f"key-{key}"]
            assert numbers == sorted(numbers)

    def test_leave_out_fields_of_a_newer_publisher(self, handled):
        tell(Counted(name="a", number=1))
        payload = msgspec.json.encode({"name": "a", "number": 1, "colour": "red"})
        Outbox.objects.update(payload=payload)

        run()

        assert handled == [("a", 1)]


class TestFailure:
    def test_holds_back_its_key_and_nothing_else(self, handled):
        def fail(event):
            if event.name == "bad":
                raise RuntimeError("poison")

        handled.fail = fail
        tell(Counted(name="bad", number=1), Counted(name="bad", number=2))
        tell(Counted(name="good", number=3))

        run(2)

        assert handled == [("good", 3)]
        first = Delivery.objects.get(key="bad", attempts=1)
        assert first.error == "RuntimeError: poison"
        assert first.next_at > timezone.now()

    def test_is_tried_again_and_then_dead_and_the_key_goes_on(self, handled):
        def fail(event):
            if event.number == 1:
                raise RuntimeError("poison")

        handled.fail = fail
        tell(Counted(name="bad", number=1), Counted(name="bad", number=2))

        for _ in range(MAX_ATTEMPTS + 1):
            run()
            make_due()

        assert handled == [("bad", 2)]
        assert Delivery.objects.get(state="dead").attempts == MAX_ATTEMPTS

    def test_undoes_what_the_handler_did(self, handled):
        def fail(event):
            Flag.objects.create(name="half done")
            raise RuntimeError

        handled.fail = fail
        tell(Counted(name="a", number=1))
        run()

        assert Flag.objects.count() == 0

    def test_is_dead_at_once_when_nobody_knows_the_event(self, handled):
        tell(Counted(name="a", number=1), Counted(name="b", number=2))
        relay("default")
        Delivery.objects.filter(key="a").update(version=2)

        run()

        assert handled == [("b", 2)]
        assert "knows no auth.thing.counted version 2" in Delivery.objects.get(state="dead").error

    def test_is_dead_at_once_when_it_cannot_be_read(self, handled):
        tell(Counted(name="a", number=1))
        Outbox.objects.update(payload=b"\xff garbage")

        run()

        assert Delivery.objects.get().state == "dead"

    def test_that_kills_the_process_is_counted_too(self, handled):
        """The mark of a batch that nobody finished stands for a process that died in it."""
        tell(Counted(name="deadly", number=1))
        relay("default")

        def die(event):
            raise SystemExit

        handled.fail = die
        for _ in range(MAX_ATTEMPTS + 1):
            with pytest.raises(SystemExit):
                dispatch("default", FLOOR)
            assert Shard.objects.get().is_running is True
        dispatch("default", FLOOR)

        found = Delivery.objects.get()
        assert (found.state, found.attempts) == ("dead", MAX_ATTEMPTS)
        assert "its process died" in found.error


class TestUpkeep:
    @pytest.fixture
    def dead(self, handled):
        tell(Counted(name="a", number=1))
        relay("default")
        Delivery.objects.update(state="dead", attempts=5, error="it failed")
        return handled

    def test_replays(self, dead):
        assert replay(Delivery.objects.all()) == 1

        run()
        assert dead == [("a", 1)]

    def test_discards(self, dead):
        assert discard(Delivery.objects.all()) == 1

        run()
        assert dead == []
        assert Delivery.objects.get().error == "discarded"

    def test_is_there_as_a_command(self, dead, capsys):
        call_command("events", "status")
        call_command("events", "replay", "--topic=auth.thing.counted")

        out = capsys.readouterr().out
        assert "dead  1" in out
        assert "1 deliveries will be handled again" in out


class TestOn:
    def test_takes_one_function_for_an_event(self, handled):
        with pytest.raises(AlreadyHandledError):
            on(Counted, subscriber=FLOOR)(print)


class TestListenThread:
    @needs("OMNIFY_TEST_DATABASE_URL")
    def test_rings_for_what_another_process_published(self, handled):
        thread = ListenThread("default")
        thread.start()
        assert bell.wait(10)  # It listens.
        bell.clear()

        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_notify('omnify_events', '')")

        assert bell.wait(10)
        thread.stop()
        thread.join()


class TestUpgrade:
    def test_handles_an_older_publishers_version(self, handled):
        class Renamed(Event):
            topic: ClassVar[str] = Counted.topic
            version: ClassVar[int] = 2
            key_field: ClassVar[str] = "title"

            title: str
            number: int

            @classmethod
            def upgrade(cls, fields, version):  # noqa: ARG003 - of the only older one
                return {"title": fields["name"], "number": fields["number"]}

        seen = []
        tell(Counted(name="a", number=7))
        relay("default")
        del subs._handlers[FLOOR, Counted.topic]
        on(Renamed, subscriber=FLOOR)(lambda event, _alias: seen.append(event))
        dispatch("default", FLOOR)

        assert seen == [Renamed(title="a", number=7)]


class TestClock:
    def test_does_not_wait_for_a_time_that_a_jumping_clock_left_behind(self, handled):
        tell(Counted(name="a", number=1))
        relay("default")
        Delivery.objects.update(next_at=timezone.now() + timedelta(days=365))

        assert dispatch("default", FLOOR) == 1


class TestGuard:
    def test_lets_no_handler_call_another_service(self, handled):
        handled.fail = lambda _event: client_of(Integrations).list_connections()
        tell(Counted(name="a", number=1))
        run()

        assert "CallInTransaction" in Delivery.objects.get().error
