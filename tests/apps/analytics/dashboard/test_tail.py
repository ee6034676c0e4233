"""The forecast behind what the overview's chart knows, and in its files."""

import csv
import io
import re

import pytest

from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION
from tests.plots import ahead_of, ask_ahead, plot_of
from tests.world import import_file

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
YEAR = {"range": "364", "measure": "revenue"}
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


@pytest.fixture
def browser(client, registered):
    import_file(registered)
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


@pytest.fixture
def points(browser, registered):
    """The points of a forecast that is kept, as the API has them."""
    return forecast(registered)


def forecast(client, **changes):
    body = {"metric": "revenue", "grain": "week", "horizon": 4, **changes}
    answer = client.post("/api/predictive/forecast", body, format="json")
    assert answer.status_code == 200
    return answer.json()["points"]


def aheads(browser, **params):
    """The forecast behind a page's chart, in a list; an empty one where there is none."""
    page = f"{PAGE}channels/channel" if "channel" in params else PAGE
    found = ahead_of(browser, browser.get(page, params))
    return [found] if found else []


def said(browser, page):
    """The words about what is foreseen, and the link to more of it."""
    return ask_ahead(browser, page).replace("\xa0", " ")


def numbers(browser):
    """The page down to the chart, and its channels: all numbers, and no button with a token."""
    answer = browser.get(PAGE, YEAR, headers={"hx-request": "true"})
    text = answer.content.decode()
    return text[: text.index("<figure")] + text[text.index('id="channels-table"') :]


class TestTail:
    def test_goes_on_where_what_is_known_ends(self, browser, points):
        page = browser.get(PAGE, YEAR)

        ahead, text = ahead_of(browser, page), said(browser, page)
        assert plot_of(page)["categories"][-1] < ahead["categories"][0]
        assert ahead["categories"] == [point["period"] for point in points]
        assert ahead["values"] == [point["value"] for point in points]
        assert ahead["low"] == [point["lo80"] for point in points]
        assert ahead["high"] == [point["hi80"] for point in points]
        assert "expected in 4 weeks from 18 Nov 2019, 80% band." in text
        link = re.search('href="(/app/ml/[^"]+)"', text)[1]
        assert browser.get(link).status_code == 200

    def test_is_asked_for_once_the_page_is_there(self, browser, points, ml_hangs):
        page = browser.get(PAGE, YEAR)

        assert page.status_code == 200
        assert 'class="tile-value"' in page.content.decode()
        assert ml_hangs.count_callers() == 0

    def test_is_that_of_revenue_beside_the_spend_of_all_channels(self, browser, points):
        page = browser.get(PAGE, {"range": "364"})

        assert ahead_of(browser, page)["values"] == [point["value"] for point in points]
        assert ">revenue, forecast<" in page.content.decode()

    def test_is_in_the_file_as_a_forecast(self, browser, points):
        text = browser.get(f"{PAGE}chart.csv", YEAR).content.decode()

        rows = list(csv.DictReader(io.StringIO(text)))
        last = points[-1]
        names = ("Revenue, forecast", "Revenue, 80% from", "Revenue, 80% to")
        assert [rows[-1][name] for name in names] == [last["value"], last["lo80"], last["hi80"]]
        assert (rows[-1]["Revenue"], rows[51]["Revenue, forecast"]) == ("", "")

    def test_changes_no_number_of_the_page(self, browser, registered):
        before = numbers(browser)

        forecast(registered)

        assert numbers(browser) == before
        assert "tile-value" in before

    def test_is_a_channel_s_own(self, browser, registered, points):
        forecast(registered, metric="spend", channel="tv")

        assert len(aheads(browser, range="364", channel="tv", measure="spend")) == 1
        assert aheads(browser, range="364", channel="ooh", measure="spend") == []

    @pytest.mark.parametrize(
        "params",
        [
            {"range": "year-2018", "measure": "revenue"},
            {"range": "364", "measure": "revenue", "grain": "month"},
            {"range": "364", "measure": "blended_roas"},
            {"range": "364", "measure": "spend"},
        ],
    )
    def test_is_missing_where_none_begins_behind_what_is_shown(self, browser, points, params):
        assert aheads(browser, **params) == []

    def test_is_missing_once_the_numbers_have_changed(self, browser, registered, points):
        send(registered)

        assert aheads(browser, range="364", last="2019-11-17", measure="revenue") == []

    def test_says_where_ml_does_not_answer(self, browser, points, request):
        request.getfixturevalue("ml_away")

        page = browser.get(PAGE, YEAR)

        assert plot_of(page)["series"][0]["name"] == "Revenue"
        assert "Forecasts do not answer now." in said(browser, page)
        assert browser.get(f"{PAGE}chart.csv", YEAR).status_code == 200

    def test_says_where_there_is_none(self, browser):
        page = browser.get(PAGE, {**YEAR, "grain": "month"})

        assert "No forecast goes on from these numbers." in said(browser, page)

    def test_refuses_what_is_no_line(self, browser):
        answer = browser.get(f"{PAGE}ahead", {"measure": "blended_roas", "grain": "week"})

        assert answer.status_code == 400
