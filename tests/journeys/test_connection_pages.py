"""A person connects platforms in a real browser, watches what comes, and ends it again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsers import keep_picture, open_page, serious_issues
from tests.journeys.pages import arrive, sign_in
from tests.needs import needs

pytestmark = needs("chromium-headless-shell")
PAGE = "/app/integrations/connections"
SHOP = "northwind-sample.myshopify.com"


def hold_to_the_rules(page, name, look):
    """Keep a picture, and find nothing that keeps people from using the page."""
    keep_picture(page, f"{name}-{look}")
    assert serious_issues(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.problems == []


def connect(page, site, platform, *, shop=""):
    """Go to the platform and back to the choice of accounts."""
    page.goto(f"{site.url}{PAGE}/add")
    page.get_by_role("link", name=f"Connect {platform}").click()
    if shop:
        page.get_by_label("Address of the shop").fill(shop)
    page.get_by_role("button", name=f"Continue to {platform}").click()
    page.get_by_role("link", name="Allow Omnify").click()
    expect(page.get_by_role("heading", name="Accounts of")).to_be_visible()


def choose(page, what):
    """Open the menu of all else that can be done, and choose one thing."""
    page.get_by_label("What else can be done").click()
    page.locator(".menu-list").get_by_text(what, exact=True).click()


def watch_until_read(page):
    """See what is being read come; the page tells by itself, without being loaded again."""
    expect(page.locator(".standing").get_by_text("Healthy")).to_be_visible()
    expect(page.locator(".standing")).to_contain_text("today provisional")
    expect(page.get_by_text("Sync under way")).to_have_count(0)


class TestConnectionPages:
    @pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 375)])
    def test_lead_from_the_catalog_to_the_end(self, browser, empty_site, scheme, width):
        size, look = {"width": width, "height": 900}, f"{scheme}-{width}"
        page = open_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        sign_in(page, empty_site)
        connect(page, empty_site, "Meta Ads")
        page.get_by_label("Sample shop (EUR)").check()
        page.get_by_label("How far back").select_option("30")
        hold_to_the_rules(page, "accounts", look)
        page.get_by_role("button", name="Read these accounts").click()

        arrive(page, "Sample person")
        watch_until_read(page)
        hold_to_the_rules(page, "connection", look)
        page.get_by_role("link", name="Reconciliation").click()
        expect(page.get_by_text("are the platform's own, to the last digit.")).to_be_visible()
        hold_to_the_rules(page, "reconciliation", look)
        page.get_by_role("link", name="Fields").click()
        expect(
            page.get_by_role("row", name=re.compile("^Spend")).get_by_text("Comes")
        ).to_have_count(3)
        page.get_by_role("link", name="Syncs").click()
        page.locator("#runs-table tbody a").click()
        expect(page.get_by_role("dialog")).to_contain_text("Metrics by campaign")
        expect(page.get_by_role("dialog")).to_contain_text("Requests to the platform")
        keep_picture(page, f"run-{look}")
        page.keyboard.press("Escape")

        page.get_by_role("link", name="Overview").last.click()
        choose(page, "Pause")
        expect(page.get_by_text("It is paused; nothing new comes.")).to_be_visible()
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text("is read again. What is new")).to_be_visible()
        watch_until_read(page)
        self.read_days_again_by_keyboard(page)

        choose(page, "Disconnect")
        page.get_by_label("Erase them").check()
        hold_to_the_rules(page, "disconnect", look)
        page.get_by_role("button", name="Disconnect").click()
        expect(page.get_by_text("Its numbers are erased.")).to_be_visible()
        expect(page.get_by_text("No platform is connected")).to_be_visible()
        assert page.problems == []

    def read_days_again_by_keyboard(self, page):
        """Be shown the cost, then begin; each time by the return key."""
        choose(page, "Read days again")
        page.get_by_label("First day").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("at least 3 requests to the platform")).to_be_visible()
        page.get_by_label("First day").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("is read again, ")).to_be_visible()

    def test_keep_a_shops_numbers_where_it_is_disconnected(self, browser, empty_site):
        page = open_page(browser, viewport={"width": 768, "height": 900}, reduced_motion="reduce")
        sign_in(page, empty_site)
        connect(page, empty_site, "Shopify", shop=SHOP)
        page.get_by_role("button", name="Read these accounts").click()
        arrive(page, "Northwind Outdoor (sample)")
        choose(page, "Sync now")
        watch_until_read(page)
        choose(page, "Disconnect")
        page.get_by_role("button", name="Disconnect").click()

        expect(page.get_by_text("It is disconnected; what it brought is kept.")).to_be_visible()
        choose(page, "Erase its numbers")
        page.get_by_role("button", name="Erase its numbers").click()
        expect(page.get_by_text("No platform is connected")).to_be_visible()
        assert page.problems == []
