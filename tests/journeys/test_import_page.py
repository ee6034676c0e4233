"""A person's first file in a real browser: from the empty dashboard to the numbers, and back."""

import pytest
from playwright.sync_api import expect

from tests.browsers import keep_picture, open_page, serious_issues
from tests.journeys import main_job
from tests.journeys.pages import arrive, sign_in
from tests.needs import needs

pytestmark = needs("chromium-headless-shell")
PAGE = "/app/integrations/"
ASKED = "day,sales,tv_spend\n01/02/2026,1.234,5\n03/04/2026,2.345,5\n"


def write(folder, text):
    file = folder / "file.csv"
    file.write_text(text)
    return file


def choose_file(page, site, file):
    page.goto(f"{site.url}{PAGE}")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    arrive(page, "What the columns are")


def hold_to_the_rules(page, width):
    assert serious_issues(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


class TestImportPage:
    @pytest.mark.parametrize(
        ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)]
    )
    def test_leads_from_nothing_to_the_dashboard_and_back(self, browser, empty_site, scheme, width):
        size = {"width": width, "height": 900}
        page = open_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        sign_in(page, empty_site)
        hold_to_the_rules(page, width)
        page.get_by_role("link", name="Import a file").click()
        arrive(page, "Import a file")
        hold_to_the_rules(page, width)

        choose_file(page, empty_site, main_job.FILE)
        expect(page.get_by_role("combobox", name="Channel of tv_S")).to_have_value("tv")
        hold_to_the_rules(page, width)
        page.get_by_label("Currency").fill("EUR")
        # The return key goes on as the button would.
        page.keyboard.press("Enter")
        expect(page.get_by_text("208 rows look good")).to_be_visible()
        totals = page.get_by_role("row", name="Total")
        expect(totals).to_contain_text("379,005,696.67")
        expect(totals).to_contain_text("14,529,098.51")
        keep_picture(page, f"import-{scheme}-{width}")
        hold_to_the_rules(page, width)
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_text("208 rows of 23 Nov 2015")).to_be_visible()
        hold_to_the_rules(page, width)
        page.get_by_role("link", name="See the dashboard").click()

        arrive(page, "Overview")
        expect(page.locator("canvas")).to_be_visible()
        page.goto(f"{empty_site.url}{PAGE}")
        page.get_by_role("link", name="Undo robyn_weekly_marketing.csv").click()
        question = page.get_by_role("dialog")
        expect(question).to_contain_text("of 23 Nov 2015 – 17 Nov 2019 no longer count")
        keep_picture(page, f"undo-{scheme}-{width}")
        hold_to_the_rules(page, width)
        question.get_by_role("button", name="Yes, undo robyn_weekly_marketing.csv").click()

        expect(page.get_by_text("The import was undone.")).to_be_visible()
        expect(page.get_by_text("Undone", exact=True)).to_be_visible()
        page.goto(empty_site.url)
        expect(page.get_by_text("No numbers yet")).to_be_visible()
        assert page.problems == []

    def test_asks_two_questions_and_is_gone_through_by_keyboard_on_a_phone(
        self, browser, empty_site, tmp_path
    ):
        page = open_page(browser, viewport={"width": 375, "height": 800}, has_touch=True)
        sign_in(page, empty_site)
        choose_file(page, empty_site, write(tmp_path, ASKED))
        page.get_by_label("Currency").focus()
        page.keyboard.type("EUR")
        page.keyboard.press("Enter")
        expect(page.get_by_text("2 columns can be read in several ways")).to_be_visible()
        hold_to_the_rules(page, 375)

        page.get_by_role("radio", name="Day, month, year").focus()
        page.keyboard.press("Space")
        page.get_by_role("radio", name="Decimal comma").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 Feb – 3 Apr 2026")).to_be_visible()
        expect(page.get_by_role("row", name="The organization")).to_contain_text("3,579.00")
        page.reload()
        page.get_by_role("button", name="Import", exact=True).press("Enter")

        expect(page.get_by_text("The file was imported")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("button", name="Import", exact=True)).to_be_visible()
        page.get_by_role("link", name="Change the columns").click()
        expect(page.get_by_label("Currency")).to_have_value("EUR")
        assert page.problems == []

    def test_says_beside_the_fields_what_is_wrong(self, browser, empty_site, tmp_path):
        page = open_page(browser)
        sign_in(page, empty_site)
        choose_file(page, empty_site, write(tmp_path, "day,sales\n2026-01-01,many\n"))
        page.get_by_label("Currency").fill("ERU")
        page.get_by_label("Use of sales", exact=True).select_option(label="revenue")
        page.get_by_role("button", name="Continue to the check").click()
        expect(page.get_by_role("alert")).to_contain_text("not a currency's code")
        expect(page.get_by_label("Use of sales", exact=True)).to_have_value("revenue")

        page.get_by_label("Currency").fill("EUR")
        page.get_by_role("button", name="Continue to the check").click()

        expect(page.get_by_role("alert")).to_contain_text("Line 2, sales")
        expect(page.get_by_role("button", name="Import", exact=True)).to_be_hidden()
        assert page.problems == []

    def test_has_the_columns_of_another_kind_when_that_is_chosen(
        self, browser, empty_site, tmp_path
    ):
        page = open_page(browser)
        sign_in(page, empty_site)
        text = "day,buyer,sales\n2026-01-01,someone,1\n"
        choose_file(page, empty_site, write(tmp_path, text))

        page.get_by_label("What a row is").select_option(label="An order")

        expect(page.get_by_role("combobox", name="Channel of day")).to_be_hidden()
        expect(page.get_by_label("Use of day")).to_have_value("date")
        page.get_by_label("Use of buyer").select_option(label="customer")
        assert page.problems == []

    def test_needs_no_script(self, browser, empty_site, tmp_path):
        page = open_page(browser, java_script_enabled=False)
        page.goto(f"{empty_site.url}/")
        page.get_by_label("E-mail").fill(empty_site.email)
        page.get_by_label("Password").fill(main_job.REGISTRATION["password"])
        page.get_by_role("button", name="Sign in").first.click()
        choose_file(page, empty_site, write(tmp_path, "day,revenue\n2026-01-01,1\n"))
        page.get_by_label("Currency").fill("EUR")
        page.get_by_role("button", name="Continue to the check").click()
        page.get_by_role("button", name="Import", exact=True).click()

        expect(page.get_by_text("The file was imported")).to_be_visible()
