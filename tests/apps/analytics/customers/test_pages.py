"""The page of customers and its files: what the API says of cohorts, for people."""

import csv
import io
import re

import pytest
import python_calamine

from apps.auth.models import Brand
from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION
from tests.factories.store import settle

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/app/analytics/customers"
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
MAPPING = {
    "kind": "orders",
    "date": "day",
    "customer": "who",
    "revenue": "total",
    "currency": "EUR",
}
ORDERS = """day,who,total
2025-01-05,a,10
2025-01-06,b,30
2025-02-03,a,6
2025-02-10,c,100
2025-03-31,c,20
2025-04-15,c,7
"""


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


@pytest.fixture
def shop(browser, registered):
    bring(registered, ORDERS)
    return browser


def bring(client, text, **mapping):
    answer = send(client, text, {**MAPPING, **mapping})
    assert answer.status_code == 201, answer.json()
    settle()


def organization_of(client):
    return client.answer["organization"]["id"]


def part(client, **params):
    answer = client.get(PAGE, params, headers={"hx-request": "true"})
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def cells_of(text):
    """What the table says, by row; what is heard alone is left out."""
    body = text[text.index("<tbody>") : text.index("</tbody>")]
    heard = re.compile(r'<span class="visually-hidden">.*?</span>', re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", heard.sub("", body), re.DOTALL)
    cell = re.compile(r"<t[hd].*?>(.*?)</t[hd]>", re.DOTALL)
    return [[re.sub(r"<[^>]+>|\s+", "", each) for each in cell.findall(row)] for row in rows]


def heats_of(text):
    return re.findall(r"heat-(\d)", text)


class TestPage:
    def test_says_how_to_begin_without_orders(self, browser):
        text = part(browser)

        assert "No orders of customers yet" in text
        assert 'href="/app/integrations/">Import orders' in text
        assert "<tbody>" not in text

    def test_shows_who_came_back(self, shop):
        assert cells_of(part(shop)) == [
            ["Jan2025", "2", "100.0%", "50.0%", "0.0%", "–"],
            ["Feb2025", "1", "100.0%", "100.0%", "–", "–"],
        ]

    def test_shows_money_in_the_organizations_currency(self, shop):
        text = part(shop, measure="revenue")

        assert cells_of(text)[0] == ["Jan2025", "2", "40.00", "6.00", "0.00", "–"]
        assert "+1, EUR" in text
        assert cells_of(part(shop, measure="ltv"))[1][2:4] == ["100.00", "120.00"]

    def test_colours_by_the_most_after_the_first_period(self, shop):
        assert heats_of(part(shop)) == ["5", "3", "0", "5", "5"]

    def test_says_what_is_not_over_yet(self, shop):
        text = part(shop)

        assert "All orders to 15 Apr 2025 are here" in " ".join(re.sub("<[^>]+>", "", text).split())
        assert text.count("unknown: not yet over") == 3

    def test_counts_by_week(self, shop):
        [first, *_] = cells_of(part(shop, grain="week", last="2025-01-05"))

        assert first[:3] == ["30Dec2024", "1", "100.0%"]

    def test_shows_the_customers_of_days(self, shop):
        assert [row[0] for row in cells_of(part(shop, first="2025-02-01"))] == ["Feb2025"]
        assert "No customer bought for the first time" in part(shop, first="2026-01-01")

    def test_shows_the_latest_of_many_and_says_so(self, browser, registered):
        months = [f"{2019 + at // 12}-{at % 12 + 1:02}-01,c{at},5" for at in range(40)]
        bring(registered, "\n".join(["day,who,total", *months, ""]))

        rows = cells_of(part(browser))

        assert (len(rows), rows[0][0], len(rows[0])) == (36, "May2019", 26)
        assert "the latest 36 of 40 cohorts and 24 of 40 months" in part(browser)

    def test_names_money_without_a_rate(self, browser, registered):
        bring(registered, ORDERS)
        bring(registered, "day,who,total\n2025-01-07,d,12.50\n", currency="CHF")

        text = part(browser, measure="revenue")

        assert "has no exchange rate: 12.50 CHF." in text
        assert 'href="/app/integrations/rates">Add exchange rates' in text
        assert "an amount or its exchange rate is unknown" in text

    def test_says_beside_its_field_what_cannot_be(self, shop):
        answer = shop.get(PAGE, {"first": "2025-02-15", "last": "2025-02-01", "grain": "year"})

        text = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert answer.status_code == 400
        assert "1 Feb 2025 is before 15 Feb 2025." in text
        assert 'id="id_grain_error"' in text
        assert cells_of(text)[0][0] == "Feb2025"

    def test_offers_the_brands_there_are(self, shop, registered):
        assert 'name="brand"' not in part(shop)
        brand = Brand.unscoped.create(organization_id=organization_of(registered), name="Acme")

        text = part(shop, brand=str(brand.id), grain="week")

        assert f'<option value="{brand.id}" selected>Acme' in text
        assert 'href="?grain=week">All brands' in text

    def test_keeps_the_choice_from_measure_to_measure(self, shop):
        text = part(shop, measure="ltv", grain="week", first="2025-01-01")

        assert 'href="?measure=revenue&amp;grain=week&amp;first=2025-01-01"' in text
        assert '<input type="hidden" name="measure" value="ltv">' in text
        assert 'name="first" value="2025-01-01"' in text

    def test_needs_the_permission(self, client, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=()))

        for ending in ("", ".csv", ".xlsx"):
            assert client.get(f"{PAGE}{ending}").status_code == 403


class TestFiles:
    def test_have_the_numbers_exactly(self, shop):
        answer = shop.get(f"{PAGE}.csv", {"measure": "ltv"})

        [january, february] = csv.DictReader(io.StringIO(answer.content.decode()))
        assert january == {
            "cohort": "2025-01-01",
            "customers": "2",
            "month_0": "20.0000",
            "month_1": "23.0000",
            "month_2": "23.0000",
            "month_3": "",
        }
        assert february["month_1"] == "120.0000"
        assert "customers-ltv-by-month.csv" in answer["Content-Disposition"]

    def test_have_a_workbook_with_units(self, shop):
        answer = shop.get(f"{PAGE}.xlsx", {"measure": "revenue"})

        sheet = python_calamine.load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)
        head, january, _ = sheet.to_python()
        assert head[2:4] == ["First, EUR", "+1, EUR"]
        assert january[1:4] == [2, 40, 6]

    def test_are_refused_where_the_choice_cannot_be(self, shop):
        assert shop.get(f"{PAGE}.csv", {"grain": "year"}).status_code == 400
