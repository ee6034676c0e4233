"""What a handler asks other services for, before its transaction."""

import pytest

from omnify.context import Context, current, use
from omnify.db import in_transaction
from omnify.events import subscriptions as subs
from omnify.events.dispatch import MAX_ATTEMPTS
from omnify.events.models import Delivery
from omnify.events.subscriptions import FLOOR, on
from omnify.exceptions import ServiceUnavailableError
from tests.omnify.events.test_events import Counted, make_due, run, tell

pytestmark = pytest.mark.django_db(transaction=True)


class TestFetch:
    @pytest.fixture
    def fetched(self):
        """What the handler got; set ``fail`` to an error that its fetch shall raise."""
        seen = type("Seen", (list,), {"fail": None})()

        def ask(event, _alias):
            assert not in_transaction()
            if seen.fail is not None:
                raise seen.fail
            return f"{event.name} fetched in {current().request_id}"

        def keep(event, _alias, answer):
            assert in_transaction()
            seen.append((event.number, answer))

        on(Counted, subscriber=FLOOR, fetch=ask)(keep)
        yield seen
        del subs._handlers[FLOOR, Counted.topic]

    def test_is_in_the_context_of_the_event_and_outside_of_the_transaction(self, fetched):
        with use(Context(request_id="one")):
            tell(Counted(name="a", number=1), Counted(name="a", number=2))
        run()

        assert fetched == [(1, "a fetched in one"), (2, "a fetched in one")]

    def test_waits_for_a_service_that_is_away_however_long(self, fetched):
        fetched.fail = ServiceUnavailableError(service="integrations")
        tell(Counted(name="a", number=1), Counted(name="a", number=2))
        for _ in range(2 * MAX_ATTEMPTS):
            run()
            make_due()
        assert Delivery.objects.filter(state="new").count() == 2

        fetched.fail = None
        run()
        assert [number for number, _ in fetched] == [1, 2]

    def test_that_fails_otherwise_is_dead_in_the_end(self, fetched):
        fetched.fail = RuntimeError("poison")
        tell(Counted(name="a", number=1))
        for _ in range(MAX_ATTEMPTS):
            run()
            make_due()

        assert Delivery.objects.get().state == "dead"
