"""Charts: their numbers, and how they are drawn, read and used in a real browser."""

import json
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from omnify.pages.files import csv_file
from omnify.pages.parts import COLORS, Chart, Note, Plot, Series, assign_colors, fold_small
from tests.browsers import open_page, serious_issues
from tests.needs import needs
from tests.omnify.pages import site

#: What the chart's library was given to draw.
DRAWN = """() => echarts.getInstanceByDom(document.querySelector(".chart")).getOption().series
    .map(({ name, symbol, lineStyle, data }) => ({ name, symbol, line: lineStyle?.type,
        values: data.map((each) => each?.value ?? null) }))"""

#: Sums what moves without having been asked to.
OBSERVE_SHIFT = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach(({ value, hadRecentInput }) => {
  if (!hadRecentInput) shifted += value;
})).observe({ type: "layout-shift", buffered: true });"""
INSTANCE = 'echarts.getInstanceByDom(document.querySelector(".chart"))'
in_browser = needs("chromium-headless-shell")


@pytest.fixture
def address(live_server, settings):
    settings.ROOT_URLCONF = "tests.omnify.pages.site"
    return f"{live_server.url}/app/test"


def series_of(name, *values, **looks):
    return Series(name=name, values=values, type="bar", stack="spend", **looks)


class TestColors:
    def test_stay_with_a_name_whatever_is_shown_beside_it(self):
        names = ["tv", "search", "ooh", "print", "facebook"]

        assert assign_colors(names) == assign_colors(reversed(names))
        assert sorted(set(assign_colors(names).values())) == sorted(assign_colors(names).values())
        assert assign_colors(["TV"])["TV"] == assign_colors(["tv"])["tv"]

    def test_are_used_up_before_one_comes_twice(self):
        colors = list(assign_colors(f"channel {at}" for at in range(2 * COLORS)).values())

        assert sorted(colors) == sorted([*range(1, COLORS + 1)] * 2)


class TestFolding:
    def test_sums_what_is_small(self):
        series = [series_of(f"c{at}", "1.50", None if at % 2 else "2") for at in range(9)]
        series[8] = series_of("c8", "1.50", "2", partial=("", "3 of 7 days"))

        folded = fold_small(series)

        assert [each.name for each in folded] == ["c0", "c1", "c2", "c3", "c4", "c5", "other (3)"]
        assert folded[-1].values == ("4.50", "4")
        assert (folded[-1].partial, folded[-1].role) == (("", "3 of 7 days"), "other")

    def test_leaves_a_single_one_as_it_is(self):
        series = tuple(series_of(f"c{at}", "1") for at in range(7))

        assert fold_small(series) == series

    def test_knows_no_sum_of_the_unknown(self):
        assert fold_small([series_of(f"c{at}", None) for at in range(8)])[-1].values == (None,)


class TestPlot:
    def test_is_a_table_of_the_same_numbers(self):
        plot = Plot(
            title="tv",
            unit="EUR",
            grain="week",
            categories=("2026-01-05", "2026-01-12"),
            series=(
                Series(name="tv", values=("1.50", None)),
                Series(name="web", values=("2", "1"), partial=("", "3 of 7 days")),
            ),
        )

        lines = csv_file(plot.to_table(), name="plot").content.decode().splitlines()

        assert lines == [
            "period,tv,web,partial",
            "2026-01-05,1.50,2,",
            "2026-01-12,,1,web: 3 of 7 days",
        ]
        assert json.loads(Chart(plot=plot).numbers)["series"] == [
            {"name": "tv", "values": ["1.50", None]},
            {"name": "web", "values": ["2", "1"], "partial": ["", "3 of 7 days"]},
        ]


@in_browser
class TestChart:
    def open(self, browser, url):
        page = open_page(browser, viewport={"width": 1000, "height": 900})
        page.goto(url)
        return page

    def test_shows_every_digit_on_hovering(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")
        canvas = page.locator("canvas")
        expect(page.get_by_text("tv takes it all")).to_be_visible()

        box = canvas.bounding_box()
        canvas.hover(position={"x": box["width"] * 0.2, "y": box["height"] * 0.4})

        tooltip = page.locator(".chart-tooltip")
        expect(tooltip).to_contain_text("12,345,678,901,234,567.89 EUR")
        expect(tooltip).to_contain_text("<b>revenue")
        assert page.problems == []

    def test_has_the_same_numbers_as_a_table(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")

        page.get_by_role("button", name="Show as table").click()
        row = page.get_by_role("row").filter(has_text="12 Jan 2026")
        expect(row).to_have_text("12 Jan 202620.502")

        expect(page.get_by_role("columnheader", name="tv, EUR")).to_be_visible()
        expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", "/c.csv")
        assert page.problems == []

    def test_says_which_periods_are_partial_and_joins_them_to_no_whole_one(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")

        expect(page.get_by_text("lack days, such as 19 Jan 2026 (3 of 7 days)")).to_be_visible()
        page.get_by_role("button", name="Show as table").click()
        row = page.get_by_role("row").filter(has_text="19 Jan 2026")
        expect(row).to_have_text("19 Jan 20263 (3 of 7 days)")
        drawn = page.evaluate(DRAWN)
        assert [tuple(each.values()) for each in drawn[1:]] == [
            ("<b>revenue", "rect", "solid", [1, 2, None]),
            ("<b>revenue", "rect", "dashed", [None, None, 3]),
        ]
        assert page.get_by_role("img").get_attribute("aria-label").endswith("(3 of 7 days).")
        assert page.problems == []

    def test_is_there_once_after_going_back_and_leaves_nothing_behind(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")
        expect(page.locator("canvas")).to_be_visible()

        page.locator("#again").press("Enter")
        expect(page).to_have_url(re.compile("again"))
        expect(page.locator("canvas")).to_be_visible()
        expect(page.locator("#again")).to_be_focused()
        page.go_back()

        expect(page.locator("canvas")).to_be_visible()
        expect(page.get_by_role("button", name="Show as table")).to_have_count(1)
        assert "tv takes it all" not in page.evaluate("JSON.stringify(sessionStorage)")
        assert page.problems == []

    def test_shortens_its_axis_as_tiles_are(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")
        expect(page.locator("canvas")).to_be_visible()

        labels = page.evaluate(
            f"[1500, 2e6].map({INSTANCE}.getOption().yAxis[0].axisLabel.formatter)"
        )

        assert labels == ["1.5\xa0k", "2\xa0M"]

    def test_gives_two_units_a_panel_each(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")
        expect(page.locator("canvas")).to_be_visible()

        panels = page.evaluate(f"{INSTANCE}.getOption().series.map((each) => each.yAxisIndex)")

        assert panels == [0, 1, 1]

    def test_shows_one_alone_and_all_again(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")
        item = page.get_by_role("group", name="Show one alone").get_by_role("button", name="tv")
        names = f"{INSTANCE}.getOption().series.map((each) => each.name)"

        item.press("Enter")
        expect(item).to_have_attribute("aria-pressed", "true")
        assert page.evaluate(names) == ["tv"]
        item.press("Enter")

        assert page.evaluate(names) == ["tv", "<b>revenue", "<b>revenue"]

    def test_tells_each_period_by_keys(self, browser, address):
        page = self.open(browser, f"{address}/chart-page")
        figure = page.get_by_role("img", name="tv takes it all")

        figure.press("ArrowLeft")
        said = page.locator("figure [role=status]")
        expect(said).to_have_text("19 Jan 2026; tv no data; <b>revenue 3 EUR (3 of 7 days)")
        figure.press("Home")

        expect(said).to_contain_text("5 Jan 2026; tv 12,345,678,901,234,567.89 EUR")
        assert serious_issues(page) == []

    def test_draws_many_bars_as_an_area(self, browser, address, monkeypatch):
        page = open_page(browser)
        many = [f"{date(2026, 1, 1) + timedelta(days=at)}" for at in range(61)]
        plot = Plot(
            title="Many",
            unit="EUR",
            grain="day",
            categories=tuple(many),
            series=(series_of("tv", *["1"] * 61, partial=("",) * 60 + ("half",)),),
        )
        monkeypatch.setattr(site.ChartPage, "parts", [Chart(plot=plot)])
        page.goto(f"{address}/chart-page")
        expect(page.locator("canvas")).to_be_visible()

        drawn = page.evaluate(f"{INSTANCE}.getOption().series.map((each) => each.type)")

        assert drawn == ["line", "bar"]
        assert page.problems == []

    def test_draws_what_is_foreseen_with_its_band_and_what_was_in_grey(
        self, browser, address, monkeypatch
    ):
        page = open_page(browser)
        plot = Plot(
            title="Foreseen",
            unit="EUR",
            grain="week",
            categories=("2026-01-05", "2026-01-12"),
            notes=(Note("2026-01-12", "Sale"),),
            series=(
                Series(
                    name="revenue",
                    values=("1", "3"),
                    role="forecast",
                    low=("1", "2"),
                    high=("1", "5"),
                ),
                Series(name="revenue", values=("2", "2"), role="comparison"),
            ),
        )
        monkeypatch.setattr(site.ChartPage, "parts", [Chart(plot=plot)])
        page.goto(f"{address}/chart-page")
        expect(page.get_by_text("Sale")).to_be_visible()

        lines = page.evaluate(
            f"{INSTANCE}.getOption().series.map(({{ lineStyle: {{ opacity, type }}, data }}) =>"
            " [opacity === 0 ? '' : type, data.map((each) => each.value ?? each)])"
        )

        assert lines == [["", [1, 2]], ["", [0, 3]], ["dashed", [1, 3]], ["dashed", [2, 2]]]
        assert page.problems == []

    @pytest.mark.parametrize("width", [375, 768, 1440])
    def test_goes_on_with_what_comes_later_and_moves_nothing(self, browser, address, width):
        page = open_page(browser, viewport={"width": width, "height": 900})
        page.add_init_script(OBSERVE_SHIFT)
        page.goto(f"{address}/awaiting")

        expect(page.get_by_text("Revenue of 9 EUR expected.")).to_be_visible()
        expect(page.get_by_text("Spend rose.")).to_be_visible()
        expect(page.get_by_role("button", name="<b>revenue, forecast")).to_be_visible()
        lines = page.evaluate(DRAWN)
        # It begins where the line ends.
        assert (lines[1]["values"], lines[-1]["values"]) == ([1, 2, None], [None, None, 3, 4, 5])
        assert lines[-1]["line"] == "dashed"
        page.get_by_role("button", name="Show as table").click()
        row = page.get_by_role("row").filter(has_text="2 Feb 2026")
        expect(row).to_have_text("2 Feb 2026537")
        assert page.evaluate("shifted") == 0
        assert serious_issues(page) == []
        assert page.problems == []
