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

    def test_shows_what_a_file_comes_to_and_writes_nothing(self, registered):
        answer = send(registered, query="?preview=true")

        shown = answer.json()
        assert answer.status_code == 200
        assert shown["rows"][0] == {"day": "2026-01-01", "sales": "100.5", "tv": "10"}
        assert [each["sum"] for each in shown["sums"]] == ["97.5", "10"]
        assert (shown["first_date"], shown["last_date"]) == ("2026-01-01", "2026-01-02")
        assert CsvImport.unscoped.count() == 0

    def test_keeps_what_a_later_file_does_not_name(self, registered):
        send(registered)
        tv = {"name": "tv", "clicks": "tv"}
        clicks = {**MAPPING, "revenue": None, "channels": [tv]}
        send(registered, "day,tv\n2026-01-01,7\n", clicks)

        assert spend_of(registered) == {"spend": "10.00", "revenue": "97.50"}
        assert DailyMetric.unscoped.get(channel="tv", date="2026-01-01").clicks_micros == 7_000_000

    def test_says_no_number_of_an_empty_cell(self, registered):
        send(registered, "day,sales,tv\n2026-01-01,1,\n2026-01-02,2,3\n")

        assert DailyMetric.unscoped.get(channel="tv", date="2026-01-01").spend_micros is None
        assert spend_of(registered) == {"spend": "3.00", "revenue": "3.00"}

    def test_adds_rows_of_one_day(self, registered):
        send(registered, "day,sales,tv\n2026-01-01,1,1\n2026-01-01,2,2\n")

        assert spend_of(registered) == {"spend": "3.00", "revenue": "3.00"}

    def test_reads_what_a_spreadsheet_saves(self, registered):
        assert send(registered, GOOD.encode("utf-16")).status_code == 201
        assert spend_of(registered) == {"spend": "10.00", "revenue": "97.50"}

    @pytest.mark.parametrize(
        ("text", "field", "sums"),
        [
            ("day,sales,tv\n2026-01-01,1.000,5\n", "sales", ["1", "1000"]),
            ("day,sales,tv\n01/02/2026,1,1\n", "day", [None, None]),
        ],
    )
    def test_asks_what_could_be_read_in_several_ways(self, registered, text, field, sums):
        answer = send(registered, text)

        [question] = answer.json()["questions"]
        assert (answer.status_code, answer.json()["code"]) == (422, "csv_ambiguous")
        assert question["field"] == field
        assert [each["sum"] for each in question["readings"]] == sums
        assert (Connection.unscoped.count(), DailyMetric.unscoped.count()) == (0, 0)
        for reading in question["readings"]:
            option = {reading["option"]: reading["value"]}
            source = {"source": reading["value"].replace(".", "point").replace(",", "comma")}
            mapping = {**MAPPING, **source, "options": {field: option}}
            assert send(registered, text, mapping).status_code == 201

    def test_needs_a_mapping_unless_it_is_a_preview(self, registered):
        proposed = send(registered, mapping=None, query="?preview=true").json()["proposal"]
        refused = send(registered, mapping=None)

        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "mapping")
        assert proposed["currency"] is None
        unsaid = send(registered, mapping=proposed)
        assert (unsaid.status_code, unsaid.json()["errors"][0]["field"]) == (400, "currency")
        assert send(registered, mapping={**proposed, "currency": "EUR"}).status_code == 201
        assert spend_of(registered)["revenue"] == "97.50"

    def test_refuses_totals_of_another_level(self, registered):
        send(registered)
        text = "day,name,tv\n2026-01-01,spring,1\n"
        channels = [{"name": "tv", "spend": "tv"}]
        mapping = {"date": "day", "currency": "EUR", "campaign": "name", "channels": channels}

        answer = send(registered, text, mapping)

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "level")
        assert spend_of(registered)["spend"] == "10.00"

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
            ("day,sales,tv\n2026-01-01,caf\xe9,1\n".encode("latin-1"), "not a number"),
            ("day,sales\n2026-01-01,1\n", "no column 'tv'"),
            ("day,sales,tv\n2026-01-01,many,1\n", "not a number"),
            ("day,sales,tv\n2026-01-01,=1+1,1\n", "formula"),
            ("day,sales,tv\n2026-01-01,@SUM(A1),1\n", "formula"),
            (b"day,sales,tv\n2026-01-01,1\x00,1\n", "NUL"),
            ("day,sales,tv\n2026-01-01,1,5;3\n", "not a number"),
            ("day,sales,tv\n13/13/2026,1,1\n", "day"),
            ("day,sales,tv\n2026-02-30,1,1\n", "calendar"),
            ("day,sales,tv\n2026-01-01,1,-1\n", "negative"),
            ("day,sales,tv\n2026-01-01,,\n", "no numbers"),
            ("day,sales,tv\n2026-01-01,1\n", "2 cells"),
            ("day,sales,tv,tv\n2026-01-01,1,1,2\n", "several columns 'tv'"),
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
        size = answer.json()["size_bytes"]
        assert 200 < size < 1000
        assert (
            answer.json()["detail"] == f"The request has {size} bytes; at most 100 are taken here."
        )

    def test_takes_files_of_a_gigabyte(self):
        assert CsvImportView.max_body_bytes > 1024**3

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
