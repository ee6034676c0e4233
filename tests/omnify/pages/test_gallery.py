"""The gallery of parts: compared with its kept copy, and used in a real browser."""

import os

import pytest
from playwright.sync_api import expect

from omnify.pages.parts import Ahead, Chart, Delta, Part, Section, Sparkline
from tests.browsers import keep_picture, open_page, serious_issues
from tests.needs import needs
from tests.omnify.pages import gallery

in_browser = needs("chromium-headless-shell")
PHONE = {"width": 375, "height": 800}
#: Links and controls that are smaller than a finger, but for links in the midst of text.
SMALL = """() => [...document.querySelectorAll(
        "main :is(button, .btn, input, select, summary, .tile-origin)")]
    .filter((each) => each.checkVisibility() && !["checkbox", "hidden"].includes(each.type))
    .filter((each) => each.getBoundingClientRect().height < 44)
    .map((each) => each.outerHTML.slice(0, 80))"""
NAMES = [str(row[0].value) for row in gallery.CHANNELS.rows]


@pytest.fixture
def address(live_server, settings):
    settings.ROOT_URLCONF = "tests.omnify.pages.site"
    return f"{live_server.url}/app/test/gallery"


def open_gallery(browser, address, **options):
    page = open_page(browser, reduced_motion="reduce", **options)
    page.goto(address)
    return page


def first_names(page):
    heads = page.locator("#channels-table tbody th a")
    return [text.strip() for text in heads.all_text_contents()]


class TestGallery:
    def test_shows_every_part(self):
        parts = [part for section in gallery.SECTIONS.values() for part in section]
        held = [part for each in parts if isinstance(each, Section) for part in each.parts]
        shown = {type(part) for part in (*parts, *held)}
        # What stands in others, and a chart with what is ahead, which has a page of its own.
        shown |= {type(gallery.TILES[0]), Delta, Chart, Ahead, Sparkline, type(gallery.REMOVE)}

        assert shown == {
            part for part in Part.__subclasses__() if part.__module__.startswith("omnify.")
        }

    def test_is_as_it_was_kept(self):
        html = gallery.render()
        if os.environ.get("OMNIFY_KEEP_GALLERY"):
            gallery.KEPT.write_text(html, "utf-8")

        assert html == gallery.KEPT.read_text("utf-8"), "if it is right: make gallery"


@in_browser
class TestLook:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [375, 768, 1440])
    def test_holds_in_every_theme_and_width(self, browser, address, scheme, width):
        size = {"width": width, "height": 900}
        page = open_gallery(browser, address, viewport=size, color_scheme=scheme)
        keep_picture(page, f"gallery-{scheme}-{width}")

        assert serious_issues(page) == []
        page.locator("date-control summary").click()
        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.problems == []

    def test_has_room_for_fingers(self, browser, address):
        page = open_gallery(browser, address, viewport=PHONE)
        page.locator("date-control summary").click()

        assert page.evaluate(SMALL) == []


@in_browser
class TestTables:
    def test_have_all_their_cells_on_a_phone_without_a_script(self, browser, address):
        page = open_gallery(browser, address, viewport=PHONE, java_script_enabled=False)

        table = page.locator("#channels-table")
        shown = table.locator("tbody tr").first.locator("td")
        widths = [cell.bounding_box() for cell in shown.all()]

        assert all(box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] for box in widths)

    def test_sort_where_they_are(self, browser, address):
        page = open_gallery(browser, address)
        page.evaluate("window.stays = true")
        head = page.get_by_role("columnheader", name="ROAS")

        head.get_by_role("link").press("Enter")
        expect(head).to_have_attribute("aria-sort", "descending")
        assert first_names(page) == list(reversed(NAMES))
        head.get_by_role("link").press("Enter")
        # The unknown comes last either way.
        assert first_names(page) == [*NAMES[1:], NAMES[0]]

        assert page.url.endswith("?sort=roas")
        assert page.evaluate("window.stays")
        expect(page.get_by_text("Sorted by ROAS, ascending")).to_be_attached()

    def test_sort_on_a_phone_by_a_choice(self, browser, address):
        page = open_gallery(browser, address, viewport=PHONE)
        order = page.locator("#channels-table").get_by_label("Sort by")

        order.select_option("ROAS, largest first")
        assert first_names(page) == list(reversed(NAMES))
        order.select_option("ROAS, smallest first")

        assert first_names(page) == [*NAMES[1:], NAMES[0]]
        assert page.url.endswith("?sort=roas")
        expect(page.get_by_text("Sorted by ROAS, ascending")).to_be_attached()

    def test_open_a_row_on_a_phone(self, browser, address):
        page = open_gallery(browser, address, viewport=PHONE)
        row = page.locator("#channels-table tbody tr").first
        expect(row.locator("[data-label=Change]")).to_be_hidden()

        row.get_by_role("button", name="More about tv").press("Enter")

        expect(row.locator("[data-label=Change]")).to_be_visible()


@in_browser
class TestCombobox:
    def test_finds_by_typing(self, browser, address):
        page = open_gallery(browser, address)
        field = page.get_by_role("combobox", name="Currency").first

        field.fill("yen")
        expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["JPY, yen"])
        field.press("Enter")

        expect(field).to_have_value("JPY, yen")
        assert page.locator("#empty-currency").input_value() == "JPY"

    def test_keeps_what_was_chosen_if_left(self, browser, address):
        page = open_gallery(browser, address)
        field = page.get_by_role("combobox", name="Currency").first

        field.fill("nothing like it")
        expect(page.get_by_role("option", name="Nothing matches")).to_be_visible()
        field.press("Escape")

        expect(field).to_have_value("EUR, euro")

    def test_is_a_list_without_a_script(self, browser, address):
        page = open_gallery(browser, address, java_script_enabled=False)

        page.get_by_label("Currency").first.select_option("USD")


@in_browser
class TestDateControl:
    def test_chooses_a_usual_range_by_its_key(self, browser, address):
        page = open_gallery(browser, address)

        page.keyboard.press("2")

        page.wait_for_url("**/gallery?range=28")
        expect(page.locator("#said")).to_have_text("Days: 2018 · vs 2017")

    def test_leaves_keys_to_fields(self, browser, address):
        page = open_gallery(browser, address)

        page.get_by_label("Name").first.press("2")

        assert page.url == address

    def test_says_at_once_that_days_are_turned_round(self, browser, address):
        page = open_gallery(browser, address)
        page.locator("date-control summary").click()
        form = page.get_by_role("form", name="Other days")

        form.get_by_label("To", exact=True).fill("2017-01-01")

        expect(form.get_by_role("alert")).to_have_text("The last day is before the first.")

    def test_asks_for_other_days_only_to_compare_with_them(self, browser, address):
        page = open_gallery(browser, address)
        page.locator("date-control summary").click()
        field = page.get_by_label("Compare from")

        expect(field).to_be_hidden()
        page.get_by_label("Compare with").select_option("custom")

        expect(field).to_be_visible()
