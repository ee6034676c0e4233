"""Files of exchange rates, from the request to the numbers that are converted by them."""

import json

import pytest

from apps.integrations.models import ExchangeRate
from omnify.events.models import Outbox
from tests.apps.integrations.imports.pages import CHECK, IMPORT, read, text_of, words_of
from tests.apps.integrations.imports.pages import send as go
from tests.apps.integrations.requests import send

pytestmark = pytest.mark.django_db
BANK = "Date, USD, JPY, CYP, \n27 November 2026, 1.0543, 158.21, 0.5853, \n"
HISTORY = "Date,USD,JPY,CYP,\n2026-11-27,1.0543,158.21,N/A,\n2026-11-26,1.05,N/A,0.58,\n"
LONG = "day,base,currency,rate\n2026-01-02,EUR,USD,1.25\n2026-01-02,IDR,EUR,0.00005678901234\n"
LONG_MAPPING = {
    "kind": "rates",
    "source": "treasury",
    "date": "day",
    "base": "base",
    "currency": "currency",
    "rate": "rate",
}
DOLLARS = {"date": "day", "currency": "USD", "revenue": "sales", "source": "us"}


def preview(client, text):
    answer = send(client, text, None, query="?preview=true")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def kept(client, query=""):
    rows = client.get(f"/api/integrations/rates{query}").json()["results"]
    return {(row["date"], row["base"], row["currency"], row["rate"]) for row in rows}


def revenue(client):
    query = {"measures": ["revenue"], "from": "2026-01-01", "to": "2026-12-31"}
    answer = client.post("/api/analytics/query", query, format="json").json()
    return answer["totals"]["revenue"]


