"""The pages of actions: what was before and after, who asked, and the way back."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.metrics.models import Entity
from deploy.sandbox.google_samples import BERLIN
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


BUDGET = {"action": "set_budget", "target": "campaign 311", "amount": "90"}
PAUSE = {"action": "pause", "target": "campaign 311"}


@pytest.fixture
def page(google):
    """The form, where a campaign that can be changed and one that cannot were read."""
    account = PlatformAccount.objects.get(connection=google.connection, external_id=BERLIN)
    for own, name in ((SEARCH, "Summer"), ("314", "Film")):
        Entity.objects.create(
            organization_id=google.connection.organization_id,
            connection=google.connection,
            platform_account=account,
            level="campaign",
            external_id=own,
            name=name,
            last_date=date(2026, 11, 1),
        )
    return f"/app/integrations/connections/{google.connection.id}/actions/new"


def told_of(answer):
    """What the form was told of, to be sent again."""
    found = re.search('name="told"[^>]* value="([^"]*)"', answer.content.decode())
    return found[1] if found else ""


def plain(text):
    """A text without the marks that keep names apart."""
    return re.sub("[\u2066-\u2069]", "", text)


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


class TestNewAction:
    def test_offers_what_was_read(self, google, browser, page):
        text = text_of(browser.get(page))
        tab = browser.get(page.removesuffix("/new")).content.decode()

        assert "Campaign Summer (311)" in plain(text)
        assert f'href="{page}"' in tab

    def test_shows_before_and_after_and_does_nothing_yet(self, google, browser, page):
        answer = browser.post(page, BUDGET)

        said = plain(text_of(answer))
        assert "Campaign Summer (311) goes from 80.00 € (EUR) a day to 90.00 € (EUR) a day." in said
        assert "Set the budget" in said
        assert not google.rows.exists()

    def test_asks_for_it_once_it_was_shown(self, google, browser, page):
        told = told_of(browser.post(page, BUDGET))

        answer = browser.post(page, {**BUDGET, "told": told})

        [made] = google.rows
        assert answer["Location"] == url_of({"id": made.id})
        assert (made.status, made.budget_micros, made.currency) == ("queued", 90_000_000, "EUR")

    def test_shows_another_change_before_it_is_done(self, google, browser, page):
        told = told_of(browser.post(page, BUDGET))

        answer = browser.post(page, {**BUDGET, "amount": "95", "told": told})

        assert "95.00 € (EUR) a day" in text_of(answer)
        assert not google.rows.exists()

    def test_pauses(self, google, browser, page):
        answer = browser.post(page, PAUSE)
        browser.post(page, {**PAUSE, "told": told_of(answer)})

        assert "goes from active to paused" in text_of(answer)
        assert [row.action for row in google.rows] == ["pause"]

    def test_says_what_is_so_already(self, google, browser, page):
        answer = browser.post(page, {**BUDGET, "amount": "80"})

        assert "is 80.00 € (EUR) a day already." in text_of(answer)
        assert told_of(answer) == ""

    def test_says_why_the_platform_has_no_way_to_it(self, google, browser, page):
        answer = browser.post(page, {"action": "pause", "target": "campaign 314"})

        assert answer.status_code == 409
        assert "does not change video campaigns" in answer.content.decode()

    @pytest.mark.parametrize(
        ("sent", "status", "problem"),
        [
            ({"amount": ""}, 422, "Say the budget of a day."),
            ({"amount": "90.001"}, 422, "finer than the platform takes EUR"),
            ({"target": "campaign 999"}, 400, "Select a valid choice"),
        ],
    )
    def test_says_beside_its_field_what_is_wrong(self, browser, page, sent, status, problem):
        answer = browser.post(page, {**BUDGET, **sent})

        assert answer.status_code == status
        assert problem in answer.content.decode()

    def test_is_for_those_who_may_publish(self, google, page, member):
        viewer = browser_of(make_member(member.organization, "viewer"))

        assert viewer.get(page).status_code == 403
        assert viewer.post(page, BUDGET).status_code == 403
        assert page not in viewer.get(page.removesuffix("/new")).content.decode()

    def test_says_why_nothing_can_be_done_now(self, google, browser, page):
        type(google.connection).objects.update(paused_at="2026-11-30T00:00Z")

        answer = browser.get(page, headers={"accept": "text/html"})

        assert answer.status_code == 409
        assert "is paused" in answer.content.decode()


class TestProgress:
    def test_asks_again_until_it_has_ended(self, google, browser):
        asked = google.ask("311", "pause")
        url = url_of(asked.json())
        again = f'hx-get="{url}" hx-trigger="every 2s"'
        before = browser.get(url).content.decode()
        google.go(asked)

        assert again in before
        assert again not in browser.get(url).content.decode()
