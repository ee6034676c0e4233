"""A person's first file in a real browser: from the empty dashboard to the numbers, and back."""

import pytest
from playwright.sync_api import expect

from tests.browsers import keep_picture, open_page, serious_issues
from tests.journeys import main_job
from tests.journeys.pages import sign_in
from tests.needs import needs

pytestmark = needs("chromium")
USES = {"DATE": "day", "revenue": "revenue", "tv_S": "spend"}


class TestImportPage:
    @pytest.mark.parametrize(
        ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)]
    )
    def test_leads_from_nothing_to_the_dashboard_and_back(self, browser, empty_site, scheme, width):
        size = {"width": width, "height": 900}
        page = open_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        sign_in(page, empty_site)
        assert serious_issues(page) == []
        page.get_by_role("link", name="Import a file").click()
        expect(page.get_by_role("heading", name="Import a file")).to_be_visible()

        page.get_by_label("CSV file").set_input_files(main_job.FILE)
        page.get_by_label("Currency").fill("EUR")
        # The return key goes on as the button would.
        page.keyboard.press("Enter")
        for column, use in USES.items():
            page.get_by_label(f"Use of {column}", exact=True).select_option(label=use)
        page.get_by_label("Channel of tv_S").fill("tv")
        expect(page.get_by_label("Source")).to_have_value("csv")
        page.get_by_role("button", name="Check the file").click()
        expect(page.get_by_text("208 rows look good")).to_be_visible()
        keep_picture(page, f"import-{scheme}-{width}")
        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Import it").click()
        expect(page.get_by_text("208 rows from 2015-11-23")).to_be_visible()
        page.get_by_role("link", name="See the dashboard").click()

        expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
        expect(page.locator("canvas")).to_be_visible()
        page.goto(f"{empty_site.url}/app/integrations/")
        page.get_by_role("link", name="Undo robyn_weekly_marketing.csv").click()
        question = page.get_by_role("dialog")
        expect(question).to_contain_text("from 2015-11-23 to 2019-11-17 no longer count")
        keep_picture(page, f"undo-{scheme}-{width}")
        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        question.get_by_role("button", name="Yes, undo robyn_weekly_marketing.csv").click()

        expect(page.get_by_text("The import was undone.")).to_be_visible()
        expect(page.get_by_text("Imported before")).to_be_hidden()
        page.goto(empty_site.url)
        expect(page.get_by_text("No numbers yet")).to_be_visible()
        assert page.problems == []

    def test_says_beside_the_form_what_is_wrong(self, browser, empty_site, tmp_path):
        wrong = tmp_path / "wrong.csv"
        wrong.write_text("day,sales\n2026-01-01,many\n")
        page = open_page(browser)
        sign_in(page, empty_site)
        page.goto(f"{empty_site.url}/app/integrations/")
        page.get_by_label("CSV file").set_input_files(wrong)
        page.get_by_label("Currency").fill("euro")
        page.get_by_role("button", name="Read the columns").click()
        expect(page.get_by_role("alert")).to_contain_text("three capital letters")

        page.get_by_label("Currency").fill("EUR")
        page.get_by_role("button", name="Read the columns").click()
        page.get_by_label("Use of sales", exact=True).select_option(label="revenue")
        page.get_by_role("button", name="Import it").click()

        expect(page.get_by_role("alert")).to_contain_text("Line 2, sales")
        assert page.problems == []

    def test_has_the_columns_of_another_kind_when_that_is_chosen(
        self, browser, empty_site, tmp_path
    ):
        file = tmp_path / "orders.csv"
        file.write_text("day,buyer,sales\n2026-01-01,someone,1\n")
        page = open_page(browser)
        sign_in(page, empty_site)
        page.goto(f"{empty_site.url}/app/integrations/")
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Read the columns").click()

        page.get_by_label("What a row is").select_option(label="an order")

        expect(page.get_by_label("Use of day")).to_have_value("date")
        page.get_by_label("Use of buyer").select_option(label="customer")
        expect(page.get_by_label("Whose numbers they are")).to_be_hidden()
        assert page.problems == []
