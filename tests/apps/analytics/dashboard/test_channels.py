"""The page of channels: the overview's table, on its own."""

import re

import pytest

from tests.apps.analytics.requests import TWO_CHANNELS, TWO_MONTHS
from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/channels"
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
DAYS = {"first": "2026-01-01", "last": "2026-02-28"}


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


def table_of(text):
    return text[text.index("<tbody>") : text.index("</table>")]


class TestChannels:
    def test_has_the_overview_s_rows_and_total(self, browser, registered):
        send(registered, TWO_MONTHS, TWO_CHANNELS)

        text = browser.get(PAGE, {**DAYS, "sort": "-cpc"}).content.decode()
        overview = browser.get("/app/analytics/", {**DAYS, "sort": "-cpc"}).content.decode()

        assert table_of(text) == table_of(overview)
        assert "All channels" in table_of(text)
        assert 'class="chart' not in text

    def test_is_what_the_side_bar_says_of_it_and_of_each_channel(self, browser, registered):
        send(registered, TWO_MONTHS, TWO_CHANNELS)

        for path in (PAGE, f"{PAGE}/channel?channel=tv&range=all"):
            text = browser.get(path).content.decode()
            [current] = re.findall(r'href="([^"]*)"[^>]*aria-current="page"', text)
            assert current == PAGE

    def test_says_how_to_begin_without_numbers(self, browser):
        text = browser.get(PAGE).content.decode()

        assert "<h1>Channels</h1>" in re.sub(r"<h1[^>]*>", "<h1>", text)
        assert "No numbers yet" in text
