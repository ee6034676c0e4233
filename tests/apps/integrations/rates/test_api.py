"""Exchange rates over HTTP, and as other services get them."""

from datetime import date

import pytest

from apps.integrations.contract import Integrations, RatesQuery
from apps.integrations.rates.models import SharedRate
from omnify.context import Context, use
from omnify.events.models import Outbox
from omnify.services import client_of
from tests.apps.integrations.requests import own_queries, pages_of

pytestmark = pytest.mark.django_db
PATH = "/api/integrations/rates"
GOOD = {"date": "2026-03-02", "base": "EUR", "currency": "USD", "rate": "1.25"}


def add(client, **fields):
    answer = client.post(PATH, {**GOOD, **fields}, format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json()


def share(**fields):
    SharedRate.objects.create(**{**GOOD, "source": "a bank", **fields})


def worth(client, *currencies, target="EUR", last="2026-03-02"):
    query = RatesQuery(
        target=target,
        currencies=currencies or ("USD",),
        from_date=date(2026, 3, 2),
        to_date=date.fromisoformat(last),
    )
    with use(Context(organization_id=client.organization_id)):
        page = client_of(Integrations).exchange_rates(query)
        rates = list(page.rates)
        while page.next:
            page = client_of(Integrations).exchange_rates(
                RatesQuery(target, query.currencies, query.from_date, query.to_date, page.next)
            )
            rates += page.rates
    return {(each.currency, each.date.isoformat()): each.over / each.under for each in rates}


class TestAddRate:
    def test_keeps_every_digit(self, owner):
        rate = add(owner, base="IDR", rate="0.000012345678901234")["rate"]

        [row] = owner.get(PATH).json()["results"]
        assert row["rate"] == rate == "0.000012345678901234"
        assert row["source"] == "typed"
        assert row["created_by"]

    def test_replaces_what_was_added_for_the_day_and_pair(self, owner):
        add(owner)
        add(owner, rate="1.3")

        assert [row["rate"] for row in owner.get(PATH).json()["results"]] == ["1.3"]

    def test_tells_of_its_day(self, owner):
        add(owner)

        [event] = Outbox.objects.filter(topic="integrations.rates.changed")
        assert event.key == str(owner.organization_id)

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"currency": "EUR"}, "currency", "Name two currencies"),
            ({"date": "1969-12-31"}, "date", "1969-12-31 is not between"),
            ({"date": "2999-01-01"}, "date", "2999-01-01 is not between"),
            ({"rate": "0"}, "rate", "'0' is not more than 0"),
            ({"rate": "-1"}, "rate", "'-1' is not more than 0"),
            ({"rate": "1e12"}, "rate", "less than 1,000,000,000,000"),
            ({"rate": "1.234567890123456789"}, "rate", "more than 18 digits"),
            ({"rate": "1e-300"}, "rate", "more than 18 digits"),
        ],
    )
    def test_refuses_what_is_none(self, owner, fields, field, words):
        answer = owner.post(PATH, {**GOOD, **fields}, format="json")

        body = answer.json()
        assert (answer.status_code, body["code"]) == (422, "rate_invalid")
        [error] = body["errors"]
        assert error["field"] == field
        assert words in error["message"]
        assert not owner.get(PATH).json()["results"]


class TestRateList:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["3", "2", "1"]),
            ("?currency=USD", ["2", "1"]),
            ("?base=GBP", ["3"]),
            ("?from=2026-03-02&to=2026-03-02", ["1"]),
            ("?from=2026-03-03", ["3", "2"]),
            ("?shared=true", ["9"]),
        ],
    )
    def test_has_what_is_asked_for(self, owner, query, found):
        share(rate="9")
        add(owner, rate="1")
        add(owner, rate="2", date="2026-03-03")
        add(owner, rate="3", date="2026-03-04", base="GBP", currency="JPY")

        with own_queries(1):
            rows = owner.get(f"{PATH}{query}").json()["results"]

        assert [row["rate"] for row in rows] == found

    def test_comes_in_pages_that_cover_everything_once(self, owner):
        for day in range(1, 6):
            add(owner, date=f"2026-03-0{day}")

        assert len({row["id"] for row in pages_of(owner, PATH, limit=2)}) == 5

    def test_holds_the_own_organization_s_rows_alone(self, owner, client_for, make_principal):
        add(owner)

        assert client_for(make_principal()).get(PATH).json()["results"] == []


class TestDeleteRate:
    def test_lets_the_shared_one_count(self, owner):
        share(rate="2")
        made = add(owner, rate="4")
        assert worth(owner) == {("USD", "2026-03-02"): 0.25}

        assert owner.delete(f"{PATH}/{made['id']}").status_code == 204

        assert worth(owner) == {("USD", "2026-03-02"): 0.5}
        assert Outbox.objects.filter(topic="integrations.rates.changed").count() == 2

    def test_of_another_organization_is_not_there(self, owner, client_for, make_principal):
        made = add(owner)

        answer = client_for(make_principal()).delete(f"{PATH}/{made['id']}")

        assert (answer.status_code, answer.json()["code"]) == (404, "rate_not_found")
        assert worth(owner)


class TestExchangeRates:
    def test_take_the_own_rate_of_a_pair_in_either_direction(self, owner):
        share(rate="2")
        add(owner, base="USD", currency="EUR", rate="0.25")

        assert worth(owner) == {("USD", "2026-03-02"): 0.25}

    def test_do_not_depend_on_what_else_is_asked(self, owner):
        share(rate="2")
        share(currency="GBP", rate="4")
        add(owner, base="USD", currency="EUR", rate="0.25")

        alone = worth(owner, "USD", target="GBP")

        assert alone == {("USD", "2026-03-02"): 2}
        assert alone.items() <= worth(owner, "USD", "EUR", "JPY", target="GBP").items()

    def test_of_many_days_and_currencies_come_in_pages(self, owner):
        for day in range(2, 9):
            share(date=f"2026-03-0{day}")
            share(date=f"2026-03-0{day}", currency="GBP")
        others = ("AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM")

        found = worth(owner, "USD", "GBP", *others, last="2028-12-31")

        assert len(found) == 2 * (7 + 7)
        assert max(day for _, day in found) == "2026-03-15"
