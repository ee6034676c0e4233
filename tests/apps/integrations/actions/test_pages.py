"""The pages of actions: what was before and after, who asked, and the way back."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from tests.factories.auth import make_member, make_organization
from tests.factories.integrations import make_connection

pytestmark = pytest.mark.django_db
MONEY = {"amount": "90.00", "currency": "EUR"}
SEARCH = "311"


@pytest.fixture
def member():
    return make_member(make_organization(), "manager")


@pytest.fixture
def person(member):
    """A member's principal, whose name pages know."""
    return member.client.principal()


@pytest.fixture
def client_for(member):
    return lambda _: member.client


@pytest.fixture
def browser(member):
    return browser_of(member)


def browser_of(member):
    browser = Client()
    browser.cookies["omnify-access"] = member.client.tokens.access_token
    return browser


def text_of(answer):
    assert answer.status_code == 200, answer.content
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().replace("\xa0", " "))
    return re.sub(r"\s+", " ", unescape(text))


def url_of(action, tail=""):
    return f"/app/integrations/actions/{action['id']}{tail}"


class TestActionsPage:
    def test_lists_what_was_before_and_after(self, google, browser):
        google.do(SEARCH, **MONEY)
        google.do("314", "pause")
        page = text_of(browser.get(f"/app/integrations/connections/{google.connection.id}/actions"))

        assert "Set the budget campaign 311 Done 80.00 € (EUR) a day 90.00 € (EUR) a day" in page
        assert "Pause campaign 314 Not supported active active" in page

    def test_is_no_tab_where_nothing_can_be_done(self, member, browser):
        shop = make_connection(member.organization_id, platform="shopify")
        google = make_connection(member.organization_id, platform="google_ads")
        pages = [f"/app/integrations/connections/{each.id}" for each in (shop, google)]
        has_tab = [f"{page}/actions" in browser.get(page).content.decode() for page in pages]

        assert has_tab == [False, True]


class TestActionPage:
    def test_says_who_did_what_and_leads_back(self, google, browser, member):
        done = google.do(SEARCH, **MONEY)
        page = text_of(browser.get(url_of(done)))

        assert "Set the budget: campaign 311" in page
        assert "Before 80.00 € (EUR) a day After 90.00 € (EUR) a day Account 1000000001" in page
        assert member.user.email in page or member.user.first_name in page
        assert "Take back" in page

    def test_says_why_it_was_not_done(self, google, browser):
        page = text_of(browser.get(url_of(google.do("314", "pause"))))

        assert "Google's API does not change video campaigns" in page
        assert "Take back" not in page

    def test_leads_back_for_seven_days_and_those_alone_who_may(self, google, browser, member):
        done = google.do(SEARCH, **MONEY)
        viewer = browser_of(make_member(member.organization, "viewer"))
        assert "Take back" not in text_of(viewer.get(url_of(done)))
        assert viewer.get(url_of(done, "/revert")).status_code == 403
        google.rows.update(finished_at=datetime.now(UTC) - timedelta(days=8))

        assert "Take back" not in text_of(browser.get(url_of(done)))


class TestRevertPage:
    def test_asks_in_the_account_s_currency_and_takes_it_back(self, google, browser):
        done = google.do(SEARCH, **MONEY)
        asked = text_of(browser.get(url_of(done, "/revert")))
        answer = browser.post(url_of(done, "/revert"))

        assert "from 90.00 € (EUR) a day back to 80.00 € (EUR) a day" in asked
        [queued] = google.rows.filter(status="queued")
        assert answer["Location"] == url_of({"id": queued.id})
        assert "Set the budget (taking back)" in text_of(browser.get(answer["Location"]))

    def test_says_which_value_is_there_now(self, google, browser):
        done = google.do(SEARCH, **MONEY)
        google.peer.changes.budgets[SEARCH].micros = 95_000_000
        answer = browser.post(url_of(done, "/revert"))

        assert answer.status_code == 409
        assert "95.00 EUR" in answer.content.decode()
