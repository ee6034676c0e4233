"""The forecast behind what the overview's chart knows, and in its files."""

import csv
import io

import pytest

from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION
from tests.plots import plot_of
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


def tails(browser, **params):
    """The series of what is foreseen in a chart."""
    page = f"{PAGE}channels/channel" if "channel" in params else PAGE
    series = plot_of(browser.get(page, params))["series"]
    return [each for each in series if each.get("role") == "forecast"]


def numbers(browser):
    """The page down to the chart, and its channels: all numbers, and no button with a token."""
    answer = browser.get(PAGE, YEAR, headers={"hx-request": "true"})
    text = answer.content.decode()
    return text[: text.index("<figure")] + text[text.index('id="channels-table"') :]


class TestTail:
    def test_goes_on_where_what_is_known_ends(self, browser, points):
        plot = plot_of(browser.get(PAGE, YEAR))

        known, _, ahead = plot["series"]
        assert plot["categories"][-4:] == [point["period"] for point in points]
        assert ahead["values"] == [None] * 52 + [point["value"] for point in points]
        assert ahead["low"][52:] == [point["lo80"] for point in points]
        assert ahead["high"][52:] == [point["hi80"] for point in points]
        assert known["values"][51] is not None
        assert known["values"][52:] == [None] * 4
        assert {len(each["values"]) for each in plot["series"]} == {56}
        assert "expected in 4 weeks from 18 Nov 2019" in plot["title"].replace("\xa0", " ")
        assert "80% band" in plot["about"]
        assert browser.get(plot["link"]["url"]).status_code == 200

    def test_is_that_of_revenue_beside_the_spend_of_all_channels(self, browser, points):
        [tail] = tails(browser, range="364")

        assert (tail["name"], tail["axis"]) == ("revenue", "right")

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

        assert len(tails(browser, range="364", channel="tv", measure="spend")) == 1
        assert tails(browser, range="364", channel="ooh", measure="spend") == []

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
        assert tails(browser, **params) == []

    def test_is_missing_once_the_numbers_have_changed(self, browser, registered, points):
        send(registered)

        assert tails(browser, range="364", last="2019-11-17", measure="revenue") == []

    def test_is_missing_where_ml_does_not_answer(self, browser, points, request):
        request.getfixturevalue("ml_away")

        answer = browser.get(PAGE, YEAR)

        assert answer.status_code == 200
        assert plot_of(answer)["series"][0]["name"] == "Revenue"
        assert tails(browser, **YEAR) == []
