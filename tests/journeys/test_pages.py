"""The pages in a real browser: sign in, read the dashboard, change the days, sign out."""

import pytest
from playwright.sync_api import expect

from tests.browsers import LOOKS, keep_picture, open_page, serious_issues
from tests.journeys.pages import sign_in, sign_out
from tests.needs import needs

pytestmark = needs("chromium-headless-shell")


class TestPages:
    def test_lead_from_sign_in_to_numbers_and_out(self, browser, site):
        page = open_page(browser)

        sign_in(page, site)
        page.locator("date-control summary").click()
        page.get_by_role("link", name="All", exact=True).click()
        expect(page.get_by_role("row", name="All channels")).to_contain_text("14,529,098.51")
        expect(page.get_by_text("26.1×", exact=True)).to_be_visible()
        expect(page.locator("[data-chart-title]")).to_contain_text("ooh takes 62% of the spend")
        assert "range=all" in page.url
        page.get_by_role("button", name="Show as table").click()
        expect(page.get_by_role("rowheader", name="23 Nov 2015")).to_be_visible()
        sign_out(page)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto(f"{site.url}/app/analytics/")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

        assert page.problems == []

    @pytest.mark.parametrize(("scheme", "width"), LOOKS)
    def test_hold_in_every_theme_and_width(self, browser, site, scheme, width):
        size = {"width": width, "height": 900}
        page = open_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        page.goto(f"{site.url}/app/auth/sign-in")
        keep_picture(page, f"sign-in-{scheme}-{width}")

        assert serious_issues(page) == []
        sign_in(page, site)
        expect(page.locator("canvas")).to_be_visible()
        keep_picture(page, f"dashboard-{scheme}-{width}")
        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.problems == []

    def test_say_in_words_that_the_password_is_wrong(self, browser, site):
        page = open_page(browser)
        page.goto(f"{site.url}/app/auth/sign-in")
        page.get_by_label("E-mail").fill(site.email)
        page.get_by_label("Password").fill("not the password")
        page.keyboard.press("Enter")

        expect(page.get_by_role("alert")).to_contain_text("is wrong")
        assert page.get_by_label("E-mail").input_value() == site.email
        assert page.get_by_label("Password").input_value() == ""

    def test_show_the_documents_of_the_api(self, browser, monolith):
        page = open_page(browser)
        page.goto(f"{monolith}/api/docs/")
        page.get_by_role("heading", name="predictive").click()

        expect(page.get_by_text("/api/predictive/forecast").first).to_be_visible()
        assert page.problems == []
