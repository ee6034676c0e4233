"""The executive dashboard's page, its chart's numbers and its table."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import python_calamine

from tests.apps.analytics.requests import TWO_CHANNELS, TWO_MONTHS
from tests.apps.integrations.requests import MAPPING, send
from tests.cases import FOLDER
from tests.conftest import REGISTRATION
from tests.plots import plot_of
from tests.world import import_file

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
FEBRUARY = {"first": "2026-02-01", "last": "2026-02-28"}
WEEKS = "day,sales,tv\n" + "".join(
    f"{date(2025, 10, 6) + timedelta(days=7 * at)},700,70\n" for at in range(21)
)
BOTH = {"first": "2026-01-01", "last": "2026-02-28"}


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


@pytest.fixture
def filled(browser, registered):
    assert send(registered, TWO_MONTHS, TWO_CHANNELS).status_code == 201
    return browser


def part(client, **params):
    return client.get(PAGE, params, headers={"hx-request": "true"}).content.decode()


def part_of(client, page, **params):
    answer = client.get(f"{PAGE}{page}", params, headers={"hx-request": "true"})
    return answer.content.decode()


def order_of(text):
    """The channels of the table, in its order."""
    body = text[text.index("<tbody>") : text.index("</tbody>")]
    return re.findall(r'<th scope="row"[^>]*>\s*(?:<[^>]+>\s*)*(\w+)', body)


class TestDashboard:
    def test_says_how_to_begin_without_numbers(self, browser):
        text = browser.get(PAGE).content.decode()

        assert "No numbers yet" in text
        assert 'href="/app/integrations/">Import a file' in text
        assert "/api/docs/" in text

    def test_gives_htmx_its_part_and_a_going_back_the_whole(self, filled):
        whole = filled.get(PAGE, BOTH).content.decode()
        restored = {"hx-request": "true", "hx-history-restore-request": "true"}
        back = filled.get(PAGE, BOTH, headers=restored).content.decode()

        assert "<html" in whole
        assert "<html" in back
        assert "<html" not in part(filled, **BOTH)

    def test_tells_the_change_by_sign_and_arrow_and_colour(self, filled):
        text = part(filled, **FEBRUARY)

        assert 'mood-red delta-down">−50.0%' in text
        assert 'mood-secondary delta-down">−66.7%' in text

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (FEBRUARY, "vs 100.00 €"),
            (BOTH, "no change: there is no revenue in 3 Nov – 31 Dec 2025"),
        ],
    )
    def test_tells_what_a_change_is_measured_against(self, filled, days, words):
        assert words in part(filled, **days).replace("\N{NO-BREAK SPACE}", " ")

    def test_tells_which_weeks_a_change_counts(self, browser, registered):
        send(registered, WEEKS)

        text = part(browser, first="2026-02-04", last="2026-02-28")

        said = "Changes: 9 Feb – 22 Feb 2026 vs 26 Jan – 8 Feb 2026"
        assert said in text.replace("\N{NO-BREAK SPACE}", " ")
        assert "+0.0%" in text

    def test_calls_a_rise_from_below_zero_a_rise(self, browser, registered):
        send(registered, "day,sales,tv\n2026-01-05,-100,10\n2026-02-02,50,10\n")

        assert 'mood-green delta-up">+150.0%' in part(browser, **FEBRUARY)

    @pytest.mark.parametrize(
        ("params", "first", "last"),
        [
            ({}, "2025-02-04", "2026-02-02"),
            ({"range": "28"}, "2026-01-06", "2026-02-02"),
            ({"range": "all"}, "2026-01-05", "2026-02-02"),
            ({"range": "28", **BOTH}, "2026-01-06", "2026-02-02"),
            (BOTH, "2026-01-01", "2026-02-28"),
            ({"first": "2026-01-20"}, "2026-01-20", "2026-02-02"),
            ({"last": "2026-01-31"}, "2025-02-02", "2026-01-31"),
        ],
    )
    def test_reads_the_days_from_its_address(self, filled, params, first, last):
        text = part(filled, **params)

        assert f'name="first" value="{first}"' in text
        assert f'name="last" value="{last}"' in text
        assert f"/app/analytics/chart.csv?first={first}&amp;last={last}" in text

    def test_keeps_the_order_when_the_days_change(self, filled):
        text = part(filled, **FEBRUARY, sort="-cpc")

        assert 'name="sort" value="-cpc"' in text
        assert "sort=-cpc&amp;range=28" in text

    @pytest.mark.parametrize(
        ("params", "first", "last"),
        [
            ({"range": "year-2026"}, "2026-01-01", "2026-12-31"),
            ({"range": "month"}, "2026-02-01", "2026-02-02"),
            ({"range": "month-before"}, "2026-01-01", "2026-01-31"),
            ({"range": "quarter"}, "2026-01-01", "2026-02-02"),
        ],
    )
    def test_reads_days_of_the_calendar(self, filled, params, first, last):
        text = part(filled, **params)

        assert f'name="first" value="{first}"' in text
        assert f'name="last" value="{last}"' in text

    def test_keeps_the_days_that_were_chosen_last(self, filled):
        filled.get(PAGE, {"range": "28", "compare": "off", "sort": "spend"})

        text = part(filled)

        assert 'name="first" value="2026-01-06"' in text
        assert '<option value="off" selected>' in text
        assert filled.cookies["omnify-days"].value == "range=28&compare=off"

    @pytest.mark.parametrize("kept", ["range=0", "first=soon", "range=moon&measure=x", "%00"])
    def test_takes_no_notice_of_a_kept_choice_that_is_none(self, filled, kept):
        filled.cookies["omnify-days"] = kept

        assert 'name="first" value="2025-02-04"' in part(filled)

    def test_compares_with_nothing_where_that_is_asked(self, filled):
        text = part(filled, **FEBRUARY, compare="off")

        assert "−50.0%" not in text
        assert "no change" not in text

    def test_compares_with_days_of_ones_own(self, filled):
        days = {"compare": "custom", "compare_first": "2026-01-01", "compare_last": "2026-01-28"}

        assert "−50.0%" in part(filled, **FEBRUARY, **days)

    def test_tells_2018_against_2017_week_by_week(self, browser, registered):
        import_file(registered)

        texts = [part(browser, range="year-2018", compare=kind) for kind in ("previous", "year")]

        days = {"from": "2018-01-01", "to": "2018-12-31"}
        previous = registered.get("/api/analytics/dashboard/stats", days).json()["previous"]
        now, before = (Decimal(previous[side]["revenue"]) for side in ("current", "totals"))
        assert (previous["from"], previous["to"]) == ("2017-01-02", "2017-12-31")
        assert f"{(now - before) / before:.1%}" == "-2.4%"
        assert all('delta-down">−2.4%' in text for text in texts)
        compared = "Changes: 1 Jan – 30 Dec 2018 vs 2 Jan – 31 Dec 2017"
        assert all(compared in text.replace("\xa0", " ") for text in texts)

    def test_makes_a_tile_the_chart_s_measure(self, filled):
        text = part(filled, **BOTH, measure="revenue")
        drawn = plot_of(filled.get(PAGE, {**BOTH, "measure": "revenue"}))

        assert "measure=revenue" in text
        assert [series["name"] for series in drawn["series"]] == ["Revenue"]

    def test_lists_money_that_has_no_rate_apart(self, filled, registered):
        send(registered, mapping={**MAPPING, "currency": "USD", "source": "dollars"})

        text = part(filled, **BOTH)

        assert "10.00 USD of spend and 97.50 USD of revenue" in text

    @pytest.mark.parametrize(
        ("sort", "order", "state"),
        [
            ("", ["tv", "web"], "descending"),
            ("channel", ["tv", "web"], "ascending"),
            ("-channel", ["web", "tv"], "descending"),
            ("spend", ["web", "tv"], "ascending"),
            ("cpc", ["web", "tv"], "ascending"),
            ("-cpc", ["web", "tv"], "descending"),
        ],
    )
    def test_sorts_channels_with_the_unknown_last(self, browser, registered, sort, order, state):
        send(registered, TWO_MONTHS.replace(",10,5,4", ",20,5,4"), TWO_CHANNELS)

        text = part(browser, **BOTH, sort=sort)

        assert order_of(text) == order
        assert text.count("aria-sort=") == 1
        assert f'aria-sort="{state}"' in text

    def test_needs_the_permission(self, client, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=()))

        pages = ("", "channels", "channels/channel", "origin")
        for path in (*pages, "chart.csv", "channels.csv", "channels.xlsx"):
            assert client.get(f"{PAGE}{path}").status_code == 403


class TestChannel:
    def test_says_why_its_roas_is_unknown(self, browser, registered):
        import_file(registered)

        text = part_of(browser, "channels/channel", channel="facebook", range="year-2018")

        assert "It needs attributed revenue and spend of the same days." in text

    def test_has_the_numbers_of_its_row(self, filled):
        text = part_of(filled, "channels/channel", channel="tv", **BOTH)
        drawn = plot_of(filled.get(f"{PAGE}channels/channel", {**BOTH, "channel": "tv"}))

        assert "10.00\N{NO-BREAK SPACE}€" in text
        assert [series["name"] for series in drawn["series"]] == ["Spend"]
        assert drawn["series"][0]["values"][0] == "10.00"
        assert "channel?first=2026-01-01&amp;last=2026-02-28&amp;channel=tv" in part(filled, **BOTH)

    @pytest.mark.parametrize("name", ["moon", "", "tv/../x"])
    def test_says_that_nothing_is_known_of_another(self, filled, name):
        text = part_of(filled, "channels/channel", channel=name, **BOTH)

        assert "Nothing is known of" in text


class TestChart:
    def test_has_the_page_s_numbers(self, filled):
        body = plot_of(filled.get(PAGE, BOTH))

        assert (body["categories"][0], body["categories"][-1]) == ("2026-01-05", "2026-02-02")
        assert {
            series["name"]: (series["values"][0], series["values"][-1]) for series in body["series"]
        } == {"tv": ("10.00", "0.00"), "web": ("5.00", "5.00"), "revenue": ("100.00", "50.00")}
        assert (body["unit"], body["grain"]) == ("EUR", "day")
        assert body["title"] == "tv takes 50% of the spend; every EUR spent met 7.50 of revenue"

    def test_has_a_gap_where_a_period_has_no_numbers(self, filled):
        body = plot_of(filled.get(PAGE, BOTH))

        assert len(body["categories"]) == 29
        assert all(set(series["values"][1:-1]) == {None} for series in body["series"])
        assert all("partial" not in series for series in body["series"])

    def test_says_of_each_line_which_of_its_periods_are_partial(self, browser, registered):
        days = (date(2025, 12, 1) + timedelta(days=at) for at in range(121))
        # Revenue of 30 March is not known yet.
        rows = [f"{day},{100 if day < date(2026, 3, 30) else ''},10" for day in days]
        send(registered, "\n".join(["day,sales,tv", *rows, ""]))

        body = plot_of(browser.get(PAGE, {"range": "364"}))

        said = {series["name"]: series.get("partial", ["", ""]) for series in body["series"]}
        assert (body["grain"], body["categories"][-1]) == ("week", "2026-03-30")
        assert said["tv"][-2:] == ["", "2 of 7 days"]
        assert "partial" not in body["series"][1]

    def test_draws_an_unfinished_week_as_no_fall(self, browser, registered):
        folder = FOLDER / "06-partial-last-week"
        send(
            registered,
            (folder / "until_tuesday.csv").read_bytes(),
            (folder / "mapping.json").read_text(),
        )

        [revenue] = plot_of(browser.get(PAGE, {"range": "364"}))["series"]

        assert revenue["values"][-2:] == ["700.00", "200.00"]
        assert revenue["partial"][-2:] == ["", "2 of 7 days"]
        # The range begins on a Wednesday.
        assert revenue["partial"][0] == "5 of 7 days"
        assert set(revenue["partial"][1:-1]) == {""}

    @pytest.mark.parametrize("months_of", ["tv", "radio"])
    def test_has_periods_in_which_nothing_is_left_out(self, browser, registered, months_of):
        days = "".join(f"{date(2026, 1, 1) + timedelta(days=at)},1\n" for at in range(59))
        months = "day,cost\n2026-01-01,31\n2026-02-01,28\n"
        for source, channel, text in (("d", "tv", f"day,cost\n{days}"), ("m", months_of, months)):
            channels = [{"name": channel, "spend": "cost"}]
            mapping = {"date": "day", "currency": "EUR", "source": source, "channels": channels}
            assert send(registered, text, mapping).status_code == 201

        body = plot_of(browser.get(PAGE, BOTH))

        drawn = [float(value) for series in body["series"] for value in series["values"]]
        assert (body["grain"], sum(drawn)) == ("month", 118)
        assert all("partial" not in series for series in body["series"])

    @pytest.mark.parametrize(("days", "grain", "periods"), [("28", "week", 4), ("90", "week", 12)])
    def test_has_no_finer_periods_than_the_rows(self, browser, registered, days, grain, periods):
        send(registered, WEEKS)

        body = plot_of(browser.get(PAGE, {"range": days}))

        assert (body["grain"], len(body["categories"])) == (grain, periods)
        assert all("partial" not in series for series in body["series"])

    def test_says_that_nothing_was_spent(self, filled):
        body = plot_of(filled.get(PAGE, {"first": "2027-01-01", "last": "2027-01-02"}))

        assert re.sub(r"\s", " ", body["title"]) == "No spend in 1 Jan – 2 Jan 2027"
        assert body["series"] == []


class TestChartCsv:
    def test_has_the_chart_s_numbers(self, filled):
        answer = filled.get(f"{PAGE}chart.csv", BOTH)

        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        january = {"tv": "10.00", "web": "5.00", "revenue": "100.00"}
        assert rows[0] == {"period": "2026-01-05", **january, "partial": ""}
        assert rows[1] == {"period": "2026-01-06", **dict.fromkeys([*january, "partial"], "")}
        assert rows[-1]["period"] == "2026-02-02"

    def test_says_which_numbers_are_partial(self, browser, registered):
        send(registered)

        answer = browser.get(f"{PAGE}chart.csv", {"range": "364"})

        assert answer.content.decode().splitlines() == [
            "period,tv,revenue,partial",
            "2025-12-29,10.00,97.50,tv: 2 of 7 days; revenue: 2 of 7 days",
        ]

    def test_is_empty_but_for_its_header_where_there_is_nothing(self, filled):
        answer = filled.get(f"{PAGE}chart.csv", {"first": "2027-01-01", "last": "2027-01-02"})

        assert answer.content.decode().strip() == "period"


class TestChannelsCsv:
    def test_holds_the_table_exactly(self, filled):
        answer = filled.get(f"{PAGE}channels.csv", BOTH)

        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert [(row["channel"], row["spend"], row["spend_share"]) for row in rows] == [
            ("tv", "10.00", "0.5000"),
            ("web", "10.00", "0.5000"),
        ]
        assert "channels-2026-01-01-2026-02-28.csv" in answer["Content-Disposition"]

    def test_is_a_workbook_too(self, filled):
        answer = filled.get(f"{PAGE}channels.xlsx", BOTH)

        book = python_calamine.load_workbook(io.BytesIO(answer.content))
        rows = book.get_sheet_by_index(0).to_python()
        assert [row[:2] for row in rows] == [["Channel", "Spend, EUR"], ["tv", 10.0], ["web", 10.0]]
