"""What an import refuses: currencies and days that do not exist, and a second file."""

import io
import json
from datetime import date

import pytest

from apps.integrations.models import CsvImport
from apps.ml.operations import request_refresh
from omnify.context import Principal, acting_as
from omnify.db import atomic
from omnify.jobs import execution
from omnify.jobs.models import Job
from tests.apps.integrations.requests import GOOD, MAPPING, send
from tests.cases import read_case
from tests.factories.integrations import make_connection, make_metrics

FUTURE = "21-dates-of-the-far-future"
TYPO = "23-currency-typo"
MARCH = "from=2026-03-01&to=2026-03-31"


def send_case(client, case, name, **changes):
    mapping = {**json.loads(read_case(case, "mapping.json")), **changes}
    return send(client, read_case(case, name), mapping)


@pytest.mark.django_db
class TestCurrency:
    def test_has_to_exist(self, registered):
        wrong = send_case(registered, TYPO, "input.csv")
        right = send_case(registered, TYPO, "input.csv", currency="EUR")

        assert wrong.status_code == 400
        assert (right.status_code, right.json()["currency"]) == (201, "EUR")
        assert registered.get("/api/organizations/me").json()["currency"] == "EUR"


@pytest.mark.django_db
class TestDays:
    @pytest.mark.parametrize("name", ["typo.csv", "sentinel.csv"])
    def test_after_tomorrow_are_refused(self, registered, name):
        answer = send_case(registered, FUTURE, name)

        assert answer.status_code == 400
        assert "write the year in full" in answer.json()["errors"][0]["message"]
        assert CsvImport.unscoped.count() == 0

    def test_are_shown_once_they_are_right(self, registered):
        send_case(registered, FUTURE, "typo.csv")
        send_case(registered, FUTURE, "corrected.csv")

        stats = registered.get(f"/api/analytics/dashboard/stats?{MARCH}").json()

        assert stats["totals"]["revenue"] == "3100.00"


@pytest.mark.django_db(transaction=True)
class TestEndOfTheCalendar:
    """Days that were imported before they were refused."""

    @pytest.fixture
    def sentinel(self, registered):
        organization_id = registered.answer["organization"]["id"]
        first, last = date(9999, 11, 22), date(9999, 12, 31)
        days = (last - first).days + 1
        connection = make_connection(organization_id)
        make_metrics(connection, first=first, days=days, currency="USD", revenue=100)
        return registered

    @pytest.mark.parametrize("grain", ["day", "week", "month"])
    def test_is_not_forecast(self, sentinel, grain):
        body = {"metric": "revenue", "grain": grain, "horizon": 7}

        answer = sentinel.post("/api/predictive/forecast", body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, "insufficient_data")

    @pytest.mark.parametrize("grain", ["day", "week", "month"])
    def test_can_be_queried(self, sentinel, grain):
        query = {
            "measures": ["revenue"],
            "dimensions": ["period"],
            "grain": grain,
            "from": "9999-11-22",
            "to": "9999-12-31",
        }

        answer = sentinel.post("/api/analytics/query", query, format="json")

        assert (answer.status_code, answer.json()["totals"]["revenue"]) == (200, "4000.00")

    def test_leaves_the_dashboard_whole(self, sentinel):
        assert sentinel.get("/api/analytics/dashboard/stats").status_code in (200, 422)

    def test_lets_no_job_give_up(self, sentinel):
        organization_id = sentinel.answer["organization"]["id"]
        with acting_as(Principal(organization_id=organization_id)), atomic("ml"):
            job_id = request_refresh()
        execution.run_job("ml", str(job_id))

        assert Job.objects.get(id=job_id).state == "succeeded"


@pytest.mark.django_db
class TestParts:
    @pytest.mark.parametrize("part", ["file", "mapping"])
    def test_are_given_once(self, registered, part):
        parts = {"file": [named()], "mapping": [json.dumps(MAPPING)]}
        parts[part] = [*parts[part], named() if part == "file" else json.dumps(MAPPING)]

        answer = registered.post("/api/integrations/csv/import", parts)

        [error] = answer.json()["errors"]
        assert answer.status_code == 400
        assert (error["field"], error["code"]) == (part, "repeated")
        assert CsvImport.unscoped.count() == 0


def named():
    file = io.BytesIO(GOOD.encode())
    file.name = "file.csv"
    return file
