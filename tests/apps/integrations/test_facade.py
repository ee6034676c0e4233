"""What other services are told: every metric once, in stable pages."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.integrations.connections import queries
from apps.integrations.connections.models import Connection
from apps.integrations.contract import MAX_PAGE, DailyMetricsQuery, Integrations
from apps.integrations.models import DailyMetric
from omnify.context import Context, acting_as, use
from omnify.exceptions import CursorInvalidError, OrganizationRequiredError
from omnify.services import client_of
from tests.apps.integrations.requests import own_queries
from tests.factories.integrations import make_connection, make_metrics

pytestmark = pytest.mark.django_db
FIRST, MIDDLE, LAST = date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 9)
EVERYTHING = DailyMetricsQuery(from_date=FIRST, to_date=LAST)
TV_AND_WEB = {"tv": {"spend": 10}, "web": {"spend": 1}}


@pytest.fixture
def organization_id():
    """An organization with two connections of nine days."""
    made = uuid4()
    for name in ("one", "two"):
        make_metrics(make_connection(made, name=name), days=9, revenue=100, channels=TV_AND_WEB)
    return made


@pytest.fixture
def integrations(db, organization_id, make_principal):
    """The client, asked for the organization."""
    with acting_as(make_principal(organization_id=organization_id)):
        yield client_of(Integrations)


def in_pages(integrations, limit, **changes):
    after, rows = "", []
    while True:
        query = DailyMetricsQuery(
            **{"from_date": FIRST, "to_date": LAST, "limit": limit, "after": after, **changes}
        )
        page = integrations.daily_metrics(query)
        assert len(page.metrics) <= limit
        rows += page.metrics
        after = page.next
        if not after:
            return rows


def key_of(metric):
    return (metric.connection_id, metric.level, metric.entity_key, metric.date)


class TestOrganizations:
    def test_are_all_that_have_connections_page_by_page(self, integrations, monkeypatch):
        with use(Context()):
            others = [make_connection(uuid4()).organization_id for _ in range(4)]
        monkeypatch.setattr(queries, "MAX_PAGE", 2)
        found, after = [], None
        while True:
            page = integrations.list_organizations(after)
            found += page.organizations
            after = page.next
            if after is None:
                break

        assert len(found) == len(set(found)) == 5
        assert set(others) < set(found)


class TestDailyMetrics:
    @settings(
        deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(limit=st.integers(1, 60))
    def test_come_once_each_whatever_the_page_s_size(self, integrations, limit):
        rows = in_pages(integrations, limit)

        assert len(rows) == len({key_of(row) for row in rows}) == 2 * 9 * 3
        assert [row.date for row in rows] == sorted(row.date for row in rows)
        assert sum(row.spend_micros or 0 for row in rows) == 2 * 9 * 11 * 1_000_000

    def test_stay_in_place_while_days_are_replaced(self, integrations):
        first = integrations.daily_metrics(
            DailyMetricsQuery(from_date=FIRST, to_date=LAST, limit=20)
        )
        connection = Connection.objects.get(name="one")
        for day in (FIRST, LAST):
            make_metrics(connection, first=day, revenue=1, channels={"tv": {"spend": 2}})

        rest = integrations.daily_metrics(
            DailyMetricsQuery(from_date=FIRST, to_date=LAST, after=first.next)
        )

        keys = [key_of(row) for row in (*first.metrics, *rest.metrics)]
        assert len(keys) == len(set(keys)) == 54

    def test_of_one_connection_are_in_one_of_several_ranges_each(self, integrations):
        connection = Connection.objects.get(name="one")
        row = DailyMetric.objects.filter(connection=connection, date=FIRST, level="channel").first()
        row.pk, row.entity_key, row.last_date = None, "week", LAST
        DailyMetric.objects.bulk_create([row])
        day = FIRST + timedelta(days=1)
        ranges = ({"to_date": FIRST}, {"from_date": day})
        found = [in_pages(integrations, 7, **days, connection_id=connection.id) for days in ranges]

        keys = [key_of(each) for rows in found for each in rows]
        assert len(keys) == len(set(keys)) == 28
        assert {key[0] for key in keys} == {connection.id}
        assert [each.entity_key for each in found[0]].count("week") == 1

    def test_name_their_connections_and_the_last_change(self, integrations):
        page = integrations.daily_metrics(EVERYTHING)

        assert {each.id for each in page.connections} == {row.connection_id for row in page.metrics}
        levels = {(item.measure, item.level) for item in page.connections[0].complete_levels}
        assert levels == {("revenue", "organization"), ("spend", "channel")}
        assert page.as_of is not None

    def test_hold_to_days_and_channels(self, integrations):
        rows = in_pages(integrations, MAX_PAGE, to_date=FIRST, channels=("web",))

        assert {(row.date, row.channel) for row in rows} == {(FIRST, ""), (FIRST, "web")}

    @pytest.mark.parametrize(
        ("measures", "channels"),
        [
            (("revenue",), {""}),
            (("spend", "clicks"), {"tv", "web"}),
            (("revenue", "spend"), {"", "tv", "web"}),
            (("clicks",), set()),
            (("a later version's",), set()),
        ],
    )
    def test_hold_to_those_that_know_a_measure(self, integrations, measures, channels):
        rows = in_pages(integrations, 7, measures=measures)

        assert {row.channel for row in rows} == channels
        assert len(rows) == 2 * 9 * len(channels)

    @pytest.mark.parametrize("after", ["x", "2026-01-01", "2026-01-01_", "_" * 40, "2026-13-01_00"])
    def test_refuse_a_cursor_that_no_page_gave(self, integrations, after):
        with pytest.raises(CursorInvalidError):
            integrations.daily_metrics(
                DailyMetricsQuery(from_date=FIRST, to_date=LAST, after=after)
            )

    def test_cost_the_same_whatever_their_number(self, integrations):
        for limit in (1, MAX_PAGE):
            with own_queries(5):
                integrations.daily_metrics(
                    DailyMetricsQuery(from_date=FIRST, to_date=LAST, limit=limit)
                )

    @pytest.mark.parametrize("after", ["", f"{MIDDLE}_{'0' * 32}"])
    def test_are_read_from_the_page_s_first_day_on(self, integrations, after):
        query = DailyMetricsQuery(from_date=MIDDLE, to_date=LAST, after=after)
        with CaptureQueriesContext(connection) as captured:
            integrations.daily_metrics(query)

        page = next(each["sql"] for each in captured if "LIMIT" in each["sql"])
        assert f"\"date\" >= '{MIDDLE}'" in page

    def test_find_spans_without_reading_days(self, integrations):
        with connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
            integrations.daily_metrics(EVERYTHING)
            least = 'MIN("omnify_integrations_dailymetric'
            (spans,) = (each["sql"] for each in captured.captured_queries if least in each["sql"])
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
            how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{how} {spans}")
            plan = str(cursor.fetchall())

        assert "daily_metric_spans" in plan

    def test_include_a_span_that_begins_before(self, integrations, organization_id):
        week = make_connection(organization_id, name="weeks")
        make_metrics(week, days=1, first=FIRST, channels={"tv": {"spend": 7}})
        DailyMetric.objects.filter(connection=week).update(last_date=LAST)

        rows = in_pages(integrations, MAX_PAGE, from_date=MIDDLE)

        assert [row.last_date for row in rows if row.connection_id == week.id] == [LAST]

    def test_are_another_organization_s_no_business(self, integrations, make_principal):
        with acting_as(make_principal()):
            page = integrations.daily_metrics(EVERYTHING)
            span = integrations.metrics_span()

        assert (page.metrics, page.connections, page.as_of) == ((), (), None)
        assert (span.first_date, span.last_date) == (None, None)

    def test_need_an_organization(self, db):
        with pytest.raises(OrganizationRequiredError):
            client_of(Integrations).daily_metrics(EVERYTHING)


class TestMetricsSpan:
    def test_is_from_the_first_day_to_the_last(self, integrations):
        span = integrations.metrics_span()

        assert (span.first_date, span.last_date) == (FIRST, LAST)

    def test_ends_with_the_last_day_of_a_span(self, integrations, organization_id):
        week = make_connection(organization_id, name="weeks")
        make_metrics(week, first=MIDDLE, channels={"tv": {"spend": 7}})
        later = LAST + timedelta(days=2)
        DailyMetric.objects.filter(connection=week).update(last_date=later)

        assert integrations.metrics_span().last_date == later

    def test_is_found_without_reading_all_days(self, integrations):
        with CaptureQueriesContext(connection) as captured:
            integrations.metrics_span()

        asked = [each["sql"] for each in captured if "dailymetric" in each["sql"]]
        assert all(sql.endswith("LIMIT 1") for sql in asked)
        assert not any("MIN(" in sql or "MAX(" in sql for sql in asked)


class TestListConnections:
    def test_includes_files(self, integrations):
        found = {(each.kind, each.name) for each in integrations.list_connections()}

        assert found == {("csv", "one"), ("csv", "two")}
