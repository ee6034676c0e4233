"""The pages of forecasts: the list, asking for one, one with its chart and its file."""

import csv
import io

import pytest

from apps.ml.models import StoredForecast
from tests.conftest import REGISTRATION
from tests.plots import plot_of
from tests.world import import_file

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
ASKED = {"metric": "revenue", "channel": "", "grain": "week", "horizon": "4"}


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


@pytest.fixture
def page(browser, registered):
    """The address of a forecast that a form asked for."""
    import_file(registered)
    answer = browser.post("/app/ml/new", ASKED)
    assert answer.status_code in (302, 303)
    return answer["Location"]


class TestForecasts:
    def test_say_how_to_begin(self, browser):
        text = browser.get("/app/ml/").content.decode()

        assert "No forecasts yet" in text
        assert 'href="/app/ml/new"' in text

    def test_lead_to_one_that_tells_how_good_it_was(self, browser, page):
        text = browser.get(page).content.decode()

        assert f'href="{page}"' in browser.get("/app/ml/").content.decode()
        assert "Against repeating the last value" in text
        assert "Within the 80% band" in text

    def test_draw_the_past_and_the_band(self, browser, page, registered):
        [past, ahead] = plot_of(browser.get(page))["series"]
        api = registered.post("/api/predictive/forecast", ASKED | {"horizon": 4}, format="json")
        assert [each for each in ahead["values"] if each] == [
            point["value"] for point in api.json()["points"]
        ]
        assert ahead["low"][-1] == api.json()["points"][-1]["lo95"]
        assert past["values"][-5] is not None
        assert past["values"][-4:] == [None] * 4

    def test_give_the_numbers_as_a_file(self, browser, page):
        answer = browser.get(f"{page}/csv")

        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert len(rows) == 4
        assert rows[0]["lo95"] <= rows[0]["value"] <= rows[0]["hi95"]

    def test_say_beside_the_field_what_cannot_be_forecast(self, browser, registered):
        import_file(registered)

        text = browser.post("/app/ml/new", ASKED | {"horizon": "104"}).content.decode()
        short = browser.post("/app/ml/new", ASKED | {"channel": "moon"}).content.decode()

        assert "104 is out of range" not in text
        assert "moon" in short
        assert StoredForecast.unscoped.filter(channel="moon").count() == 0

    def test_are_the_organization_s_own(self, client, page, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=("analytics:view",)))

        assert client.get(page).status_code == 404
        assert client.get(f"{page}/csv").status_code == 404

    def test_need_the_permission(self, client, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=()))

        assert client.get("/app/ml/").status_code == 403
        assert client.get("/app/ml/new").status_code == 403
