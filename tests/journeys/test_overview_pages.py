"""What people ask of their numbers, in a real browser: years, channels, forecasts, findings."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsers import keep_picture, open_page, serious_issues
from tests.journeys.pages import sign_in
from tests.needs import needs

pytestmark = needs("chromium-headless-shell")


def hold_to_the_rules(page, name, width):
    """Keep a picture, and find nothing that keeps people from using the page."""
    keep_picture(page, name)
    assert serious_issues(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.problems == []


class TestOverview:
    @pytest.mark.parametrize(
        ("scheme", "width"),
        [
            ("light", 1440),
            ("dark", 768),
            ("light", 375),
        ],
    )
    def test_answers_what_people_ask(self, browser, site, scheme, width):
        size = {"width": width, "height": 900}
        page = open_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        look = f"{scheme}-{width}"
        sign_in(page, site)

        # 2018 against 2017.
        page.locator("date-control summary").click()
        page.get_by_role("link", name="2018", exact=True).click()
        expect(page.locator("date-control summary")).to_contain_text("2018 · vs")
        expect(page.locator(".tile").filter(has_text="Revenue").first).to_contain_text("−2.4%")
        page.get_by_role("link", name="Revenue", exact=True).click()
        expect(page.locator("[data-chart-title]")).to_contain_text("−2.4% against")
        hold_to_the_rules(page, f"overview-{look}", width)

        # Why the ROAS of facebook cannot be known.
        page.get_by_role("link", name="facebook", exact=True).click()
        expect(page.get_by_role("heading", name="facebook", exact=True, level=1)).to_be_visible()
        expect(page.get_by_text("It needs attributed revenue and spend")).to_be_visible()
        expect(page.locator("canvas")).to_be_visible()
        with page.expect_download() as file:
            page.locator("figure").get_by_role("link", name="CSV").click()
        assert file.value.path().read_text().startswith("period,Spend,")
        hold_to_the_rules(page, f"channel-{look}", width)

    def test_forecasts_by_keyboard(self, browser, site):
        page = open_page(browser, viewport={"width": 1440, "height": 900})
        sign_in(page, site)
        page.goto(f"{site.url}/app/ml/")
        page.get_by_role("link", name="New forecast").first.press("Enter")
        page.get_by_label("How many ahead").fill("8")
        page.keyboard.press("Enter")

        expect(page.get_by_text("Against repeating the last value")).to_be_visible()
        expect(page.locator("canvas")).to_be_visible()
        hold_to_the_rules(page, "forecast-light-1440", 1440)
        page.goto(f"{site.url}/app/ml/")
        expect(page.get_by_role("link", name="Revenue").first).to_be_visible()
        hold_to_the_rules(page, "forecasts-light-1440", 1440)

    def test_runs_the_agent_and_opens_the_rows(self, browser, site):
        page = open_page(browser, viewport={"width": 375, "height": 800}, color_scheme="dark")
        sign_in(page, site)
        page.goto(f"{site.url}/app/agentkit/")
        page.get_by_role("button", name="Run Analytics analyst").click()

        expect(page).to_have_url(re.compile("/runs/"))
        page.get_by_text("Show the rows").first.click()
        expect(page.get_by_role("row", name="later half").first).to_contain_text("43686086.67")
        hold_to_the_rules(page, "findings-dark-375", 375)