class TestRates:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (BANK, {("2026-11-27", "USD", "1.0543"), ("2026-11-27", "JPY", "158.21")}),
            (
                HISTORY,
                {
                    ("2026-11-27", "USD", "1.0543"),
                    ("2026-11-27", "JPY", "158.21"),
                    ("2026-11-26", "USD", "1.05"),
                },
            ),
        ],
    )
    def test_of_the_bank_are_imported_as_they_are_downloaded(self, owner, text, found):
        shown = preview(owner, text)

        answer = send(owner, text, shown["proposal"])

        assert answer.status_code == 201, answer.json()
        assert (shown["kind"], shown["export"]) == ("rates", "ECB")
        assert answer.json()["rates"] == shown["rate_count"] == len(found)
        assert {(day, code, rate) for day, _, code, rate in kept(owner)} == found
        [*_, row] = owner.get("/api/integrations/rates").json()["results"]
        assert (row["source"], row["import_id"]) == ("ECB", answer.json()["import_id"])

    def test_keep_every_digit_in_either_direction(self, owner):
        assert preview(owner, LONG)["proposal"] == {**LONG_MAPPING, "source": "csv"}

        assert send(owner, LONG, LONG_MAPPING).status_code == 201

        assert kept(owner) == {
            ("2026-01-02", "EUR", "USD", "1.25"),
            ("2026-01-02", "IDR", "EUR", "0.00005678901234"),
        }

    def test_convert_what_they_are_of_until_they_are_undone(self, owner):
        send(owner, "day,sales\n2026-01-01,9\n", {**DOLLARS, "currency": "EUR", "source": "eu"})
        send(owner, "day,sales\n2026-01-03,10\n", DOLLARS)
        before = revenue(owner)

        answer = send(owner, LONG, LONG_MAPPING).json()

        # One of a dollar's days has no rate of its own: the day before has one.
        assert (before, revenue(owner)) == ("9.00", "17.00")
        assert owner.delete(f"/api/integrations/imports/{answer['import_id']}").status_code == 204
        assert revenue(owner) == "9.00"
        assert not ExchangeRate.unscoped.exists()
        events = Outbox.objects.filter(topic="integrations.rates.changed")
        days = [json.loads(bytes(each.payload)) for each in events]
        assert [(each["first_date"], each["last_date"]) for each in days] == [
            ("2026-01-02", "2026-01-02")
        ] * 2

    def test_are_told_of_when_their_source_is_removed(self, owner):
        send(owner, LONG, LONG_MAPPING)
        [connection] = owner.get("/api/integrations/connections").json()["results"]
        owner.delete(f"/api/integrations/connections/{connection['id']}")

        assert not ExchangeRate.unscoped.exists()
        assert Outbox.objects.filter(topic="integrations.rates.changed").count() == 2

    def test_of_a_later_file_count_before_those_of_an_earlier_one(self, owner):
        send(owner, LONG, LONG_MAPPING)
        later = send(owner, LONG.replace("1.25", "2"), LONG_MAPPING).json()
        send(owner, "day,sales\n2026-01-01,9\n", {**DOLLARS, "currency": "EUR", "source": "eu"})
        send(owner, "day,sales\n2026-01-02,10\n", DOLLARS)

        assert revenue(owner) == "14.00"
        owner.delete(f"/api/integrations/imports/{later['import_id']}")
        assert revenue(owner) == "17.00"

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("2026-01-03,EUR,USD,0", "is not more than 0"),
            ("2026-01-03,EUR,USD,-1", "is not more than 0"),
            ("2026-01-03,EUR,USD,much", "'much' is not a number"),
            ("2026-01-03,EUR,Dollar,1", "'Dollar' is no currency's code"),
            ("2026-01-03,EUR,EUR,1", "1 EUR is 1 EUR on any day"),
            ("2026-01-02,EUR,USD,1.5", "Line 2 has another rate of this day and pair: 1.25"),
            ("2999-01-02,EUR,USD,1.5", "2999-01-02"),
        ],
    )
    def test_are_refused_as_a_whole_with_the_line(self, owner, line, words):
        answer = send(owner, f"{LONG}{line}\n", LONG_MAPPING)

        assert answer.status_code == 400, answer.json()
        [error] = answer.json()["errors"]
        assert error["line"] == 4
        assert words in error["message"]
        assert not ExchangeRate.unscoped.exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"rate": None}, "rate"),
            ({"currency": None}, "currency"),
            ({"rate": None, "currency": None}, "mapping"),
            ({"currencies": [{"currency": "USD", "rate": "base"}]}, "currencies"),
            ({"base": "EUR", "currency": "EUR"}, "currency"),
        ],
    )
    def test_need_a_mapping_that_says_all_of_them(self, owner, changes, field):
        answer = send(owner, LONG, LONG_MAPPING | changes)

        assert answer.status_code == 400
        assert field in {error["field"] for error in answer.json()["errors"]}


class TestRatesPages:
    def test_lead_through_the_bank_s_file(self, browser):
        fields = read(browser, HISTORY)
        checked = go(browser, CHECK, HISTORY, currency="EUR", source="ECB")
        done = go(browser, IMPORT, HISTORY, currency="EUR", source="ECB")

        assert fields["kind"] == ["rates"]
        assert fields["currency"] == ["EUR"]
        assert fields["use"] == ["date", "of_name", "of_name", ""]
        assert "Rates 3" in words_of(checked)
        assert "were imported as 3 exchange rates" in text_of(done)

    def test_ask_for_the_base_where_no_column_has_it(self, browser):
        text = "day,USD\n2026-01-02,1.25\n"
        choices = {"kind": "rates", "column": ["day", "USD"], "use": ["date", "of_name"]}

        answer = go(browser, CHECK, text, currency="", **choices)

        assert "Say of which currency the rates are" in text_of(answer)

    def test_name_the_column_that_is_called_by_no_currency(self, browser):
        text = "day,dollars\n2026-01-02,1.25\n"
        choices = {"kind": "rates", "column": ["day", "dollars"], "use": ["date", "of_name"]}

        answer = go(browser, CHECK, text, **choices)

        assert "no currency&#x27;s code such as USD" in text_of(answer)
