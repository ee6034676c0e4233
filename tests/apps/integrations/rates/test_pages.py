"""People see exchange rates, add and delete one, and read which their data lacks."""

import re

import pytest

from apps.integrations.models import ExchangeRate
from apps.integrations.rates.models import SharedRate
from tests.apps.integrations.imports.conftest import CREDENTIALS
from tests.apps.integrations.requests import send

pytestmark = pytest.mark.django_db
PAGE = "/app/integrations/rates"
FORM = {"date": "2026-01-02", "base": "EUR", "rate": "1.25", "currency": "USD"}
DOLLARS = {"date": "day", "currency": "USD", "revenue": "sales", "source": "us"}
SALES = "day,sales\n2026-01-02,10\n2026-01-09,10\n2026-01-20,10\n"


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


def text_of(browser, query=""):
    text = browser.get(f"{PAGE}{query}").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


class TestRatesPage:
    def test_tells_which_days_of_which_currency_lack_a_rate(self, registered, browser):
        send(
            registered, "day,sales\n2026-01-02,10\n", {**DOLLARS, "currency": "EUR", "source": "eu"}
        )
        send(registered, SALES, DOLLARS)
        before = text_of(browser)

        # It stands for a week, and so for two of the three days.
        browser.post(f"{PAGE}/add", FORM)

        assert "USD in EUR: 3 days of 2 Jan – 20 Jan 2026" in before
        assert "USD in EUR: 1 day of 20 Jan 2026" in text_of(browser)

    def test_lists_the_newest_first_in_pages_with_who_said_it(self, browser):
        for day in range(1, 32):
            browser.post(f"{PAGE}/add", {**FORM, "date": f"2026-01-{day:02}"})
        for day in range(1, 29):
            browser.post(f"{PAGE}/add", {**FORM, "date": f"2026-02-{day:02}"})

        first, second = text_of(browser), text_of(browser, "?page=2")

        assert "1 to 50 of 59" in first
        assert re.search(r"28 Feb 2026 1 EUR = 1.25 USD typed, \W*Ada Byron", first)
        assert "9 Jan 2026" in second
        assert "10 Jan 2026" not in second

    def test_shows_those_that_all_share(self, browser):
        SharedRate.objects.create(**{**FORM, "source": "a bank"})

        assert "a bank" not in text_of(browser)
        assert "1 EUR = 1.25 USD a bank" in text_of(browser, "?shared=1")

    def test_says_beside_the_field_what_is_wrong(self, browser):
        answer = browser.post(f"{PAGE}/add", {**FORM, "rate": "0"})

        assert answer.status_code == 422
        assert "is not more than 0" in answer.content.decode()
        assert not ExchangeRate.unscoped.exists()

    def test_deletes_one_after_a_question(self, browser):
        browser.post(f"{PAGE}/add", FORM)
        url = f"{PAGE}/{ExchangeRate.unscoped.get().id}/delete"

        asked = browser.get(url).content.decode()
        browser.post(url)

        assert "Yes, delete 2026-01-02: 1 EUR = 1.25 USD" in asked
        assert not ExchangeRate.unscoped.exists()
