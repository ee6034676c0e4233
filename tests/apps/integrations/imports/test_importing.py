"""Files are taken whole or not at all."""

import threading

import pytest
from django.db import connections
from rest_framework.test import APIClient

from apps.integrations.imports.api import CsvImportView
from apps.integrations.models import Connection, CsvImport, DailyMetric
from tests.apps.integrations.requests import GOOD, MAPPING, send, spend_of
from tests.conftest import REGISTRATION


@pytest.mark.django_db
class TestImport:
    def test_keeps_zeros_and_negative_revenue(self, registered):
        answer = send(registered)

        assert answer.status_code == 201
        assert answer.json()["metrics"] == 4
        assert spend_of(registered) == {"spend": "10.00", "revenue": "97.50"}

    def test_replaces_the_days_that_a_later_file_names(self, registered):
        send(registered)
        send(registered, "day,sales,tv\n2026-01-02,7,5\n2026-01-03,1,1\n")

        assert spend_of(registered) == {"spend": "16.00", "revenue": "108.50"}
        assert DailyMetric.unscoped.count() == 6

    def test_takes_up_an_older_file_again(self, registered):
        send(registered)
        send(registered, "day,sales,tv\n2026-01-02,7,5\n")
        again = send(registered)

        assert (again.status_code, again.json()["unchanged"]) == (201, False)
        assert spend_of(registered)["revenue"] == "97.50"

    def test_adds_up_files_of_different_sources(self, registered):
        send(registered)
        send(registered, mapping={**MAPPING, "source": "second shop"})

        assert spend_of(registered)["spend"] == "20.00"

    def test_shows_the_first_rows_and_writes_nothing(self, registered):
        answer = send(registered, query="?preview=true")

        assert answer.status_code == 200
        assert answer.json()["rows"][0]["revenue"] == "100.500000"
        assert CsvImport.unscoped.count() == 0

    def test_shows_what_is_wrong_by_line(self, registered):
        answer = send(registered, GOOD + "2026-01-03,abc,1\n", query="?preview=true")

        [error] = answer.json()["errors"]
        assert answer.status_code == 200
        assert (error["line"], error["column"], error["value"]) == (4, "sales", "abc")

    def test_happens_once_per_key(self, registered):
        headers = {"idempotency-key": "import-1"}

        answers = [send(registered, headers=headers).json()["import_id"] for _ in range(2)]

        assert len(set(answers)) == 1

    def test_settles_the_currency_once(self, registered):
        send(registered)
        send(registered, mapping={**MAPPING, "currency": "USD", "source": "dollars"})

        organization = registered.get("/api/organizations/me").json()
        query = {"measures": ["spend"], "from": "2026-01-01", "to": "2026-12-31"}
        body = registered.post("/api/analytics/query", query, format="json").json()
        assert organization["currency"] == "EUR"
        assert body["totals"]["spend"] == "10.00"
        [unconverted] = body["unconverted"]
        assert unconverted["currency"] == "USD"
        assert (unconverted["spend"], unconverted["revenue"]) == ("10.00", "97.50")

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (GOOD.encode("utf-16"), "NUL"),
            ("day,sales,tv\n2026-01-01,caf\xe9,1\n".encode("latin-1"), "UTF-8"),
            ("day,sales\n2026-01-01,1\n", "no column 'tv'"),
            ("day,sales,tv\n2026-01-01,many,1\n", "not a number"),
            ("day,sales,tv\n2026-01-01,=1+1,1\n", "formula"),
            ("day,sales,tv\n2026-01-01,@SUM(A1),1\n", "formula"),
            (b"day,sales,tv\n2026-01-01,1\x00,1\n", "NUL"),
            ("day,sales,tv\n2026-01-01,1.000,5;3\n", "not a number"),
            ("day,sales,tv\n01/02/2026,1,1\n", "not a day"),
            ("day,sales,tv\n2026-02-30,1,1\n", "calendar"),
            ("day,sales,tv\n2026-01-01,1,1\n2026-01-01,2,2\n", "line 2"),
            ("day,sales,tv\n2026-01-01,1,-1\n", "negative"),
            ("day,sales,tv\n2026-01-01,1,\n", "empty"),
            ("day,sales,tv\n2026-01-01,1\n", "2 cells"),
            ("day,sales,tv,tv\n2026-01-01,1,1,1\n", "more than once"),
            ("day,sales,tv\n2026-01-01,1e30,1\n", "too large"),
            ("day,sales,tv\n", "no rows"),
            ("", ""),
        ],
    )
    def test_refuses_the_file_and_keeps_nothing_of_it(self, registered, text, words):
        answer = send(registered, text)

        assert answer.status_code == 400
        assert words in str(answer.json())
        assert (Connection.unscoped.count(), DailyMetric.unscoped.count()) == (0, 0)
        assert registered.get("/api/organizations/me").json()["is_currency_settled"] is False

    def test_refuses_two_currencies_by_line(self, registered):
        text = "day,sales,tv,cur\n2026-01-01,1,1,EUR\n2026-01-02,1,1,USD\n"

        answer = send(registered, text, {**MAPPING, "currency": "cur"})

        [error] = answer.json()["errors"]
        assert (answer.status_code, error["line"], error["column"]) == (400, 3, "cur")
        assert "EUR" in error["message"]

    @pytest.mark.parametrize(
        "mapping",
        [
            "not json",
            "[]",
            "{}",
            {**MAPPING, "dates": "day"},
            {**MAPPING, "revenue": None, "channels": []},
            {**MAPPING, "channels": [{"name": "tv"}]},
            {**MAPPING, "channels": [{"name": "tv", "spend": "tv"}] * 2},
            {**MAPPING, "channels": [{"name": "=tv()", "spend": "tv"}]},
            {**MAPPING, "channels": [{"name": "", "spend": "tv"}]},
            {**MAPPING, "channels": [{"name": 7, "spend": "tv"}]},
        ],
    )
    def test_refuses_a_wrong_mapping_by_field(self, registered, mapping):
        answer = send(registered, mapping=mapping)

        assert (answer.status_code, answer.json()["code"]) == (400, "csv_mapping_invalid")
        assert answer.json()["errors"][0]["message"]

    def test_refuses_a_huge_file_before_reading_it(self, registered, settings, monkeypatch):
        monkeypatch.setattr(CsvImportView, "max_body_bytes", 100)

        answer = send(registered, GOOD + 200 * "#")

        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
        assert answer.json()["limit_bytes"] == 100

    def test_needs_the_permission(self, client_for, make_principal):
        answer = send(client_for(make_principal("viewer")))

        assert (answer.status_code, answer.json()["permission"]) == (403, "integration:connect")


@pytest.mark.django_db(transaction=True)
class TestImportInParallel:
    def test_takes_one_file_once(self, api):
        token = api.post("/api/auth/register", REGISTRATION, format="json").json()["access_token"]
        answers, start = [], threading.Barrier(4)

        def work():
            client = APIClient(headers={"authorization": f"Bearer {token}"})
            start.wait()
            try:
                answers.append(send(client).json())
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(answer["unchanged"] for answer in answers) == [False, True, True, True]
        assert (CsvImport.unscoped.count(), DailyMetric.unscoped.count()) == (1, 4)
