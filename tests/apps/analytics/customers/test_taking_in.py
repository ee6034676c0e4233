"""Orders here are those that integrations has, however late, often and in whatever order told."""

from datetime import date, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command

from apps.analytics.customers.models import OrderedSource, StoredOrder
from apps.analytics.customers.operations import ORDERS as RECORDS
from apps.analytics.store.operations import SliceMovedError
from apps.analytics.store.queries.slices import SLICE_ROWS, Slice
from apps.integrations.contract import CustomersErased, OrdersChanged
from apps.integrations.models import Connection, Order
from omnify.context import Context, use
from omnify.db import atomic
from omnify.events import publish
from omnify.events.dispatch import dispatch
from omnify.events.models import Delivery
from omnify.jobs.models import Job
from tests.apps.integrations.requests import send
from tests.factories.auth import make_organization
from tests.factories.integrations import make_connection
from tests.factories.store import settle
from tests.world import deliver

pytestmark = pytest.mark.django_db(transaction=True)
CONNECTIONS = "/api/integrations/connections"
MAPPING = {
    "kind": "orders",
    "currency": "EUR",
    "date": "day",
    "customer": "who",
    "revenue": "paid",
    "refund": "back",
    "new_customer": "new",
}
ORDERS = "day,who,paid,back,new\n2026-01-01,ann@example.com,100.5,,yes\n2026-01-02,bo,20,5,no\n"


@pytest.fixture
def inside(owner):
    """The organization's own context."""
    with use(Context(organization_id=owner.organization_id)):
        yield owner


def orders():
    rows = StoredOrder.unscoped.order_by("date", "revenue_micros")
    return list(rows.values_list("date", "revenue_micros", "refund_micros", "is_new_customer"))


def differences(client):
    with use(Context(organization_id=client.organization_id)):
        sources = {*Connection.objects.values_list("id", flat=True)}
        sources |= {*OrderedSource.objects.values_list("source_id", flat=True)}
        return [str(each) for source in sources for each in RECORDS.find_differences(source)]


def tell(connection, first, last):
    event = OrdersChanged(
        organization_id=connection.organization_id,
        connection_id=connection.id,
        first_date=first,
        last_date=last,
    )
    with use(Context(organization_id=connection.organization_id)), atomic("integrations"):
        publish(event)


class TestTakingIn:
    def test_brings_what_a_file_has(self, owner):
        send(owner, ORDERS, MAPPING)
        settle()

        assert orders() == [
            (date(2026, 1, 1), 100_500_000, None, True),
            (date(2026, 1, 2), 20_000_000, 5_000_000, False),
        ]
        assert differences(owner) == []
        hashes = {*StoredOrder.unscoped.values_list("customer", flat=True)}
        assert hashes == {*Order.unscoped.values_list("customer", flat=True)}
        assert OrderedSource.unscoped.get().as_of == Connection.unscoped.get().changed_at

    def test_takes_back_what_is_undone(self, owner):
        send(owner, ORDERS, MAPPING)
        settle()
        later = send(owner, ORDERS.replace("2026-01-02", "2026-01-03"), MAPPING).json()
        settle()
        assert len(orders()) == 3
        owner.delete(f"/api/integrations/imports/{later['import_id']}")
        settle()

        assert len(orders()) == 2
        assert differences(owner) == []

    def test_forgets_a_connection_that_is_removed(self, owner):
        send(owner, ORDERS, MAPPING)
        settle()
        owner.delete(f"{CONNECTIONS}/{Connection.unscoped.get().id}")
        settle()

        assert orders() == []
        assert OrderedSource.unscoped.get().as_of is None

    def test_is_the_same_when_it_is_told_again(self, owner):
        send(owner, ORDERS, MAPPING)
        settle()
        before = orders()
        Delivery.objects.filter(subscriber="analytics").update(state="new")
        dispatch("default", "analytics")

        assert orders() == before
        assert OrderedSource.unscoped.get().generation == 2

    def test_is_of_one_organization(self, owner, client_for, make_principal):
        other = client_for(make_principal(organization_id=make_organization().id))
        send(owner, ORDERS, MAPPING)
        send(other, ORDERS.replace("100.5", "7"), MAPPING)
        settle()

        with use(Context(organization_id=owner.organization_id)):
            assert StoredOrder.objects.count() == 2
            assert not StoredOrder.objects.filter(revenue_micros=7_000_000).exists()

    def test_leaves_the_rest_of_a_large_slice_to_a_job(self, inside):
        connection = make_connection(inside.organization_id, platform="shopify")
        each = SLICE_ROWS // 2 + 100
        Order.objects.bulk_create(
            Order(
                organization_id=inside.organization_id,
                connection=connection,
                key=f"{day} {number}",
                date=date(2026, 1, day),
                currency="EUR",
            )
            for day in (1, 2, 3)
            for number in range(each)
        )
        tell(connection, date(2026, 1, 1), date(2026, 1, 3))
        deliver()
        assert StoredOrder.unscoped.count() == each
        settle()

        job = Job.objects.get(kind="analytics.take_in_orders")
        assert (job.state, job.done, job.total) == ("succeeded", 2, 2)
        assert StoredOrder.unscoped.count() == 3 * each
        assert differences(inside) == []

    def test_refuses_what_was_fetched_before_another_wrote(self, inside):
        send(inside, ORDERS, MAPPING)
        wanted = Slice(Connection.unscoped.get().id, date.min, date.max)
        early = RECORDS.fetch(wanted)
        RECORDS.take_in_part(wanted)

        with pytest.raises(SliceMovedError), atomic("analytics"):
            RECORDS.take_in(wanted, early)


