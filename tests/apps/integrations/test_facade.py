"""What other services are told: every metric once, in stable pages."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.integrations.contract import MAX_PAGE, DailyMetricsQuery, Integrations
from omnify.context import acting_as
from omnify.exceptions import CursorInvalidError, OrganizationRequiredError
from omnify.services import client_of
from tests.apps.integrations.imports.test_importing import MAPPING, send

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2026, 1, 9)
EVERYTHING = DailyMetricsQuery(from_date=FIRST, to_date=LAST)
TV_AND_WEB = [{"name": "tv", "spend": "tv"}, {"name": "web", "spend": "web"}]


@pytest.fixture
def integrations(registered, make_principal):
    """The client, asked for an organization with two sources of nine days."""
    days = [FIRST + timedelta(days=number) for number in range(9)]
    text = "day,sales,tv,web\n" + "".join(f"{day},100,10,1\n" for day in days)
    for source in ("one", "two"):
        mapping = {**MAPPING, "channels": TV_AND_WEB, "source": source}
        assert send(registered, text, mapping).status_code == 201
    organization_id = UUID(registered.answer["organization"]["id"])
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

    def test_stay_in_place_while_a_file_is_imported_again(self, integrations, registered):
        first = integrations.daily_metrics(
            DailyMetricsQuery(from_date=FIRST, to_date=LAST, limit=20)
        )
        corrected = "day,sales,tv,web\n" + f"{FIRST},1,1,1\n{LAST},2,2,2\n"
        send(registered, corrected, {**MAPPING, "channels": TV_AND_WEB, "source": "one"})

        rest = integrations.daily_metrics(
            DailyMetricsQuery(from_date=FIRST, to_date=LAST, after=first.next)
        )

        keys = [key_of(row) for row in (*first.metrics, *rest.metrics)]
        assert len(keys) == len(set(keys)) == 54

    def test_name_their_sources_and_the_last_change(self, integrations):
        page = integrations.daily_metrics(EVERYTHING)

        assert {each.id for each in page.connections} == {row.connection_id for row in page.metrics}
        levels = {(item.measure, item.level) for item in page.connections[0].complete_levels}
        assert levels == {("revenue", "organization"), ("spend", "channel")}
        assert page.as_of is not None

    def test_hold_to_days_and_channels(self, integrations):
        rows = in_pages(integrations, MAX_PAGE, to_date=FIRST, channels=("web",))

        assert {(row.date, row.channel) for row in rows} == {(FIRST, ""), (FIRST, "web")}

    @pytest.mark.parametrize("after", ["x", "2026-01-01", "2026-01-01_", "_" * 40, "2026-13-01_00"])
    def test_refuse_a_cursor_that_no_page_gave(self, integrations, after):
        with pytest.raises(CursorInvalidError):
            integrations.daily_metrics(
                DailyMetricsQuery(from_date=FIRST, to_date=LAST, after=after)
            )

    def test_cost_the_same_whatever_their_number(self, integrations, django_assert_num_queries):
        for limit in (1, MAX_PAGE):
            with django_assert_num_queries(3):
                integrations.daily_metrics(
                    DailyMetricsQuery(from_date=FIRST, to_date=LAST, limit=limit)
                )

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


class TestListConnections:
    def test_includes_files(self, integrations):
        found = {(source.kind, source.name) for source in integrations.list_connections()}

        assert found == {("csv", "one"), ("csv", "two")}
