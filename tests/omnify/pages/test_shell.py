"""The shell's parts: rendered, and in a real browser behind the real policy."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from msgspec.structs import replace
from playwright.sync_api import expect

from omnify.pages.files import csv_file
from omnify.pages.parts import Delta
from tests.browsers import LOOKS, open_page, serious_issues
from tests.needs import needs
from tests.omnify.pages import site

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = [
    file for top in ("omnify", "apps") for file in (ROOT / top).glob("**/templates/**/*.html")
]
# What the policy refuses: a style, an inline script, a handler in an attribute.
INLINE = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE
)
SPELLED_OUT = re.compile(r"""["']/app/""")
MOST_CHARACTERS = 120

in_browser = needs("chromium-headless-shell")


@pytest.fixture
def address(live_server, settings):
    settings.ROOT_URLCONF = "tests.omnify.pages.site"
    return f"{live_server.url}/app/test"


def too_long(text):
    """The numbers of the lines that do not fit."""
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if len(line) > MOST_CHARACTERS]


def render_part(part, query=""):
    request = RequestFactory().get(f"/app/test/parts?{query}")
    return render_to_string(part.template, {"part": part}, request)


class TestTemplates:
    @pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
    def test_hold_nothing_that_the_policy_refuses(self, file):
        assert not INLINE.findall(file.read_text("utf-8"))

    @pytest.mark.parametrize(
        "planted",
        ['<p style="x">', "<script>x</script>", '<a onclick="x">', '<a href="javascript:x">'],
    )
    def test_would_be_found_if_they_did(self, planted):
        assert INLINE.search(planted)


class TestLines:
    @pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
    def test_fit(self, file):
        assert too_long(file.read_text("utf-8")) == []

    def test_would_be_found_if_one_did_not(self):
        assert too_long(f"<p>\n{'x' * 121}\n</p>") == [2]


class TestAddresses:
    @pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
    def test_are_made_from_the_names_of_routes(self, file):
        assert not SPELLED_OUT.findall(file.read_text("utf-8"))

    def test_would_be_found_if_one_was_spelled_out(self):
        assert SPELLED_OUT.search('<a href="/app/auth/roles">')


class TestLockFile:
    def test_names_no_registry(self):
        assert '"resolved"' not in (ROOT / "package-lock.json").read_text("utf-8")


class TestDateControl:
    def test_keeps_the_rest_of_the_address_but_not_the_page(self):
        html = render_part(site.DAYS, "channel=tv%26&page=c1&first=2026-01-01")

        assert 'href="/app/test/parts?channel=tv%26&amp;range=90"' in html
        assert '<input type="hidden" name="channel" value="tv&amp;">' in html
        assert "c1" not in html
        assert html.count('name="first"') == 1

    def test_marks_the_chosen_range(self):
        html = render_part(site.DAYS, "range=28")

        assert re.findall(r'range=(\w+)"\s+aria-current', html) == ["28"]


class TestTable:
    @pytest.mark.parametrize(
        ("present", "name", "spend"),
        [("-spend", "name", "spend"), ("spend", "name", "-spend"), ("name", "-name", "-spend")],
    )
    def test_leads_to_the_other_order(self, present, name, spend):
        html = render_part(replace(site.TABLE, sort=present), "q=t&page=3")

        heads = re.findall(r'table-sort-link" href="/app/test/parts\?q=t&amp;sort=([\w-]+)"', html)
        assert heads == [name, spend]

    def test_says_when_nothing_matches(self):
        html = render_part(replace(site.TABLE, rows=()), "q=<b>")

        assert "Nothing matches “&lt;b&gt;”" in html

    def test_leads_to_its_other_pages(self):
        html = render_part(site.TABLE, "q=t&page=2")

        assert 'rel="prev" href="/app/test/parts?q=t&amp;page=1"' in html
        assert 'rel="next" href="/app/test/parts?q=t&amp;page=3"' in html
        assert "51 to 100 of 130" in html

    def test_shows_some_columns_and_keeps_the_others_for_the_file(self):
        html = render_part(site.TABLE)
        lines = csv_file(site.TABLE, name="channels").content.decode().splitlines()

        assert "Clicks" not in re.findall(r'scope="col"[^>]*>\s*([^<]*?)\s*<', html)
        assert lines[:3] == ["name,spend,clicks,actions", "tv,1500.50,7,", "web,,,"]

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("spend", ["radio", "tv", "web"]),
            ("-spend", ["tv", "radio", "web"]),
            ("name", ["radio", "tv", "web"]),
            ("-name", ["web", "tv", "radio"]),
        ],
    )
    def test_sorts_by_exact_values_with_the_unknown_last(self, sort, order):
        table = site.TABLE.sorted_by(sort)

        assert [row[0].value for row in table.rows] == order
        assert table.sort == sort


