"""The page of attribution and its files: models beside each other, and what they cannot know."""

import csv
import io
import re

import pytest
import python_calamine

from tests.apps.analytics.attribution.conftest import PATHS, bring
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/app/analytics/attribution"
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
FILE = (
    "day,path,n,worth,lost\n2026-01-01,tv > web,3,30,1\n2026-01-02,web,1,10,4\n"
    "2026-02-01,radio,4,60,0\n"
)


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


@pytest.fixture
def touched(browser, registered):
    bring(registered, FILE, PATHS)
    return browser


def part(client, **params):
    answer = client.get(PAGE, params, headers={"hx-request": "true"})
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def rows_of(text, end="</tbody>"):
    """What the table says, by row, as plain texts."""
    body = text[text.index("<tbody>") : text.index(end)]
    cell = re.compile(r"<t[hd].*?>(.*?)</t[hd]>", re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[re.sub(r"<[^>]+>|\s+", "", each) for each in cell.findall(row)] for row in rows]


def words_of(text):
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


class TestPage:
    def test_says_how_to_begin_without_touchpoints(self, browser):
        text = part(browser)

        assert "No journeys to a conversion yet" in text
        assert 'href="/app/integrations/">Import touchpoints' in text
        assert "<tbody>" not in text

    def test_shows_linear_beside_the_last_touch(self, touched):
        *rows, total = rows_of(part(touched), "</tfoot>")

        assert rows == [
            ["radio", "4", "50.0%", "60.00", "4", "50.0%", "60.00"],
            ["web", "2.50", "31.2%", "25.00", "4", "50.0%", "40.00"],
            ["tv", "1.50", "18.8%", "15.00", "0", "0.0%", "0.00"],
        ]
        assert total == ["Allchannels", "8", "100.0%", "100.00", "8", "100.0%", "100.00"]

    def test_shows_three_models_and_each_once(self, touched):
        three = part(touched, model="first", beside="markov", also="last")

        assert "First touch beside Markov chain beside Last touch" in three
        assert len(rows_of(three)[0]) == 10
        assert len(rows_of(part(touched, model="last"))[0]) == 4
        assert len(rows_of(part(touched, model="last", beside="none"))[0]) == 4

    def test_says_where_models_differ_most(self, touched):
        assert re.search(
            r"They differ most on \W*(tv|web)\W*: [\d.]+% by Linear, [\d.]+% by Last touch",
            words_of(part(touched)),
        )
        same = part(touched, first="2026-02-01")
        assert "These models give each channel the same credit." in words_of(same)

    def test_says_what_cannot_be_known_of_all_once_and_of_each_by_name(self, touched):
        text = words_of(part(touched, model="markov"))

        assert text.count("This is journey credit, not incrementality") == 1
        assert "Journey credit, not incrementality." in text
        assert "Markov chain: The chain remembers only the last touch" in text
        assert "Last touch: How much a place in the journey counts is a convention" in text

    def test_is_of_the_days(self, touched):
        text = part(touched, last="2026-01-31")

        assert [row[0] for row in rows_of(text)] == ["web", "tv"]
        assert "Conversions of Jan 2026." in words_of(text)

    def test_leads_from_days_without_a_journey_to_all(self, touched):
        text = part(touched, first="2026-03-01", last="2026-03-02", model="first")

        assert "No journeys to a conversion end in these days" in text
        assert 'href="?model=first&amp;beside=last&amp;also=none">All days' in text

    def test_keeps_the_window_that_was_chosen(self, touched):
        assert '<option value="lifetime" selected>' in part(touched, window="lifetime")

    def test_names_values_without_a_rate(self, touched, registered):
        other = PATHS | {"source": "other", "currency": "CHF"}
        bring(registered, "day,path,n,worth,lost\n2026-01-01,tv,2,7,\n", other)

        text = part(touched)

        assert "for want of a rate: 7.00 CHF." in text
        assert 'href="/app/integrations/rates">Add exchange rates' in text

    def test_hides_values_that_no_source_tells(self, browser, registered):
        bring(registered, "day,path,n,worth,lost\n2026-01-01,tv,1,,\n", PATHS)

        assert rows_of(part(browser)) == [["tv", "1", "100.0%", "1", "100.0%"]]

    def test_says_beside_its_field_what_cannot_be(self, touched):
        given = {"first": "2026-02-02", "last": "2026-01-01", "model": "best"}
        answer = touched.get(PAGE, given)

        text = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert answer.status_code == 400
        assert "1 Jan 2026 is before 2 Feb 2026." in text
        assert 'id="id_model_error"' in text

    def test_needs_the_permission(self, client, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=()))

        for ending in ("", ".csv", ".xlsx"):
            assert client.get(f"{PAGE}{ending}").status_code == 403


class TestFiles:
    def test_have_the_numbers_exactly(self, touched):
        answer = touched.get(f"{PAGE}.csv", {"beside": "none"})

        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert rows[1] == {
            "channel": "web",
            "linear_conversions": "2.5",
            "linear_share": "0.3125",
            "linear_value": "25.00",
        }
        assert "attribution-linear.csv" in answer["Content-Disposition"]

    def test_have_a_workbook_with_units(self, touched):
        answer = touched.get(f"{PAGE}.xlsx")

        sheet = python_calamine.load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)
        head, radio, *_ = sheet.to_python()
        assert head[3] == "Linear, value, EUR"
        assert radio[:2] == ["radio", 4]

    def test_are_refused_where_the_choice_cannot_be(self, touched):
        assert touched.get(f"{PAGE}.csv", {"model": "best"}).status_code == 400