class TestErasing:
    def test_leaves_the_orders_as_nobody_s(self, inside):
        send(inside, ORDERS, MAPPING)
        settle()
        [gone, stays] = StoredOrder.objects.order_by("date").values_list("customer", flat=True)
        wanted = Slice(Connection.unscoped.get().id, date.min, date.max)
        early = RECORDS.fetch(wanted)
        with atomic("integrations"):
            event = CustomersErased(organization_id=inside.organization_id, customers=(gone,))
            publish(event)
        settle()

        left = StoredOrder.objects.order_by("date").values_list("customer", flat=True)
        assert [*left] == ["", stays]
        with pytest.raises(SliceMovedError), atomic("analytics"):
            RECORDS.take_in(wanted, early)


class TestCommand:
    def test_fills_and_checks_orders(self, owner):
        send(owner, ORDERS, MAPPING)
        call_command("analytics", "backfill", stdout=StringIO())
        assert len(orders()) == 2
        call_command("analytics", "verify", stdout=StringIO())
        StoredOrder.unscoped.filter(date="2026-01-02").update(is_new_customer=None)

        said = StringIO()
        with pytest.raises(CommandError, match="1 differences"):
            call_command("analytics", "verify", stdout=said)
        assert "2026-01-02: 1 orders are missing, and 1 are not in integrations" in said.getvalue()


class TestAnyHistory:
    @pytest.mark.parametrize("seed", range(4))
    def test_comes_to_what_integrations_has(self, owner, seed):
        random = Random(seed)  # noqa: S311 - a test's choices
        for _ in range(10):
            random.choice((_import, _import, _undo, _remove, _tell_again, _deliver))(owner, random)
        settle()

        assert differences(owner) == []
        assert not Delivery.objects.filter(subscriber="analytics").exclude(state="done").exists()


def _import(client, random):
    first = date(2026, 1, 5) + timedelta(random.randrange(20))
    days = [first + timedelta(random.randrange(9)) for _ in range(random.randint(2, 9))]
    rows = "".join(
        f"{day},{random.choice('abc')},{random.randint(-9, 99)},{random.choice(('', 1))},yes\n"
        for day in days
    )
    send(client, "day,who,paid,back,new\n" + rows, {**MAPPING, "source": random.choice("ab")})


def _undo(client, random):
    imports = client.get("/api/integrations/imports").json()["results"]
    if imports:
        client.delete(f"/api/integrations/imports/{random.choice(imports)['id']}")


def _remove(client, random):
    connections = client.get(CONNECTIONS).json()["results"]
    if connections and random.random() < 0.5:
        client.delete(f"{CONNECTIONS}/{random.choice(connections)['id']}")


def _tell_again(_client, random):
    """Tell of days that did not change, and again what was told."""
    for connection in Connection.unscoped.all():
        first = date(2026, 1, 1) + timedelta(random.randrange(40))
        tell(connection, first, first + timedelta(random.randrange(30)))
    rows = list(Delivery.objects.filter(subscriber="analytics", state="done"))
    for row in random.sample(rows, len(rows) // 2):
        Delivery.objects.filter(id=row.id).update(state="new")
    dispatch("default", "analytics")


def _deliver(_client, _random):
    deliver()