class TestDelta:
    @pytest.mark.parametrize(
        ("before", "now", "is_good", "told"),
        [
            (100, 150, True, ("+50.0%", "up", "green")),
            (100, 150, False, ("+50.0%", "up", "red")),
            (100, 50, None, ("−50.0%", "down", "secondary")),
            (100, 100, True, ("+0.0%", "", "secondary")),
            # Neither good nor bad: less than one percent.
            (1000, 1009, True, ("+0.9%", "up", "secondary")),
            # The quotient's sign would say otherwise.
            (-100, 50, True, ("+150.0%", "up", "green")),
        ],
    )
    def test_tells_direction_and_mood(self, before, now, is_good, told):
        change = Delta.between(Decimal(before), Decimal(now), is_good=is_good)

        assert (change.text, change.direction, change.mood) == told

    @pytest.mark.parametrize(("before", "now"), [(None, 1), (0, 1), (1, None)])
    def test_is_none_without_a_base(self, before, now):
        assert Delta.between(before, now, is_good=True) is None


@in_browser
class TestShell:
    @pytest.mark.parametrize(("scheme", "width"), LOOKS)
    def test_holds_in_every_theme_and_width(self, browser, address, scheme, width):
        size = {"width": width, "height": 900}
        page = open_page(browser, color_scheme=scheme, viewport=size, reduced_motion="reduce")
        page.goto(f"{address}/parts")

        page.get_by_text("Columns").click()
        assert serious_issues(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.problems == []

    def test_dims_no_part_that_asks_for_itself(self, browser, address):
        page = open_page(browser)
        page.route("**/progress", lambda _: None)

        with page.expect_request("**/progress"):
            page.goto(f"{address}/parts")

        expect(page.locator("[aria-busy=true]")).to_have_count(0)

    def test_breaks_long_names_in_tables(self, browser, address):
        page = open_page(browser, viewport={"width": 768, "height": 900})
        page.goto(f"{address}/names")

        table = page.get_by_role("region", name="Files")
        assert table.evaluate("it => it.scrollWidth <= it.clientWidth")

    def test_opens_its_menus_by_key(self, browser, address):
        page = open_page(browser, viewport={"width": 320, "height": 900})
        page.goto(f"{address}/parts")
        navigation = page.get_by_role("navigation", name="Product")

        expect(navigation).to_be_hidden()
        page.get_by_role("button", name="Menu", exact=True).press("Enter")
        expect(navigation).to_be_visible()
        page.keyboard.press("Escape")
        expect(navigation).to_be_hidden()
        expect(page.get_by_role("button", name="Menu", exact=True)).to_be_focused()
        menu = page.locator("summary", has_text="Ada Example")
        menu.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Sign out")).to_be_focused()
        page.keyboard.press("Escape")

        expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
        expect(menu).to_be_focused()

    def test_remembers_the_theme(self, browser, address):
        page = open_page(browser, color_scheme="light")
        page.goto(f"{address}/parts")

        page.get_by_role("button", name="Dark theme").click()
        page.reload()

        assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
        expect(page.get_by_role("button", name="Dark theme")).to_have_attribute(
            "aria-pressed", "true"
        )

    def test_says_why_a_part_could_not_be_had(self, browser, address):
        page = open_page(browser)
        page.goto(f"{address}/chart-page")

        page.get_by_role("button", name="Refuse").click()

        notice = page.locator("#notices")
        expect(notice).to_contain_text(
            re.compile("The weather is bad.*quote request [0-9a-f-]{36}")
        )
        page.get_by_role("button", name="Close the notice").click()
        expect(notice).to_be_empty()
