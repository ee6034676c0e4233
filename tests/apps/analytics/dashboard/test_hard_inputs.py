"""The overview of what is hard to show: other voices, wide names, many, few and odd numbers."""

from datetime import date, timedelta

import pytest

from tests.apps.integrations.requests import MAPPING, send
from tests.conftest import REGISTRATION
from tests.world import run_jobs

pytestmark = pytest.mark.django_db
PAGE = "/app/analytics/"
WIDE = "ש" * 64
LONG = {"date": "day", "currency": "EUR", "channel": "where", "spend": "cost"}
JANUARY = {"first": "2026-01-01", "last": "2026-01-31"}
#: The mark that keeps other digits in their place, and a space that does not break.
LTR, NBSP = "\N{LEFT-TO-RIGHT MARK}", "\N{NO-BREAK SPACE}"


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", {key: REGISTRATION[key] for key in ("email", "password")})
    return client


@pytest.fixture
def show(browser, registered):
    """Import a file and show the overview of its days."""

    def imported(text, *, days=JANUARY, language="", mapping=MAPPING, **changes):
        answer = send(registered, text, {**mapping, **changes})
        assert answer.status_code in {201, 202}, answer.json()
        if answer.status_code == 202:
            run_jobs("integrations")
        headers = {"accept-language": language, "hx-request": "true"}
        return browser.get(PAGE, days, headers=headers).content.decode()

    return imported


def channels(names):
    return [{"name": name, "spend": f"c{at}"} for at, name in enumerate(names)]


class TestVoices:
    @pytest.mark.parametrize(
        ("language", "sales", "day"),
        [
            ("en-GB,en;q=0.9", "1,234,567.50", f"31{NBSP}Jan{NBSP}2026"),
            ("de-AT,de;q=0.9", "1.234.567,50", "31.01.2026"),
            ("hi,en;q=0.5", "12,34,567.50", f"31{NBSP}Jan{NBSP}2026"),
            ("ar", f"١٬٢٣٤٬٥٦٧٫٥٠{LTR}", f"٣١{LTR}/٠١{LTR}/٢٠٢٦{LTR}"),
        ],
    )
    def test_are_those_of_the_browser(self, show, language, sales, day):
        text = show("day,sales,tv\n2026-01-31,1234567.50,10\n", language=language)

        assert f'title="{sales} EUR"' in text
        assert f'<time datetime="2026-01-31">{day}</time>' in text

    def test_leave_files_and_the_chart_s_numbers_as_they_are(self, show, browser):
        headers = {"accept-language": "ar"}
        text = show("day,sales,tv\n2026-01-31,1234567.50,1000.25\n", language="ar")

        file = browser.get(f"{PAGE}channels.csv", JANUARY, headers=headers).content.decode()

        assert "tv,1000.25," in file
        chart = text.partition("<template data-chart-plot>")[2].partition("</template>")[0]
        assert "2026-01-31" in chart
        assert "1234567.50" in chart


class TestHardInputs:
    def test_names_keep_their_direction_to_themselves(self, show):
        text = show("day,sales,c0\n2026-01-31,1,10\n", channels=channels([WIDE]))

        assert f"<bdi>{WIDE}</bdi></a>" in text

    def test_a_title_keeps_a_name_s_direction(self, show):
        text = show("day,sales,c0\n2026-01-31,1,10\n", channels=channels([WIDE]))

        isolated = f"\N{FIRST STRONG ISOLATE}{WIDE}\N{POP DIRECTIONAL ISOLATE}"
        assert f"{isolated} takes 100%" in text

    def test_two_hundred_channels_are_all_listed(self, show):
        rows = "".join(f"2026-01-31,channel {at},{at + 1}\n" for at in range(200))
        text = show(f"day,where,cost\n{rows}", mapping=LONG)

        assert text.count('<th scope="row"') == 201
        assert "channel 199" in text

    def test_ten_years_of_days_are_one_range(self, show):
        first = date(2016, 1, 1)
        rows = "".join(f"{first + timedelta(days=at)},1,1\n" for at in range(3653))
        text = show(f"day,sales,tv\n{rows}", days={"range": "all"})

        assert f"1{NBSP}Jan{NBSP}2016 – 31{NBSP}Dec{NBSP}2025" in text
        assert "3,653.00" in text

    def test_one_day_is_a_day(self, show):
        text = show("day,sales,tv\n2026-01-31,5,1\n", days={"range": "all"})

        assert f"</span>31{NBSP}Jan{NBSP}2026" in text

    def test_what_is_unknown_everywhere_says_why(self, show):
        march = {"first": "2026-03-01", "last": "2026-03-31"}
        text = show("day,sales,tv\n2026-01-31,5,1\n", days=march)

        assert "The data has no revenue of these days." in text
        assert "None" not in text

    def test_sums_below_zero_have_a_minus(self, show):
        text = show("day,sales,tv\n2026-01-30,5,1\n2026-01-31,-15,2\n")

        assert f">−10.00{NBSP}€</span>" in text
        assert "-10.00" not in text

    @pytest.mark.parametrize(
        ("currency", "sales", "shown"),
        [("JPY", "1500", f"1,500{NBSP}¥"), ("KWD", "1.5", f"1.500{NBSP}KWD")],
    )
    def test_amounts_have_their_currency_s_minor_units(self, show, currency, sales, shown):
        text = show(f"day,sales,tv\n2026-01-31,{sales},1\n", currency=currency)

        assert f">{shown}</span>" in text
