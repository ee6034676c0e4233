"""Connecting in a real browser: to the platform's own page and back, by clicks alone."""

import pytest
from playwright.sync_api import expect

from tests.browsers import chromium, keep_picture, open_page, serious_issues  # noqa: F401 - a fixture
from tests.conftest import REGISTRATION
from tests.needs import needs

pytestmark = [needs("chromium-headless-shell"), pytest.mark.django_db(transaction=True)]
PAGE = "/app/integrations/connections"


class TestConnecting:
    @pytest.fixture
    def page(self, chromium, live_server, registered):  # noqa: F811
        page = open_page(chromium, viewport={"width": 375, "height": 800}, color_scheme="dark")
        page.goto(f"{live_server.url}/app/auth/sign-in?next={PAGE}")
        page.get_by_label("E-mail").fill(REGISTRATION["email"])
        page.get_by_label("Password").fill(REGISTRATION["password"])
        page.keyboard.press("Enter")
        yield page
        page.close()

    def test_goes_to_the_platform_and_back(self, peer, page):
        page.get_by_role("link", name="Connect a platform").click()
        expect(page.get_by_role("heading", name="Sample Ads")).to_be_visible()
        issues = serious_issues(page)
        page.get_by_role("link", name="Connect Sample Ads").click()
        page.get_by_role("button", name="Continue to Sample Ads").click()
        page.get_by_role("link", name="Allow Omnify").click()
        expect(page.get_by_role("heading", name="Accounts of Shop GmbH")).to_be_visible()
        issues += serious_issues(page)
        keep_picture(page, "accounts-dark-375")
        page.get_by_label("Other").check()
        page.get_by_role("button", name="Read these accounts").click()
        expect(page.get_by_text("Shop GmbH is read from now on.")).to_be_visible()
        issues += serious_issues(page)
        keep_picture(page, "connections-dark-375")

        assert (issues, page.problems) == ([], [])
