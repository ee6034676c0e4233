"""The store has what integrations has, however late, often and in whatever order it is told."""

from datetime import date, timedelta
from random import Random

import pytest
from msgspec.structs import replace

from apps.analytics.contract import FactsChanged, MetricQuery
from apps.analytics.exceptions import NoMetricsError
from apps.analytics.metrics.measures import MEASURES
from apps.analytics.querying.queries.tables import answer_query
from apps.analytics.store.models import DayRollup, StoredFact, StoredSource
from apps.analytics.store.operations import SliceMovedError, take_in, take_in_part
from apps.analytics.store.queries.slices import SLICE_ROWS, Slice, fetch_slice
from apps.integrations.contract import MetricsChanged
from apps.integrations.imports.layers.metrics import Entity, KeptMetric
from apps.integrations.models import Connection
from omnify.context import Context, use
from omnify.db import atomic
from omnify.events import publish
from omnify.events.dispatch import dispatch
from omnify.events.models import Delivery, Outbox
from omnify.jobs.models import Job
from tests.apps.analytics.store import oracle
from tests.apps.integrations.requests import GOOD, MAPPING, send
from tests.factories.auth import make_organization
from tests.factories.integrations import make_connection
from tests.factories.store import bring, differences, settle
from tests.world import deliver

pytestmark = pytest.mark.django_db(transaction=True)
CONNECTIONS = "/api/integrations/connections"


@pytest.fixture
def inside(owner):
    """The organization's own context."""
    with use(Context(organization_id=owner.organization_id)):
        yield owner


def facts():
    rows = StoredFact.unscoped.order_by("date", "level", "entity_key")
    return list(rows.values_list("date", "entity_key", "spend_micros", "revenue_micros"))


def slice_of(connection, first=date.min, last=date.max):
    return Slice(connection.id, first, last)


def tell(connection, first, last):
    event = MetricsChanged(
        organization_id=connection.organization_id,
        connection_id=connection.id,
        first_date=first,
        last_date=last,
    )
    with use(Context(organization_id=connection.organization_id)), atomic("integrations"):
        publish(event)


class TestTakingIn:
    def test_brings_what_a_file_has(self, owner):
        send(owner)
        settle()

        first, second = date(2026, 1, 1), date(2026, 1, 2)
        assert facts() == [
            (first, "tv", 10_000_000, None),
            (first, "", None, 100_500_000),
            (second, "tv", 0, None),
            (second, "", None, -3_000_000),
        ]
        assert differences(owner.organization_id) == []
        connection = Connection.unscoped.get()
        assert StoredSource.unscoped.get().as_of == connection.changed_at

    def test_is_told_with_the_measures_and_days(self, owner):
        send(owner)
        while Delivery.objects.filter(subscriber="analytics", state="done").count() == 0:
            deliver()
        [told] = Delivery.objects.filter(topic=FactsChanged.topic)

        assert b'"measures":["spend","revenue"]' in bytes(told.payload)
        assert b'"first_date":"2026-01-01","last_date":"2026-01-02"' in bytes(told.payload)

    def test_replaces_what_a_later_file_changes(self, owner):
        send(owner)
        settle()
        send(owner, "day,sales,tv\n2026-01-02,7,8\n")
        settle()

        assert facts()[2:] == [
            (date(2026, 1, 2), "tv", 8_000_000, None),
            (date(2026, 1, 2), "", None, 7_000_000),
        ]
        assert differences(owner.organization_id) == []

    def test_takes_back_what_is_undone(self, owner):
        send(owner)
        settle()
        import_id = send(owner, "day,sales,tv\n2026-01-02,7,8\n2026-01-03,1,1\n").json()
        settle()
        owner.delete(f"/api/integrations/imports/{import_id['import_id']}")
        settle()

        assert len(facts()) == 4
        assert differences(owner.organization_id) == []

    def test_forgets_a_connection_that_is_removed(self, owner):
        send(owner)
        settle()
        owner.delete(f"{CONNECTIONS}/{Connection.unscoped.get().id}")
        settle()

        assert (facts(), DayRollup.unscoped.count()) == ([], 0)
        assert StoredSource.unscoped.get().as_of is None

    def test_keeps_weeks_whole(self, owner):
        rows = "".join(f"{date(2026, 1, 5) + timedelta(7 * n)},{n},{n}\n" for n in range(3))
        send(owner, "day,sales,tv\n" + rows)
        settle()

        lasts = StoredFact.unscoped.filter(level="channel").order_by("date")
        assert lasts.first().last_date == date(2026, 1, 11)
        # A slice in the middle of a span has none of it.
        connection = Connection.unscoped.get()
        tell(connection, date(2026, 1, 7), date(2026, 1, 8))
        settle()
        assert differences(owner.organization_id) == []

    def test_is_the_same_when_it_is_told_again(self, owner):
        send(owner)
        settle()
        before = facts()
        Delivery.objects.filter(subscriber="analytics").update(state="new")
        dispatch("default", "analytics")

        assert facts() == before
        assert StoredSource.unscoped.get().generation == 2

    def test_is_of_one_organization(self, owner, client_for, make_principal):
        other = client_for(make_principal(organization_id=make_organization().id))
        send(owner)
        send(other, GOOD.replace("100.5", "5"))
        settle()

        with use(Context(organization_id=owner.organization_id)):
            assert StoredFact.objects.filter(revenue_micros=5_000_000).count() == 0
            assert StoredFact.objects.count() == DayRollup.objects.count() == 4


class TestLargeSlice:
    @pytest.fixture
    def large(self, inside):
        """Two days of more facts than one page has, and a third."""
        bring(
            KeptMetric(
                Entity("campaign", f"c{number}", "tv", "", f"c{number}"),
                (day, day),
                ("spend", "clicks"),
                (number, 1),
            )
            for day in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3))
            for number in range(SLICE_ROWS // 2 + 100)
        )
        return inside

    def test_comes_with_a_job_that_tells_its_progress(self, large):
        deliver()
        job = Job.objects.get(kind="analytics.take_in")
        assert (StoredFact.unscoped.count(), StoredSource.unscoped.get().as_of) == (2600, None)
        settle()

        job.refresh_from_db()
        assert (job.state, job.done, job.total) == ("succeeded", 2, 2)
        assert StoredFact.unscoped.count() == 3 * (SLICE_ROWS // 2 + 100)
        assert StoredSource.unscoped.get().as_of is not None
        assert differences(large.organization_id) == []

    def test_is_summed_by_day(self, large):
        settle()

        rows = list(DayRollup.unscoped.order_by("date").values_list("facts", "clicks_micros"))
        assert rows == [(SLICE_ROWS // 2 + 100,) * 2] * 3


class TestReplaceSlice:
    def test_refuses_what_was_fetched_before_another_wrote(self, inside):
        send(inside)
        wanted = slice_of(Connection.unscoped.get())
        early = fetch_slice(wanted)
        take_in_part(wanted)

        with pytest.raises(SliceMovedError), atomic("analytics"):
            take_in(wanted, early)

    def test_refuses_it_also_where_the_source_was_new(self, inside):
        send(inside)
        connection = Connection.unscoped.get()
        early = fetch_slice(slice_of(connection))
        inside.delete(f"{CONNECTIONS}/{connection.id}")
        settle()

        with pytest.raises(SliceMovedError), atomic("analytics"):
            take_in(early.slice, early)

    def test_holds_sums_beyond_a_column(self, inside):
        most = 2**63 - 1
        bring(
            KeptMetric(
                Entity("campaign", name, "tv", "", name), (date(2026, 1, 1),) * 2, ("spend",), (n,)
            )
            for name, n in (("a", most), ("b", most), ("c", -5))
        )
        settle()

        sums = DayRollup.unscoped.order_by("part").values_list("spend_micros", "facts")
        assert list(sums) == [(most, 1), (most - 5, 2)]


class TestAnyHistory:
    """Whatever was imported, undone, removed and told, in whatever order and however often."""

    @pytest.mark.parametrize("seed", range(6))
    def test_comes_to_what_integrations_has(self, inside, seed):
        random = Random(seed)  # noqa: S311 - a test's choices
        for _ in range(12):
            random.choice((*_CHANGES, _ask))(inside, random)
        settle()

        _ask(inside, random)
        assert differences(inside.organization_id) == []
        assert not Outbox.objects.exists()
        assert not Delivery.objects.filter(subscriber="analytics").exclude(state="done").exists()


def _import(client, random):
    step = random.choice((1, 1, 7))
    first = date(2026, 1, 5) + timedelta(7 * random.randrange(4))
    days = [first + timedelta(step * n) for n in range(random.randint(2, 9))]
    rows = "".join(f"{day},{random.randint(-9, 99)},{random.randint(0, 50)}\n" for day in days)
    mapping = {
        **MAPPING,
        "source": random.choice("ab"),
        "currency": random.choice(("EUR", "USD")),
        "channels": [{"name": random.choice(("tv", "web")), "spend": "tv"}],
    }
    send(client, "day,sales,tv\n" + rows, mapping)


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


def _price(client, random):
    day = date(2026, 1, 5) + timedelta(random.randrange(40))
    rate = {"date": day.isoformat(), "base": "EUR", "currency": "USD", "rate": "1.1"}
    client.post("/api/integrations/rates", rate, format="json")


def _deliver(_client, _random):
    deliver()


def _ask(_client, random):
    """Ask for the same of the store and of integrations' own rows; both say the same."""
    first = date(2026, 1, 5) + timedelta(random.randrange(30))
    query = MetricQuery(
        measures=tuple(MEASURES),
        from_date=first,
        to_date=first + timedelta(random.randrange(60)),
        dimensions=random.choice(((), ("channel",), ("period",), ("channel", "period"))),
        channels=random.choice(((), (), ("tv",))),
        grain=random.choice(("day", "week", "month")),
    )
    try:
        answer = answer_query(query)
    except NoMetricsError:
        assert not Connection.objects.exists()
    else:
        assert answer.late == ()
        assert replace(answer, as_of=None) == oracle.answer(query)


_CHANGES = (_import, _import, _undo, _remove, _tell_again, _price, _deliver)


class TestUnknownSource:
    def test_leaves_nothing(self, inside):
        gone = make_connection(inside.organization_id)
        tell(gone, date(2026, 1, 1), date(2026, 1, 2))
        Connection.unscoped.all().delete()
        settle()

        assert facts() == []
        assert not Delivery.objects.filter(topic=FactsChanged.topic).exists()
